#include "core/analysis/stored_run.h"

#include <algorithm>
#include <utility>

namespace layerscope {
namespace {

/// Loads a state, unless it is ahead of the rows: those that come again would be folded twice.
bool take_up(const FoldState& state, const std::vector<RunStream>& streams, RunFolds& folds) {
    RunFolds stored{folds.analysis().setup()};
    if (!stored.load(state)) return false;
    const bool is_ahead = std::any_of(streams.begin(), streams.end(), [&](const auto& stream) {
        const auto& newest = stored.newest(stream.layer);
        return newest && (!stream.last_row || newest->seqid > stream.last_row->seqid);
    });
    if (!is_ahead) folds = std::move(stored);
    return !is_ahead;
}

/// Feeds `folds` what the file holds after it.
Result<void> replay_rest(RunReader& reader, const std::vector<RunStream>& streams, RunFolds& folds,
                         const ReplayVisitor& visitor) {
    std::vector<int> layers;
    for (const RunStream& stream : streams) {
        layers.push_back(stream.layer);
        if (folds.newest(stream.layer)) continue;  // both are in the state with the first row
        folds.analysis().set_offset_ms(stream.layer, stream.offset_ms);
        folds.analysis().set_first_seqid(stream.layer, stream.first_seqid);
    }
    const auto events = reader.events(folds.newest_event_id());
    if (!events) return fail(events.error());
    if (auto applied = apply_absences(*events, folds.analysis()); !applied) {
        return fail(applied.error().kind,
                    reader.info().path.filename().string() + ": " + applied.error().sentence);
    }
    const ReadPage read = [&](int layer, std::int64_t after_seqid, std::int64_t most_rows,
                              const std::function<void(const RecordedRow&)>& visit) {
        return reader.read_rows(
            layer, after_seqid, [&](const RecordedRow& row, std::optional<UtcTime>) { visit(row); },
            most_rows, RowParts::folded);
    };
    return replay(layers, read, folds, visitor);
}

}  // namespace

Result<RunFolds> replay_stored_run(RunReader& reader, const ReplayVisitor& visitor) {
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    RunFolds folds{reader.info().station};
    if (auto done = replay_rest(reader, *streams, folds, visitor); !done) return fail(done.error());
    return folds;
}

Result<RunSummary> analyse_stored_run(RunReader& reader, const ReplayVisitor& visitor) {
    auto folds = replay_stored_run(reader, visitor);
    if (!folds) return fail(folds.error());
    folds->analysis().finish();
    for (const SpreadPoint& point : folds->take_spread()) {
        if (visitor.spread_point) visitor.spread_point(point);
    }
    return folds->analysis().summary();
}

Result<RestoredFolds> restore_run_folds(RunReader& reader, const ReplayVisitor& visitor) {
    RestoredFolds restored{RunFolds{reader.info().station}};
    const auto state = reader.fold_state();  // before the rows: they may only be ahead of it
    if (!state) return fail(state.error());
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    restored.from_state = *state && take_up(**state, *streams, restored.folds);
    if (auto done = replay_rest(reader, *streams, restored.folds, visitor); !done) {
        return fail(done.error());
    }
    return restored;
}

}  // namespace layerscope
