#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/library/library_run.h"

namespace layerscope {

/// The runs of a folder and the folders below it. What was read of a file is kept in an index,
/// `index.sqlite` in `cache`, and read again when the file has changed: the index may be deleted at
/// any time, and files may be moved, renamed and copied by any program. Several libraries, of
/// several programs too, may share a cache.
class RunLibrary {
  public:
    /// A cache that cannot be used is done without.
    RunLibrary(std::filesystem::path folder, std::filesystem::path cache);

    /// All runs, newest first; at the end those that cannot be read. Fails where the folder cannot
    /// be looked into.
    ///
    /// Of several files with one uuid the original is one that does not call itself a copy; of
    /// these the one with the most rows, for a recording goes on and its copies do not; of these
    /// the one under the fewest folders, then with the shortest path, then the first by its
    /// letters. Times do not decide: a label changes them.
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
