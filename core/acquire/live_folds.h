#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/analysis/run_folds.h"
#include "core/store/run_file.h"
#include "core/store/run_writer.h"

namespace layerscope {

/// A page as it goes into a run file.
struct FoldedRows {
    std::vector<RunEntry> entries;        // the page, and the combined rows that it settled
    std::vector<ZeroCrossing> crossings;  // that it shows for the first time in this run
};

/// The folds that run beside a recording: they make of each page what the run file keeps, find the
/// zero crossings, and know how far each layer's device time has come.
class LiveFolds {
  public:
    explicit LiveFolds(const Station& station);

    void set_offset_ms(int layer, std::int64_t offset_ms);
    void set_first_seqid(int layer, std::int64_t first_seqid);

    FoldedRows add(RowPage page);

    /// Begins anew with what a run file holds. Returns the crossings that have no event there yet:
    /// the recorder was killed between the row and its alarm.
    Result<std::vector<ZeroCrossing>> restore(RunReader& reader);

    bool is_away(int layer) const { return folds_.analysis().away_since_s(layer).has_value(); }
    /// The others no longer wait for this layer.
    LayerAway leave(int layer);
    /// It takes part again.
    LayerAway come_back(int layer);

    /// Combined rows that the file has not: an absence settles some, and a restored file may lack
    /// some.
    CombinedRows take_combined();

    /// The state, after all that was taken is in the file. None while the file holds what other
    /// folds have derived, in which no reader may trust.
    std::optional<FoldState> state(std::int64_t newest_event_id) const;

  private:
    RunFolds folds_;
    std::vector<int> layers_;
    CombinedRows combined_;    // that wait to be taken
    bool all_is_ours_ = true;  // what is derived in the file
};

}  // namespace layerscope
