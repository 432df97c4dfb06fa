#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/acquire/reading.h"

namespace layerscope {

/// Puts the channels' own clocks on the clock of the run, whose zero is the earliest channel's
/// start. Channels of one test started on one message: no offset. Otherwise the start is the first
/// row's wall time less its step time, known to a second.
class RunClock {
  public:
    /// A channel takes part in this run with this test, from this row on.
    void add_channel(int layer, std::int64_t test_id, std::int64_t first_seqid);
    /// The first row of a channel in this run.
    void first_row(int layer, const RecordedRow& row);
    /// An offset that the run file holds already.
    void restore(int layer, std::int64_t offset_ms);

    /// Offsets that became known since the last call. Unless all channels have told their first
    /// row, nothing is known yet, but with `no_longer` the zero is fixed by those that have.
    enum class Wait { for_all, no_longer };
    std::vector<std::pair<int, std::int64_t>> take_offsets(Wait wait);

  private:
    struct Channel {
        std::int64_t test_id = 0;
        std::int64_t first_seqid = 1;
        std::optional<std::int64_t> start_ms;  // on the cycler's wall clock
        bool has_row = false;
        bool told = false;
    };
    bool one_test() const;
    bool complete() const;

    std::map<int, Channel> channels_;
    std::map<int, std::int64_t> restored_;
    std::optional<std::int64_t> zero_ms_;
};

}  // namespace layerscope
