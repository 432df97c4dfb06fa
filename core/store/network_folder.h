#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace layerscope {

/// The kind of network file system ("nfs4", "cifs", "fuse.sshfs" …) that holds `path` according to
/// the lines of a `/proc/self/mountinfo`; nullopt where it is a local one. `path` is absolute.
std::optional<std::string> network_file_system(std::string_view mountinfo,
                                               const std::filesystem::path& path);

/// Refuses, with the remedy, to record into a network folder: the log beside a run needs memory
/// that all its readers share, which no network gives, and locks that hold. A folder that is not
/// there yet is where the nearest one above it is. Finished runs may lie on a network and be read.
Result<void> check_local(const std::filesystem::path& folder);

}  // namespace layerscope
