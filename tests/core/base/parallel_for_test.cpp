#include "core/base/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace layerscope {
namespace {

TEST(ParallelFor, calls_each_number_once) {
    std::vector<std::atomic<int>> calls(100);
    parallel_for(calls.size(), 4, [&](std::size_t i) { ++calls[i]; });
    for (const auto& count : calls) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, works_on_as_many_threads_as_it_may) {
    std::latch all_here{3};  // opens only when three calls are under way at once
    parallel_for(3, 3, [&](std::size_t) { all_here.arrive_and_wait(); });
}

TEST(ParallelFor, stays_on_the_callers_thread_when_it_may_have_one) {
    const auto caller = std::this_thread::get_id();
    parallel_for(5, 1, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(ParallelFor, does_nothing_for_no_numbers) {
    parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, throws_what_a_call_threw_and_begins_no_more) {
    int calls = 0;
    const auto work = [&](std::size_t i) {
        ++calls;
        if (i == 2) throw std::runtime_error{"third"};
    };
    EXPECT_THROW(parallel_for(10, 1, work), std::runtime_error);
    EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace layerscope
