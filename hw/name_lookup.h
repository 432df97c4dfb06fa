#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// Looks up `host` and calls `done`, on a thread of its own, with its numeric addresses. The
/// system's look-up cannot be interrupted and may hang for minutes, so nobody waits for that
/// thread: `done` must bear being called after everything else has gone.
void look_up_name(std::string host, std::function<void(Result<std::vector<std::string>>)> done);

}  // namespace layerscope
