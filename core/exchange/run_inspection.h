#pragma once
#include <filesystem>

#include "core/base/result.h"
#include "core/exchange/inspection.h"

namespace layerscope {

/// Of a run file, finished or being recorded. Columns are `layerK_` and a name: times on the clock
/// of the run, all other values as received.
Result<Inspection> inspect_run(const std::filesystem::path& file);

}  // namespace layerscope
