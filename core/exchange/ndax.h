#pragma once
#include <filesystem>

#include "core/base/result.h"
#include "core/exchange/cycler_table.h"

namespace layerscope {

/// Reads a Neware .ndax file (ndc 2, 14, 16, 17). Any page whose checksum, count or bitmap is wrong
/// fails the whole file: a part is never passed off as the whole.
Result<CyclerTable> read_ndax(const std::filesystem::path& file);

}  // namespace layerscope
