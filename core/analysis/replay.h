#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "core/acquire/reading.h"
#include "core/analysis/run_analysis.h"
#include "core/analysis/run_folds.h"
#include "core/base/result.h"
#include "core/cell/station.h"
#include "core/store/run_file.h"

/// A run's rows through the folds, wherever they are kept.
namespace layerscope {

/// What the folds need to know, from the station.
RunSetup run_setup(const Station& station);

/// Told of each point as it becomes known; an empty function is not called.
struct ReplayVisitor {
    std::function<void(const LayerPoint&)> layer_point;
    std::function<void(const SpreadPoint&)> spread_point;
};

/// Visits up to `most_rows` rows of `layer` with seqid > `after_seqid`, in seqid order; fewer only
/// where the layer has no more.
using ReadPage =
    std::function<Result<void>(int layer, std::int64_t after_seqid, std::int64_t most_rows,
                               const std::function<void(const RecordedRow&)>& visit)>;

/// Feeds `folds` the rows of `layers` after those that it knows, a page at a time from the layer
/// that is least far in device time: however long the run, only a few pages wait in memory. Takes
/// the combined points. Does not finish the analysis, so that a live run can go on.
Result<void> replay(const std::vector<int>& layers, const ReadPage& read, RunFolds& folds,
                    const ReplayVisitor& visitor = {});

/// Applies the recorded absences among `events`; one that cannot be read fails with its id.
Result<void> apply_absences(const std::vector<RunEvent>& events, RunAnalysis& analysis);

}  // namespace layerscope
