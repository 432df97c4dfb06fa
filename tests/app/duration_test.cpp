#include "app/commands/duration.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

using namespace std::chrono_literals;

TEST(Duration, reads_a_number_with_its_unit) {
    EXPECT_EQ(parse_duration("90s"), 90s);
    EXPECT_EQ(parse_duration("1.5min"), 90s);
    EXPECT_EQ(parse_duration("2h"), 2h);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(Duration, refuses_anything_else) {
    for (const char* text : {"", "5", "s", "-1s", "1 s", "1d", "1e300h", "nans"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

}  // namespace
}  // namespace layerscope
