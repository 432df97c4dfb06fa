#include "hw/simulator/simulated_channel.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const UtcTime began = parse_iso8601("2026-01-02T03:04:05.5Z").value();
constexpr ChannelAddress first_channel{27, 21, 1, 1};

SimulatedTest rows_at(const std::vector<double>& times_s) {
    SimulatedTest test;
    for (const double time_s : times_s) {
        test.rows.push_back({time_s, {}});
    }
    return test;
}

/// A running channel, ten times as fast as UTC.
SimulatedChannel running(const std::vector<double>& times_s) {
    SimulatedChannel channel{first_channel, rows_at(times_s), 10};
    channel.begin({7, "cell", began, {}});
    return channel;
}

std::size_t count(const SimulatedChannel& channel, UtcTime now) {
    return channel.rows(*channel.latest_run(), now).size();
}

TEST(SimulatedChannel, records_a_row_when_its_time_has_come) {
    const auto channel = running({0, 10, 20});
    EXPECT_EQ(count(channel, began), 1U);
    EXPECT_EQ(count(channel, began + milliseconds{999}), 1U);
    EXPECT_EQ(count(channel, began + milliseconds{1000}), 2U);
    EXPECT_EQ(count(channel, began + seconds{100}), 3U);
}

TEST(SimulatedChannel, has_recorded_nothing_before_it_began) {
    EXPECT_EQ(count(running({0, 10}), began - seconds{1}), 0U);
}

TEST(SimulatedChannel, finishes_with_its_last_row) {
    const auto channel = running({0, 10});
    EXPECT_EQ(channel.status(began + milliseconds{999}), "working");
    EXPECT_EQ(channel.status(began + milliseconds{1000}), "finish");
}

TEST(SimulatedChannel, has_finished_a_test_without_rows) {
    EXPECT_EQ(running({}).status(began), "finish");
    EXPECT_EQ(SimulatedChannel(first_channel, {}, 1).status(began), "finish");
}

TEST(SimulatedChannel, records_no_more_once_stopped) {
    auto channel = running({0, 10, 20});
    EXPECT_TRUE(channel.stop(began + milliseconds{1500}));
    EXPECT_EQ(channel.status(began + seconds{60}), "stop");
    EXPECT_EQ(count(channel, began + seconds{60}), 2U);
    EXPECT_FALSE(channel.stop(began + seconds{60}));
}

TEST(SimulatedChannel, starts_again_only_when_free_and_keeps_the_earlier_run) {
    auto channel = running({0, 10, 20});
    EXPECT_FALSE(channel.start({8, "next", began + seconds{1}, {}}));
    EXPECT_TRUE(channel.start({8, "next", began + seconds{5}, {}}));
    EXPECT_EQ(channel.find_run(0)->test_id, 8);
    EXPECT_EQ(count(channel, began + seconds{5}), 1U);
    const SimulatedRun* earlier = channel.find_run(7);
    ASSERT_NE(earlier, nullptr);
    EXPECT_EQ(channel.rows(*earlier, began + seconds{5}).size(), 3U);
    EXPECT_EQ(channel.find_run(9), nullptr);
}

TEST(SimulatedChannel, has_nothing_to_start_without_a_test) {
    SimulatedChannel idle{first_channel, {}, 1};
    EXPECT_FALSE(idle.start({8, "x", began, {}}));
    EXPECT_EQ(idle.latest_run(), nullptr);
}

}  // namespace
}  // namespace layerscope
