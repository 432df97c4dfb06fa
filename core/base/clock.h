#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

/// Two clocks with two purposes. Steady time measures intervals: ages, deadlines, back-off. UTC is
/// for people and files. A cycler has a third clock, the test time of its rows, on which every
/// analysis runs; it lives in core/acquire.
namespace layerscope {

using SteadyTime = std::chrono::steady_clock::time_point;
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

/// What a cycler writes beside a row: wall time of its PC, whole seconds, no zone.
using WallTime = std::chrono::local_time<std::chrono::seconds>;

UtcTime utc_now();

/// One offset, taken once: steady time stamped where bytes arrive becomes UTC without ever
/// following a wall clock that jumps.
class UtcMap {
  public:
    /// The offset as it is now.
    UtcMap();
    UtcMap(SteadyTime steady, UtcTime utc) : steady_{steady}, utc_{utc} {}
    UtcTime utc(SteadyTime steady) const;

  private:
    SteadyTime steady_;
    UtcTime utc_;
};

/// `2026-11-22T18:13:14.250Z`; `digits` decimals of a second, 0 to 6.
std::string to_iso8601(UtcTime time, int digits = 3);

/// `2026-11-22 19:13:14 UTC+1`, in the zone of this machine; for people.
std::string to_local_text(UtcTime time);

/// Minutes that this machine's wall clock is ahead of UTC at `time`.
int zone_offset_min(UtcTime time);

/// Reads `2026-11-22T18:13:14[.25]Z` or with an offset `+01:00`; a text without zone is refused.
Result<UtcTime> parse_iso8601(std::string_view text);

/// Reads `2026-11-22 18:13:14`, the cycler's spelling; nullopt when it is something else.
std::optional<WallTime> parse_wall_time(std::string_view text);

/// `2026-11-22 18:13:14`, the cycler's spelling.
std::string to_wall_text(WallTime time);

}  // namespace layerscope
