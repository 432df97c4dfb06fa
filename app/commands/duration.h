#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace layerscope {

/// Reads `90s`, `1.5min`, `2h` or `250ms`; nullopt when it is something else or negative.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace layerscope
