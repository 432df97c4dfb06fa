#pragma once
#include <cstddef>
#include <functional>

namespace layerscope {

/// Calls `work` with 0 to `count - 1`, each once, on up to `threads` threads, the caller's among
/// them, and returns when all are done. A thread that is free takes the next number. The first
/// exception is thrown again here, when the calls that were under way have ended.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace layerscope
