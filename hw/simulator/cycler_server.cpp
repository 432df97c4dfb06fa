#include "hw/simulator/cycler_server.h"

#include <fmt/format.h>
#include <pthread.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <list>
#include <thread>

#include "hw/bts_framing.h"
#include "hw/simulator/bts_service.h"

namespace layerscope {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Failures of one connection are values: they end it and nothing else.
constexpr auto as_value = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause_after_refusal{100};

error_code listen(tcp::acceptor& acceptor, std::uint16_t port) {
    error_code error;
    const tcp::endpoint loopback{asio::ip::address_v4::loopback(), port};
    acceptor.open(loopback.protocol(), error);
    // A server started again takes over its port at once.
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor.bind(loopback, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    return error;
}

}  // namespace

class CyclerServer::Loop {
  public:
    explicit Loop(SimulatedRig rig) : service_{std::move(rig)} {}

    error_code open(std::uint16_t port) {
        const error_code error = listen(acceptor_, port);
        if (!error) port_ = acceptor_.local_endpoint().port();
        return error;
    }

    std::uint16_t port() const { return port_; }

    void run() {
        asio::co_spawn(io_, accept(), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
        thread_ = std::jthread{[this] {
            pthread_setname_np(pthread_self(), "cycler");
            io_.run();
        }};
    }

    void stop() {
        if (!thread_.joinable()) return;
        asio::post(io_, [this] { close(); });
        thread_.join();
    }

  private:
    asio::awaitable<void> accept() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(as_value);
            // A client that came in the same moment as the stop must not keep the loop alive.
            if (!acceptor_.is_open()) co_return;
            if (!error) {
                admit(std::move(socket));
            } else {
                // Out of descriptors, most likely: others may end meanwhile.
                retry_.expires_after(pause_after_refusal);
                co_await retry_.async_wait(as_value);
            }
        }
    }

    void admit(tcp::socket socket) {
        const auto connection = connections_.insert(connections_.end(), std::move(socket));
        error_code ignored;  // only speed is lost without it
        connection->set_option(tcp::no_delay{true}, ignored);
        // Whatever ended one conversation must not end the others: its client sees it closed.
        asio::co_spawn(io_, converse(*connection), [this, connection](const std::exception_ptr&) {
            connections_.erase(connection);
        });
    }

    asio::awaitable<void> converse(tcp::socket& socket) {
        BtsFramer framer;
        std::array<char, 16 * 1024> buffer{};
        while (true) {
            const auto [error, size] =
                co_await socket.async_read_some(asio::buffer(buffer), as_value);
            if (error || !framer.feed({buffer.data(), size})) co_return;
            while (const auto document = framer.next()) {
                const std::string reply = service_.answer(*document, utc_now());
                const auto [failure, written] =
                    co_await asio::async_write(socket, asio::buffer(reply), as_value);
                if (failure) co_return;
            }
        }
    }

    void close() {
        error_code ignored;  // what cannot be closed is closed
        acceptor_.close(ignored);
        retry_.cancel();
        for (tcp::socket& socket : connections_) socket.close(ignored);
    }

    BtsService service_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_};
    asio::steady_timer retry_{io_};
    std::list<tcp::socket> connections_;
    std::uint16_t port_ = 0;
    std::jthread thread_;  // last: joined before anything it uses is destroyed
};

CyclerServer::CyclerServer(std::unique_ptr<Loop> loop) : loop_{std::move(loop)} {}
CyclerServer::~CyclerServer() {
    stop();
}

Result<std::unique_ptr<CyclerServer>> CyclerServer::start(const CyclerServerSettings& settings,
                                                          SimulatedRig rig) {
    auto loop = std::make_unique<Loop>(std::move(rig));
    if (const error_code error = loop->open(settings.port)) {
        const bool taken = error == asio::error::address_in_use;
        return fail(taken ? ErrorKind::busy : ErrorKind::io,
                    fmt::format("cannot listen on 127.0.0.1:{}: {}; choose another port, or 0 for "
                                "any free one",
                                settings.port, error.message()));
    }
    loop->run();
    return std::unique_ptr<CyclerServer>{new CyclerServer{std::move(loop)}};
}

std::uint16_t CyclerServer::port() const {
    return loop_->port();
}
void CyclerServer::stop() {
    loop_->stop();
}

}  // namespace layerscope
