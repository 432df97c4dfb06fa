#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// What a check of every byte of a run found.
struct RunCheck {
    std::int64_t rows = 0;
    std::int64_t blocks = 0;          // whose checksums were compared
    std::int64_t pages = 0;           // of the pyramid, likewise
    std::vector<std::string> faults;  // one sentence each; empty: all is well
};

/// Compares every checksum, decodes every block, holds the pyramid against the rows, and asks
/// SQLite for its own opinion. Fails only where the file cannot be opened at all.
Result<RunCheck> check_run(const std::filesystem::path& path);

}  // namespace layerscope
