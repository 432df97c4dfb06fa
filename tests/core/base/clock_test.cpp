#include "core/base/clock.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace layerscope {
namespace {

using namespace std::chrono_literals;

UtcTime at(std::string_view text) {
    return parse_iso8601(text).value();
}

TEST(Clock, writes_and_reads_utc) {
    const UtcTime time = at("2026-02-28T23:59:59.250Z");
    EXPECT_EQ(to_iso8601(time), "2026-02-28T23:59:59.250Z");
    EXPECT_EQ(to_iso8601(time + 1s, 0), "2026-03-01T00:00:00Z");
    EXPECT_EQ(at("2026-02-28T23:59:59.25+08:00"), time - 8h);
    EXPECT_EQ(at("2026-02-28 23:59:59.25-00:30"), time + 30min);
}

TEST(Clock, refuses_what_is_no_utc_time) {
    for (const char* text :
         {"", "now", "2026-02-30T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28T23:59:59",
          "2026-02-28T23:59:59.Z", "2026-02-28T23:59:59Zx"}) {
        const auto time = parse_iso8601(text);
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(
            time.error().sentence,
            std::string{"'"} + text + "' is not a UTC time; write it like 2026-11-22T18:13:14Z");
    }
}

TEST(Clock, reads_the_cyclers_wall_time_and_nothing_else) {
    const auto time = parse_wall_time("2025-12-28 22:29:05");
    ASSERT_TRUE(time);
    EXPECT_EQ(to_wall_text(*time), "2025-12-28 22:29:05");
    EXPECT_FALSE(parse_wall_time("2025-12-28T22:29:05"));
    EXPECT_FALSE(parse_wall_time("--"));
}

TEST(Clock, maps_steady_time_by_one_offset) {
    const SteadyTime start{};
    const UtcMap map{start, at("2026-01-01T00:00:00Z")};
    EXPECT_EQ(to_iso8601(map.utc(start + 1500ms)), "2026-01-01T00:00:01.500Z");
}

TEST(Clock, names_the_zone_for_people) {
    const char* before = std::getenv("TZ");
    const std::string saved = before == nullptr ? "" : before;
    ::setenv("TZ", "XXX-05:30", 1);
    ::tzset();
    EXPECT_EQ(to_local_text(at("2026-01-01T00:00:00Z")), "2026-01-01 05:30:00 UTC+5:30");
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    EXPECT_EQ(to_local_text(at("2026-01-01T00:00:00Z")), "2026-01-01 00:00:00 UTC");
    before == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", saved.c_str(), 1);
    ::tzset();
}

}  // namespace
}  // namespace layerscope
