#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace layerscope {

/// One line of a library: what is told of a run before it is opened.
struct LibraryRun {
    std::filesystem::path path;
    std::string uuid;
    std::string name;
    std::string cell;    // the station's name for it
    std::string origin;  // "recorded", "simulated", "imported"
    UtcTime created{};
    std::optional<std::string> final_reason;  // none while it may still be resumed
    std::optional<double> rate;               // in units of 1C
    double length_s = 0;                      // of test time
    std::int64_t rows = 0;
    std::vector<double> capacity_mAh;  // of layer k at k - 1: charge since the start
    std::optional<double> first_below_0V_s;
    int alarms = 0;
    int open_alarms = 0;  // not acknowledged
    std::vector<std::string> tags;
    std::vector<std::string> notes;
    bool copied = false;                 // it was written as a copy of another file
    bool is_copy = false;                // another file of the library is the original
    std::optional<std::string> trouble;  // one sentence: why it cannot be read; then only the path

    bool operator==(const LibraryRun&) const = default;
};

/// What the file says. Its rows are folded only where it holds no usable state of the folds.
LibraryRun read_library_run(const std::filesystem::path& path);

}  // namespace layerscope
