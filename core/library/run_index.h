#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/library/library_run.h"
#include "core/library/run_files.h"
#include "core/store/sql.h"

namespace layerscope {

/// A run and what its file looked like just before it was read.
struct IndexedRun {
    FileStamp stamp;
    LibraryRun run;
};

/// What was read of run files, kept in a file of its own so that they need not be opened again. It
/// only saves time: where it cannot be read or written, it is done without.
class RunIndex {
  public:
    /// A damaged or foreign file is made anew. nullopt where there can be none now: a folder that
    /// may not be written, or another program that is at it.
    static std::optional<RunIndex> open(const std::filesystem::path& file);

    /// What is known of a file as long as its stamp is this one.
    const LibraryRun* find(const RunFile& file) const;
    /// Paths below `folder` of which something is known.
    std::vector<std::filesystem::path> below(const std::filesystem::path& folder) const;

    /// Writes only what is given; nothing where both are empty.
    void change(std::span<const IndexedRun> keep, std::span<const std::filesystem::path> forget);

  private:
    explicit RunIndex(Database database) : database_{std::move(database)} {}
    static Result<RunIndex> open_whole(const std::filesystem::path& file);
    static Result<RunIndex> make_anew(const std::filesystem::path& file);
    Result<void> load();
    Result<void> load_runs();
    Result<void> load_items();
    Result<void> put(const IndexedRun& entry);
    Result<void> put_items(const LibraryRun& run);
    Result<void> remove(const std::filesystem::path& path);

    Database database_;
    std::map<std::string, IndexedRun> known_;
};

}  // namespace layerscope
