#include "core/acquire/step_clock.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

StepTime after(StepClock& clock, int cycleid, int stepid, std::int64_t testtime_ms) {
    RecordedRow row;
    row.cycleid = cycleid;
    row.stepid = stepid;
    row.testtime_ms = testtime_ms;
    return clock.advance(row);
}

TEST(StepClock, counts_on_inside_a_step) {
    StepClock clock;
    EXPECT_EQ(after(clock, 1, 1, 500).total_ms, 500);
    const StepTime second = after(clock, 1, 1, 10'000);
    EXPECT_EQ(second.total_ms, 10'000);
    EXPECT_EQ(second.in_step_ms, 10'000);
    EXPECT_FALSE(second.new_execution);
}

TEST(StepClock, adds_the_last_recorded_time_of_each_earlier_execution) {
    StepClock clock;
    EXPECT_TRUE(after(clock, 1, 1, 0).new_execution);
    after(clock, 1, 1, 60'001);
    const StepTime rest = after(clock, 1, 2, 7);
    EXPECT_EQ(rest.total_ms, 60'008);
    EXPECT_EQ(rest.in_step_ms, 7);
    EXPECT_TRUE(rest.new_execution);
    after(clock, 1, 2, 1'000);
    EXPECT_EQ(after(clock, 2, 1, 0).total_ms, 61'001);
}

TEST(StepClock, sees_the_same_step_again_by_its_falling_time) {
    StepClock clock;
    after(clock, 1, 1, 30'000);
    const StepTime again = after(clock, 1, 1, 10'000);
    EXPECT_TRUE(again.new_execution);
    EXPECT_EQ(again.total_ms, 40'000);
}

TEST(StepClock, sees_the_same_step_in_the_next_cycle) {
    StepClock clock;
    after(clock, 1, 1, 30'000);
    EXPECT_EQ(after(clock, 2, 1, 30'000).total_ms, 60'000);
}

TEST(StepClock, starts_at_the_offset_of_its_channel) {
    StepClock clock{2'000};
    EXPECT_EQ(after(clock, 1, 1, 5).total_ms, 2'005);
    EXPECT_EQ(after(clock, 1, 2, 5).total_ms, 2'010);
}

TEST(StepClock, keeps_milliseconds_over_years_of_steps) {
    StepClock clock;
    StepTime time;
    for (int execution = 0; execution < 100'000; ++execution) {
        time = after(clock, 1, execution % 2, 3'600'001);
    }
    EXPECT_EQ(time.total_ms, 360'000'100'000);
}

}  // namespace
}  // namespace layerscope
