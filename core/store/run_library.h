#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace layerscope {

/// One line of a library: a run, as far as can be told without folding its rows.
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
    bool is_copy = false;                // another file of the library has the same uuid
    std::optional<std::string> trouble;  // one sentence: why it cannot be read; then only the path
};

/// The runs of a folder and the folders below it. What was read of a file is kept in an index,
/// `index.sqlite` in `cache`, and read again when the file has changed: the index may be deleted at
/// any time, and files may be moved, renamed and copied by any program.
class RunLibrary {
  public:
    /// A cache that cannot be used is done without.
    RunLibrary(std::filesystem::path folder, std::filesystem::path cache);

    /// All runs, newest first.
    Result<std::vector<LibraryRun>> list();

  private:
    std::filesystem::path folder_;
    std::filesystem::path cache_;
};

/// The runs in which each word of `text` occurs: in name, cell, rate, date, tags, notes or the
/// file's name; upper and lower case are one.
std::vector<LibraryRun> search(std::vector<LibraryRun> runs, const std::string& text);

/// `$XDG_CACHE_HOME/layerscope`, else `~/.cache/layerscope`.
std::filesystem::path user_cache_folder();

}  // namespace layerscope
