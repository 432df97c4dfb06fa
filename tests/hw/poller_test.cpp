#include "hw/poller.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

using std::chrono::milliseconds;

const SteadyTime start{std::chrono::seconds{1000}};

TEST(PollBeat, keeps_its_beat_when_polls_take_time) {
    PollBeat beat{milliseconds{1000}, start};
    beat.advance(start + milliseconds{400});
    EXPECT_EQ(beat.due(), start + milliseconds{1000});
    beat.advance(start + milliseconds{1999});
    EXPECT_EQ(beat.due(), start + milliseconds{2000});
}

TEST(PollBeat, skips_what_it_missed_without_a_burst) {
    PollBeat beat{milliseconds{1000}, start};
    beat.advance(start + milliseconds{61'500});
    EXPECT_EQ(beat.due(), start + milliseconds{62'000});
    beat.advance(start + milliseconds{63'000});
    EXPECT_EQ(beat.due(), start + milliseconds{64'000});
}

TEST(BackOff, doubles_up_to_its_longest_and_begins_again_after_a_good_poll) {
    BackOff back_off{LinkTimes{}};
    for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
        EXPECT_EQ(back_off.next(), std::chrono::seconds{seconds});
    }
    back_off.reset();
    EXPECT_EQ(back_off.next(), std::chrono::seconds{1});
}

}  // namespace
}  // namespace layerscope
