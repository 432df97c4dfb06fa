#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "hw/bts_framing.h"

namespace layerscope {

/// One answer of a cycler, and when its last byte arrived.
struct StreamReply {
    std::string document;
    SteadyTime arrived;
};

/// A TCP connection to a cycler with a deadline on every step. Whatever goes wrong closes it: a
/// late answer would pass for the answer to the next request. Cancellation leaves every step at
/// once, as the exception of Asio.
class Stream {
  public:
    explicit Stream(const boost::asio::any_io_executor& executor) : socket_{executor} {}

    /// Connects within `limit`, name look-up included. Numeric addresses are not looked up.
    boost::asio::awaitable<Result<void>> connect(std::string host, std::uint16_t port,
                                                 std::chrono::milliseconds limit);

    /// Sends `request` and waits for its answer, both within `limit`. Bytes that are not a request
    /// which only reads are refused, whoever composed them.
    boost::asio::awaitable<Result<StreamReply>> exchange(std::string request,
                                                         std::chrono::milliseconds limit);

    void close();

  private:
    boost::asio::awaitable<Result<StreamReply>> converse(std::string bytes, SteadyTime deadline);

    boost::asio::ip::tcp::socket socket_;
    BtsFramer framer_;
    std::vector<char> chunk_ = std::vector<char>(65536);  // a read's bytes; too large for a frame
};

}  // namespace layerscope
