#pragma once
#include <filesystem>
#include <string_view>

#include "core/base/result.h"

namespace layerscope {

/// Fails with one sentence where `path` exists already or its folder does not: worth asking before
/// a long work.
Result<void> check_new_file(const std::filesystem::path& path);

/// Writes a file that was not there: beside it first, then under its name, so that nobody ever sees
/// a part of it.
Result<void> write_new_file(const std::filesystem::path& path, std::string_view text);

}  // namespace layerscope
