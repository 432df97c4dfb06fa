#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/acquire/layer_state.h"
#include "core/acquire/live_folds.h"
#include "core/acquire/run_clock.h"
#include "core/acquire/run_journal.h"

namespace layerscope {

/// The layers of a run on its clock. Rows wait until their channel's offset is known, then go
/// through the folds into the file; a layer that has ended or fallen silent leaves the combined
/// metrics, so that the others do not wait for it.
class RunLayers {
  public:
    /// Both must outlive it. `patience`: how long rows wait for the first rows of other layers.
    RunLayers(const Station& station, RunJournal& journal, std::chrono::seconds patience);

    LayerState& at(int layer) { return states_.at(std::size_t(layer) - 1); }
    const LayerState& at(int layer) const { return states_.at(std::size_t(layer) - 1); }
    auto begin() { return states_.begin(); }
    auto end() { return states_.end(); }
    auto begin() const { return states_.begin(); }
    auto end() const { return states_.end(); }

    /// Forgets the run before and takes the lines of one that was just made.
    void begin_run(const std::vector<RunStream>& streams);
    /// Forgets the run before and takes what a run file holds. Returns the crossings that have no
    /// event there yet.
    Result<std::vector<ZeroCrossing>> resume_run(RunReader& reader);
    /// The journal takes entries of this run from now on: nothing of another one is kept.
    void start(SteadyTime now);

    /// A channel that had told no test when the run was opened tells it now.
    void learn_test(int layer, std::int64_t test_id);

    /// New rows of the test that the run follows, in seqid order.
    void add(RowPage page, SteadyTime now);

    /// Tells the offsets that are known, and stores the rows that waited for theirs.
    void place_rows(SteadyTime now);
    /// The same without any wait: the run ends.
    void place_all_rows(SteadyTime now);

    /// Stores the state of the folds, after all that is in it: at once, or if a minute has passed.
    void store_state(SteadyTime now);
    void keep_state(SteadyTime now);

    /// Why a run ends whose layers have all ended: the gravest of their words.
    std::string final_word() const;

    /// Lets layers leave and come back; the ones that came back.
    std::vector<int> judge_presence(SteadyTime now);

  private:
    void place(RunClock::Wait wait, SteadyTime now);
    void store(LayerState& of, RowPage page, SteadyTime now);
    void store_combined();

    const Station& station_;
    RunJournal& journal_;
    const std::chrono::seconds patience_;
    std::vector<LayerState> states_;
    LiveFolds folds_;
    RunClock clock_;
    SteadyTime state_stored_{};
};

}  // namespace layerscope
