#include "core/acquire/timed_row.h"

#include <chrono>

namespace layerscope {

std::string wall_text(UtcTime began, double total_time_s) {
    using std::chrono::floor;
    using std::chrono::microseconds;
    using std::chrono::seconds;
    const auto into =
        std::chrono::duration_cast<microseconds>(std::chrono::duration<double>{total_time_s});
    return to_wall_text(WallTime{floor<seconds>(began + into).time_since_epoch()});
}

}  // namespace layerscope
