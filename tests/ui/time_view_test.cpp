#include "ui/time_view.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(TimeView, shows_the_whole_run_as_it_grows) {
    TimeView view;
    for (double now_s = 0; now_s < 10000; now_s += 10) {
        view.advance(now_s, std::int64_t(now_s));
        EXPECT_EQ(view.range().from_s, 0);
        EXPECT_GT(view.range().to_s, now_s) << "room for what comes";
        EXPECT_FALSE(view.held());
    }
}

TEST(TimeView, grows_in_steps_and_stands_still_between) {
    TimeView view;
    int changes = 0;
    TimeRange last = view.range();
    for (double now_s = 60; now_s < 6000; now_s += 10) {
        view.advance(now_s, 1);
        if (view.range() != last) ++changes;
        last = view.range();
    }
    EXPECT_LT(changes, 40);
    EXPECT_GT(changes, 5);
}

TEST(TimeView, stays_where_it_is_held_and_counts_the_rows) {
    TimeView view;
    view.advance(1000, 100);
    view.zoom(500, 0.5);
    const TimeRange held = view.range();
    view.advance(2000, 142);
    EXPECT_TRUE(view.held());
    EXPECT_EQ(view.range(), held);
    EXPECT_EQ(view.new_rows(), 42);
}

TEST(TimeView, zooms_around_the_pointer) {
    TimeView view;
    view.advance(1000, 1);
    const double before = (300 - view.range().from_s) / view.range().span_s();
    view.zoom(300, 0.5);
    EXPECT_NEAR((300 - view.range().from_s) / view.range().span_s(), before, 1e-12);
}

TEST(TimeView, returns_to_the_newest_row_at_the_width_it_has) {
    TimeView view;
    view.advance(10000, 1);
    view.zoom(2000, 0.1);
    const double span_s = view.range().span_s();
    view.go_live();
    EXPECT_FALSE(view.held());
    EXPECT_NEAR(view.range().span_s(), span_s, 1e-9);
    EXPECT_GT(view.range().to_s, 10000);
    EXPECT_LT(view.range().from_s, 10000);
    view.advance(11000, 2);
    EXPECT_GT(view.range().to_s, 11000) << "it moves with the run";
    EXPECT_NEAR(view.range().span_s(), span_s, 1e-9);
}

TEST(TimeView, leaves_no_room_after_a_finished_run) {
    TimeView view;
    view.advance(5000, 1, true);
    EXPECT_EQ(view.range(), (TimeRange{0, 5000}));
}

}  // namespace
}  // namespace layerscope
