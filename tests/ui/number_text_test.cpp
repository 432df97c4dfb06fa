#include "ui/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace layerscope {
namespace {

TEST(NumberText, writes_a_real_minus_and_no_negative_zero) {
    EXPECT_EQ(number_text(-76.64, 1), QStringLiteral("−76.6"));
    EXPECT_EQ(number_text(-0.04, 1), QStringLiteral("0.0"));
    EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN(), 1), QStringLiteral("–"));
}

TEST(NumberText, writes_hours_and_minutes) {
    EXPECT_EQ(hours_text(3900), QStringLiteral("1:05"));
    EXPECT_EQ(hours_text(3909, true), QStringLiteral("1:05:09"));
    EXPECT_EQ(hours_text(-600), QStringLiteral("−0:10"));
}

}  // namespace
}  // namespace layerscope
