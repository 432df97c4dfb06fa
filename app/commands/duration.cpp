#include "app/commands/duration.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/base/number.h"

namespace layerscope {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    // "ms" before "s": the longer suffix first.
    constexpr std::array<std::pair<std::string_view, double>, 5> unit_ms = {
        {{"ms", 1}, {"min", 60'000}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    constexpr double most_ms = 1e12;  // thirty years
    for (const auto& [unit, ms] : unit_ms) {
        if (!text.ends_with(unit)) continue;
        const auto number = parse_number(text.substr(0, text.size() - unit.size()));
        if (!number || *number < 0 || *number * ms > most_ms) return std::nullopt;
        return std::chrono::milliseconds{std::llround(*number * ms)};
    }
    return std::nullopt;
}

}  // namespace layerscope
