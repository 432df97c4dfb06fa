#include "core/acquire/timed_row.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(TimedRow, has_the_wall_time_of_its_beginning_plus_test_time_in_whole_seconds) {
    const UtcTime began = parse_iso8601("2026-01-02T03:04:05.5Z").value();
    EXPECT_EQ(wall_text(began, 0), "2026-01-02 03:04:05");
    EXPECT_EQ(wall_text(began, 86400.6), "2026-01-03 03:04:06");
}

}  // namespace
}  // namespace layerscope
