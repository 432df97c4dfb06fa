#pragma once
#include <cstdint>

#include "core/acquire/reading.h"

namespace layerscope {

/// Where a row stands in device test time.
struct StepTime {
    std::int64_t total_ms = 0;    // since the start of the run, on its clock
    std::int64_t in_step_ms = 0;  // since the start of the step's execution
    bool new_execution = false;   // the first row of an execution that was seen
};

/// Total time from step times, which are all that a cycler sends with its rows. Total time is the
/// row's own step time plus the last recorded step time of every earlier execution; an execution
/// begins when (cycle, step) changes or the step time falls. Whole milliseconds, so that nothing
/// depends on how often a sum was rounded.
class StepClock {
  public:
    /// `offset_ms`: start of this channel's clock on that of the run.
    explicit StepClock(std::int64_t offset_ms = 0) : before_ms_{offset_ms} {}

    /// Takes the channel's rows in seqid order.
    StepTime advance(const RecordedRow& row);

    /// Its state; see core/analysis/state_bytes.h.
    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.before_ms_, own.last_ms_, own.cycleid_, own.stepid_, own.started_);
    }

  private:
    std::int64_t before_ms_;  // offset and all earlier executions
    std::int64_t last_ms_ = 0;
    int cycleid_ = 0;
    int stepid_ = 0;
    bool started_ = false;
};

}  // namespace layerscope
