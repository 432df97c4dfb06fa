#include "core/acquire/step_clock.h"

namespace layerscope {

StepTime StepClock::advance(const RecordedRow& row) {
    const bool same_execution =
        started_ && row.cycleid == cycleid_ && row.stepid == stepid_ && row.testtime_ms >= last_ms_;
    if (!same_execution) before_ms_ += last_ms_;
    started_ = true;
    cycleid_ = row.cycleid;
    stepid_ = row.stepid;
    last_ms_ = row.testtime_ms;
    return {before_ms_ + row.testtime_ms, row.testtime_ms, !same_execution};
}

}  // namespace layerscope
