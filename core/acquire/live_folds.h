#pragma once
#include <map>
#include <optional>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/analysis/run_analysis.h"
#include "core/store/run_file.h"

namespace layerscope {

/// The folds that run beside a recording: they find the zero crossings, and know how far each
/// layer's device time has come.
class LiveFolds {
  public:
    explicit LiveFolds(const Station& station);

    void set_offset_ms(int layer, std::int64_t offset_ms);
    void set_first_seqid(int layer, std::int64_t first_seqid);

    /// Adds rows; the crossings that they show for the first time in this run.
    std::vector<ZeroCrossing> add(int layer, const std::vector<RecordedRow>& rows);

    /// Begins anew with what a run file holds. Returns the crossings that have no event there yet:
    /// the recorder was killed between the row and its alarm.
    Result<std::vector<ZeroCrossing>> restore(RunReader& reader);

    bool is_away(int layer) const { return away_from_s_.contains(layer); }
    /// The others no longer wait for this layer.
    LayerAway leave(int layer);
    /// It takes part again.
    LayerAway come_back(int layer);

  private:
    RunAnalysis analysis_;
    std::vector<int> layers_;
    std::map<int, double> away_from_s_;
};

}  // namespace layerscope
