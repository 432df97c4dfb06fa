#include "hw/stream.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "hw/bts_request.h"
#include "hw/name_lookup.h"

namespace layerscope {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using tcp = asio::ip::tcp;

/// Operations return their error: of two that race, a failed one must win too, and keep its cause.
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

double seconds(milliseconds time) {
    return std::chrono::duration<double>{time}.count();
}

/// An operation that was cancelled returns like one that failed; this tells them apart.
void leave_when_cancelled(const asio::cancellation_state& state) {
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error{asio::error::operation_aborted};
    }
}

/// What `operation` returns, or nullopt when the deadline came first. After that its socket may
/// have done half of it and is good for nothing but closing.
template <class... T>
asio::awaitable<std::optional<std::tuple<T...>>> before(
    SteadyTime deadline, asio::awaitable<std::tuple<T...>> operation) {
    using asio::experimental::awaitable_operators::operator||;
    asio::steady_timer timer{co_await asio::this_coro::executor, deadline};
    auto first = co_await (std::move(operation) || timer.async_wait(as_result));
    leave_when_cancelled(co_await asio::this_coro::cancellation_state);
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    co_return std::nullopt;
}

/// Where the look-up's thread leaves what it found. It may come when nobody waits any more.
struct Lookup {
    std::mutex mutex;
    asio::steady_timer* waiting = nullptr;
    std::optional<Result<std::vector<std::string>>> found;
};

/// Shared between the coroutine and the look-up's thread, whichever ends last.
class LookupWait {
  public:
    LookupWait(std::shared_ptr<Lookup> lookup, asio::steady_timer& timer)
        : lookup_{std::move(lookup)} {
        const std::lock_guard lock{lookup_->mutex};
        lookup_->waiting = &timer;
    }
    LookupWait(const LookupWait&) = delete;
    LookupWait& operator=(const LookupWait&) = delete;
    ~LookupWait() {
        const std::lock_guard lock{lookup_->mutex};
        lookup_->waiting = nullptr;
    }

  private:
    std::shared_ptr<Lookup> lookup_;
};

void wake(const std::shared_ptr<Lookup>& lookup) {
    const std::lock_guard lock{lookup->mutex};
    if (lookup->waiting != nullptr) lookup->waiting->cancel();
}

void deliver(const std::shared_ptr<Lookup>& lookup, Result<std::vector<std::string>> found) {
    const std::lock_guard lock{lookup->mutex};
    lookup->found = std::move(found);
    // While somebody waits, the io_context of the timer lives; the timer itself is touched there
    // only.
    if (lookup->waiting != nullptr) {
        asio::post(lookup->waiting->get_executor(), [lookup] { wake(lookup); });
    }
}

asio::awaitable<Result<std::vector<std::string>>> addresses_of(std::string host,
                                                               SteadyTime deadline) {
    error_code not_numeric;
    asio::ip::make_address(host, not_numeric);
    if (!not_numeric) co_return std::vector<std::string>{host};

    asio::steady_timer timer{co_await asio::this_coro::executor, deadline};
    const auto lookup = std::make_shared<Lookup>();
    const LookupWait wait{lookup, timer};
    look_up_name(host, [lookup](auto found) { deliver(lookup, std::move(found)); });
    co_await timer.async_wait(as_result);
    leave_when_cancelled(co_await asio::this_coro::cancellation_state);
    const std::lock_guard lock{lookup->mutex};
    if (lookup->found) co_return *lookup->found;
    co_return fail(ErrorKind::timeout,
                   fmt::format("the name '{}' was not looked up in time; write the address in "
                               "numbers, or mend the name service",
                               host));
}

tl::unexpected<Error> connect_failed(const error_code& cause) {
    if (cause == asio::error::connection_refused) {
        return fail(ErrorKind::io,
                    "connection refused; see that the cycler's program runs in API "
                    "mode and that the port is right");
    }
    return fail(ErrorKind::io, fmt::format("no connection ({})", cause.message()));
}

tl::unexpected<Error> link_failed(const error_code& cause, bool half) {
    if (cause != asio::error::eof) {
        return fail(ErrorKind::io, fmt::format("the connection broke ({})", cause.message()));
    }
    return fail(ErrorKind::io, half ? "the cycler's program closed the connection in the middle of "
                                      "an answer"
                                    : "the cycler's program closed the connection");
}

}  // namespace

void Stream::close() {
    error_code ignored;  // a socket that cannot be closed properly is closed all the same
    socket_.close(ignored);
    framer_ = BtsFramer{};
}

asio::awaitable<Result<void>> Stream::connect(std::string host, std::uint16_t port,
                                              milliseconds limit) {
    const SteadyTime deadline = steady_clock::now() + limit;
    close();
    const auto addresses = co_await addresses_of(host, deadline);
    if (!addresses) co_return fail(addresses.error());
    error_code cause = asio::error::host_not_found;
    for (const std::string& address : *addresses) {
        close();  // a failed attempt leaves the socket open
        const auto ip = asio::ip::make_address(address, cause);
        if (cause) continue;
        auto attempt = socket_.async_connect(tcp::endpoint{ip, port}, as_result);
        const auto done = co_await before(deadline, std::move(attempt));
        if (!done) {
            close();
            co_return fail(ErrorKind::timeout,
                           fmt::format("no answer to the connection within {:g} s; see that the "
                                       "address is right and that no firewall stands between",
                                       seconds(limit)));
        }
        cause = std::get<0>(*done);
        if (!cause) {
            error_code ignored;  // only latency depends on it
            socket_.set_option(tcp::no_delay{true}, ignored);
            co_return Result<void>{};
        }
    }
    close();
    co_return connect_failed(cause);
}

asio::awaitable<Result<StreamReply>> Stream::exchange(std::string request, milliseconds limit) {
    if (const auto harmless = check_read_only(request); !harmless) {
        co_return fail(harmless.error());
    }
    auto reply = co_await converse(std::move(request), steady_clock::now() + limit);
    if (!reply) close();
    if (!reply && reply.error().kind == ErrorKind::timeout) {
        co_return fail(ErrorKind::timeout, fmt::format("no answer within {:g} s", seconds(limit)));
    }
    co_return reply;
}

asio::awaitable<Result<StreamReply>> Stream::converse(std::string bytes, SteadyTime deadline) {
    if (framer_.has_part()) {
        co_return fail(ErrorKind::malformed, "the cycler's program sent something unasked");
    }
    auto write = asio::async_write(socket_, asio::buffer(bytes), as_result);
    const auto written = co_await before(deadline, std::move(write));
    if (!written) co_return fail(ErrorKind::timeout, "");
    if (const auto cause = std::get<0>(*written)) co_return link_failed(cause, false);

    for (;;) {
        auto read = socket_.async_read_some(asio::buffer(chunk_), as_result);
        const auto done = co_await before(deadline, std::move(read));
        if (!done) co_return fail(ErrorKind::timeout, "");
        const auto arrived = steady_clock::now();
        const auto [cause, size] = *done;
        if (cause) co_return link_failed(cause, framer_.has_part());
        if (const auto fed = framer_.feed({chunk_.data(), size}); !fed) co_return fail(fed.error());
        if (auto document = framer_.next()) {
            co_return StreamReply{std::move(*document), arrived};
        }
    }
}

}  // namespace layerscope
