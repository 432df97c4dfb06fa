#pragma once
#include "core/analysis/replay.h"
#include "core/store/run_file.h"

namespace layerscope {

/// The analysis of what a run file holds so far, with its channels' offsets and absences, in
/// constant memory. Not finished: rows that follow may be added to it.
Result<RunAnalysis> replay_stored_run(RunReader& reader, const ReplayVisitor& visitor = {});

/// The same to its end: all points are known, and the numbers of the whole.
Result<RunSummary> analyse_stored_run(RunReader& reader, const ReplayVisitor& visitor = {});

}  // namespace layerscope
