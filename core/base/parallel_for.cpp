#include "core/base/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace layerscope {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr thrown;
    const auto take_turns = [&] {
        try {
            for (auto i = next++; i < count; i = next++) work(i);
        } catch (...) {
            const std::lock_guard lock{mutex};
            if (!thrown) thrown = std::current_exception();
            next = count;
        }
    };
    {
        const auto others =
            std::min(count, std::size_t(std::max(threads, 1))) - (count > 0 ? 1 : 0);
        std::vector<std::jthread> helpers;
        for (std::size_t i = 0; i < others; ++i) helpers.emplace_back(take_turns);
        take_turns();
    }  // joined: what the threads refer to lives until here
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace layerscope
