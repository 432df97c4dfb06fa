#pragma once
#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/result.h"
#include "ui/run_model.h"

namespace layerscope {

/// How the window reads a run file: a finished one to look at, or the one being recorded when the
/// screen has missed messages.
using RunLoader =
    std::function<Result<std::unique_ptr<RunModel>>(const std::filesystem::path& path)>;

/// Opens a run with its events. Its rows stay in the file until they come into view, unless the
/// file holds no state of our folds: then all are folded. What RunReader refuses is passed on.
Result<std::unique_ptr<RunModel>> load_run(const std::filesystem::path& path);

}  // namespace layerscope
