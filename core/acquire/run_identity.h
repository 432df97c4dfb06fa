#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/store/run_file.h"

namespace layerscope {

/// The newest run in `folder` that may be gone on with, given what the channels hold now: not
/// final, named by no other run as the one before it, same channels on the same layers, same sign,
/// no test id that differs (0 is unknown and fits), at least one that is the same, and the same
/// name where one is given. Fails where another recorder
/// holds such a run, under whatever name: its rows belong into one file of the folder.
Result<std::optional<std::filesystem::path>> find_unfinished(
    const std::filesystem::path& folder, const Station& station,
    const std::vector<std::int64_t>& test_ids, const std::optional<std::string>& name);

/// `C-07-20261122T181314Z`
std::string default_run_name(const Station& station, UtcTime now);

/// A path in `folder` that nothing has: `NAME.lsrun`, else `NAME-2.lsrun` and so on. What a file
/// name cannot hold becomes '-'.
std::filesystem::path free_run_path(const std::filesystem::path& folder, const std::string& name);

}  // namespace layerscope
