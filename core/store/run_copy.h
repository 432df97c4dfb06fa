#pragma once
#include <filesystem>

#include "core/base/result.h"

namespace layerscope {

/// Writes all that a run holds now into a new file, while it is recorded too: one plain file of the
/// newest version, so that a copy is also how a run of an older version is brought up to date. The
/// original is not changed. Fails where `to` exists; a copy that fails leaves nothing.
Result<void> copy_run(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace layerscope
