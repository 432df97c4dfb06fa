#include "ui/plot/decimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace layerscope {
namespace {

struct Curve {
    std::vector<double> time_s;
    std::vector<double> value;
};

Curve wave(std::size_t rows) {
    Curve curve;
    for (std::size_t i = 0; i < rows; ++i) {
        curve.time_s.push_back(double(i));
        curve.value.push_back(std::sin(double(i) / 50));
    }
    return curve;
}

TEST(Decimate, passes_few_rows_as_they_are_with_one_beyond_each_end) {
    const Curve curve = wave(100);
    const Polyline line = decimate(curve.time_s, curve.value, {20.5, 30.5}, 700);
    ASSERT_EQ(line.time_s.size(), 12U);
    EXPECT_EQ(line.time_s.front(), 20);
    EXPECT_EQ(line.time_s.back(), 31);
}

TEST(Decimate, keeps_a_single_spike_of_a_million_rows) {
    Curve curve = wave(1'000'000);
    curve.value[612'345] = 9;
    const Polyline line = decimate(curve.time_s, curve.value, {0, 1e6}, 700);
    EXPECT_LE(line.time_s.size(), 2U * 701);
    EXPECT_EQ(std::ranges::max(line.value), 9);
    EXPECT_TRUE(std::ranges::is_sorted(line.time_s));
}

TEST(Decimate, keeps_a_break_as_a_break) {
    Curve curve = wave(100'000);
    curve.value[50'000] = std::numeric_limits<double>::quiet_NaN();
    const Polyline line = decimate(curve.time_s, curve.value, {0, 1e5}, 500);
    EXPECT_EQ(std::ranges::count_if(line.value, [](double v) { return std::isnan(v); }), 1);
}

TEST(Decimate, gives_nothing_where_there_is_nothing) {
    EXPECT_TRUE(decimate({}, {}, {0, 10}, 100).time_s.empty());
}

}  // namespace
}  // namespace layerscope
