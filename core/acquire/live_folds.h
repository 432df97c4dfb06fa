#pragma once
#include <map>
#include <optional>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/analysis/run_analysis.h"
#include "core/store/run_file.h"

namespace layerscope {

/// What the folds need to know of a station.
RunSetup run_setup(const Station& station);

/// The folds that run beside a recording: they find the zero crossings, and know how far each
/// layer's device time has come.
class LiveFolds {
  public:
    explicit LiveFolds(const Station& station);

    void set_offset_ms(int layer, std::int64_t offset_ms);

    /// Adds rows; the crossings that they show for the first time in this run.
    std::vector<ZeroCrossing> add(int layer, const std::vector<RecordedRow>& rows);

    /// Adds what a run file holds. Returns the crossings that have no event there yet: the recorder
    /// was killed between the row and its alarm. `first` sees each layer's first row.
    using FirstRow = std::function<void(int layer, const RecordedRow& row)>;
    Result<std::vector<ZeroCrossing>> restore(RunReader& reader, const FirstRow& first);

    bool is_away(int layer) const { return away_from_s_.contains(layer); }
    /// The others no longer wait for this layer.
    LayerAway leave(int layer);
    /// It takes part again.
    LayerAway come_back(int layer);

  private:
    void restore_away(const RunEvent& event);

    RunAnalysis analysis_;
    std::vector<int> layers_;
    std::map<int, double> away_from_s_;
};

}  // namespace layerscope
