#include "core/model/graphite.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace layerscope {
namespace {

struct Point {
    double stoichiometry;
    double potential_V;
};

// Computed apart from this program, with the same equation.
constexpr std::array check_values{
    Point{0.02, 0.442374}, Point{0.1, 0.181174}, Point{0.35, 0.121834}, Point{0.5, 0.113615},
    Point{0.52, 0.097974}, Point{0.7, 0.082600}, Point{0.98, 0.059081}, Point{1.0, -0.008036},
};

TEST(Graphite, has_the_potential_of_the_check_values) {
    for (const Point& point : check_values) {
        EXPECT_NEAR(graphite_potential_V(point.stoichiometry), point.potential_V, 1e-6)
            << "at " << point.stoichiometry;
    }
}

TEST(Graphite, falls_strictly_from_empty_to_beyond_full) {
    for (int i = -50; i < 1200; ++i) {
        const double y = i * 1e-3;
        EXPECT_LT(graphite_potential_V(y + 1e-3), graphite_potential_V(y)) << "after " << y;
    }
}

TEST(Graphite, has_the_slope_of_its_potential) {
    constexpr double h = 1e-6;
    for (int i = -40; i < 120; ++i) {
        const double y = i * 1e-2 + 0.003;
        const double difference_V =
            (graphite_potential_V(y + h) - graphite_potential_V(y - h)) / (2 * h);
        EXPECT_NEAR(graphite_potential(y).slope_V, difference_V,
                    1e-5 * (1 + std::abs(difference_V)))
            << "at " << y;
    }
}

TEST(Graphite, stays_finite_far_outside) {
    EXPECT_NEAR(graphite_potential_V(3), -12, 0.2);
    EXPECT_TRUE(std::isfinite(graphite_potential_V(-100)));
    EXPECT_TRUE(std::isfinite(graphite_potential_V(100)));
}

}  // namespace
}  // namespace layerscope
