#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

/// The zlib format, fast rather than tight.
namespace layerscope {

std::string deflate_bytes(std::string_view bytes);

/// Fills `out` exactly, or fails as malformed: hostile bytes cannot make more than was asked for.
Result<void> inflate_bytes(std::string_view deflated, std::span<char> out);

/// All that the bytes hold; malformed where that is more than `most_bytes`.
Result<std::string> inflate_at_most(std::string_view deflated, std::size_t most_bytes);

}  // namespace layerscope
