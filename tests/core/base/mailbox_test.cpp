#include "core/base/mailbox.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <thread>

namespace layerscope {
namespace {

using std::chrono::steady_clock;

TEST(Mailbox, hands_over_in_order_and_empties) {
    Mailbox<int> box{3};
    EXPECT_TRUE(box.offer(1));
    EXPECT_TRUE(box.offer(2));
    EXPECT_EQ(box.room(), 1U);
    EXPECT_EQ(box.drain(), (std::vector{1, 2}));
    EXPECT_TRUE(box.drain().empty());
    EXPECT_EQ(box.room(), 3U);
}

TEST(Mailbox, refuses_and_counts_when_full_or_closed) {
    Mailbox<std::unique_ptr<int>> box{1};
    EXPECT_TRUE(box.offer(std::make_unique<int>(1)));
    EXPECT_FALSE(box.offer(std::make_unique<int>(2)));
    EXPECT_EQ(box.refused(), 1U);
    box.close();
    EXPECT_EQ(box.drain().size(), 1U);
    EXPECT_FALSE(box.offer(std::make_unique<int>(3)));
    EXPECT_EQ(box.refused(), 2U);
}

TEST(Mailbox, wakes_a_waiting_consumer_at_the_deadline_and_at_the_close) {
    Mailbox<int> box{1};
    EXPECT_TRUE(box.wait_and_drain(steady_clock::now()).empty());
    std::jthread closer{[&] { box.close(); }};
    EXPECT_TRUE(box.wait_and_drain(steady_clock::now() + std::chrono::minutes{5}).empty());
}

TEST(Mailbox, loses_nothing_between_two_threads_that_mind_the_room) {
    constexpr int count = 20'000;
    Mailbox<int> box{64};
    std::jthread producer{[&] {
        for (int i = 1; i <= count;) {
            if (box.room() > 0) {
                EXPECT_TRUE(box.offer(i++));
            } else {
                std::this_thread::yield();
            }
        }
        box.close();
    }};
    std::int64_t sum = 0;
    int last = 0;
    for (;;) {
        const bool ended = box.closed();
        const auto batch = box.wait_and_drain(steady_clock::now() + std::chrono::minutes{5});
        for (const int value : batch) {
            EXPECT_EQ(value, last + 1);
            last = value;
            sum += value;
        }
        if (ended && batch.empty()) break;
    }
    EXPECT_EQ(sum, std::int64_t{count} * (count + 1) / 2);
}

}  // namespace
}  // namespace layerscope
