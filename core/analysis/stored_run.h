#pragma once
#include "core/analysis/replay.h"
#include "core/analysis/run_folds.h"
#include "core/store/run_file.h"

namespace layerscope {

/// The folds of what a run file holds so far, with its channels' offsets and absences, from all its
/// rows, in constant memory. Not finished: rows that follow may be added to it.
Result<RunFolds> replay_stored_run(RunReader& reader, const ReplayVisitor& visitor = {});

/// The same to its end: all points are known, and the numbers of the whole.
Result<RunSummary> analyse_stored_run(RunReader& reader, const ReplayVisitor& visitor = {});

/// Folds as they were after the newest row of a file.
struct RestoredFolds {
    RunFolds folds;
    /// They were taken up from the stored state, so that what is derived in the file (states of
    /// charge, combined rows) is of these folds too; else all rows were folded, and it may not be.
    bool from_state = false;
};

/// As `replay_stored_run`, but from the stored state of the folds where it can be used: then only
/// rows and events after it are read, and only their points visited. Some of those combined points
/// may be in the file already. Crossings that wait to be taken are of the rows that were read.
Result<RestoredFolds> restore_run_folds(RunReader& reader, const ReplayVisitor& visitor = {});

}  // namespace layerscope
