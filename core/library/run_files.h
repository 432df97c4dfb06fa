#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace layerscope {

/// By what is seen that a run was written to, without opening it: of the file and of the log beside
/// it, which is none where it is empty.
struct FileStamp {
    std::int64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t log_size = 0;
    std::int64_t log_mtime_ns = 0;

    bool operator==(const FileStamp&) const = default;

    /// Nothing was written within the coarsest tick that file systems stamp with: whoever writes
    /// from now on changes the stamp.
    bool settled(UtcTime now) const;
};

struct RunFile {
    std::filesystem::path path;
    FileStamp stamp;
};

/// A folder or a file that may not be looked into, with the sentence.
struct ClosedPlace {
    std::filesystem::path path;
    std::string sentence;
};

struct RunFiles {
    std::vector<RunFile> files;  // in the order of their paths
    std::vector<ClosedPlace> closed;
};

/// The run files (`.lsrun`) of a folder and of the folders below it; hidden ones are passed over.
/// Links are followed, and what can be reached in several ways is found once, where it really lies
/// if that is below `folder`. Fails where `folder` itself cannot be looked into.
Result<RunFiles> find_run_files(const std::filesystem::path& folder);

}  // namespace layerscope
