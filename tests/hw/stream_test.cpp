#include "hw/stream.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "hw/bts_request.h"
#include "tests/hw/scripted_cycler.h"

namespace layerscope {
namespace {

namespace asio = boost::asio;
using std::chrono::seconds;

/// Connects, sends `request` and then a harmless one; what came of the first.
asio::awaitable<Result<StreamReply>> send_both(std::uint16_t port, std::string request) {
    Stream stream{co_await asio::this_coro::executor};
    const auto connected = co_await stream.connect("127.0.0.1", port, seconds{60});
    EXPECT_TRUE(connected);
    const auto first = co_await stream.exchange(std::move(request), seconds{60});
    const auto second = co_await stream.exchange(BtsRequest::devices().bytes(), seconds{60});
    EXPECT_TRUE(second) << second.error().sentence;
    co_return first;
}

TEST(Stream, sends_no_command_that_acts_whoever_composed_it) {
    for (const std::string command : {"start", "stop", "light", "clearflag", "setpause", "goto",
                                      "chl_ctrl", "reset", "broadcaststop"}) {
        ScriptedCycler cycler{1};
        asio::io_context io;
        auto sent = asio::co_spawn(
            io,
            send_both(cycler.port(),
                      R"(<?xml version="1.0" encoding="UTF-8" ?><bts version="1.0"><cmd>)" +
                          command + "</cmd></bts>\n\n#\r\n"),
            asio::use_future);
        io.run();
        const auto result = sent.get();
        ASSERT_FALSE(result) << command;
        EXPECT_EQ(result.error().sentence,
                  "the command '" + command +
                      "' was not sent: only requests that read may leave for a cycler");
        EXPECT_EQ(cycler.commands(), std::vector<std::string>{"getdevinfo"});
    }
}

/// Asks a server that is silent, then again with patience; whether the second was answered.
asio::awaitable<bool> ask_again(std::uint16_t port) {
    Stream stream{co_await asio::this_coro::executor};
    const auto connected = co_await stream.connect("127.0.0.1", port, seconds{60});
    EXPECT_TRUE(connected);
    const auto request = BtsRequest::devices().bytes();
    const auto first = co_await stream.exchange(request, std::chrono::milliseconds{20});
    EXPECT_FALSE(first);
    const auto second = co_await stream.exchange(request, seconds{60});
    co_return second.has_value();
}

TEST(Stream, is_not_used_again_after_a_deadline) {
    ScriptedCycler cycler{
        1, [first = true](const std::string& /*command*/, ScriptedAnswer usual) mutable {
            return std::exchange(first, false) ? ScriptedAnswer{} : usual;
        }};
    asio::io_context io;
    auto answered = asio::co_spawn(io, ask_again(cycler.port()), asio::use_future);
    io.run();
    EXPECT_FALSE(answered.get());
}

}  // namespace
}  // namespace layerscope
