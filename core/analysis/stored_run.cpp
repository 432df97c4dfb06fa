#include "core/analysis/stored_run.h"

#include <utility>

namespace layerscope {

Result<RunAnalysis> replay_stored_run(RunReader& reader, const ReplayVisitor& visitor) {
    RunAnalysis analysis{run_setup(reader.info().station)};
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    std::vector<int> layers;
    for (const RunStream& stream : *streams) {
        layers.push_back(stream.layer);
        analysis.set_offset_ms(stream.layer, stream.offset_ms);
        analysis.set_first_seqid(stream.layer, stream.first_seqid);
    }
    const auto events = reader.events();
    if (!events) return fail(events.error());
    if (auto applied = apply_absences(*events, analysis); !applied) {
        return fail(applied.error().kind,
                    reader.info().path.filename().string() + ": " + applied.error().sentence);
    }
    const ReadPage read = [&](int layer, std::int64_t after_seqid, std::int64_t most_rows,
                              const std::function<void(const RecordedRow&)>& visit) {
        return reader.read_rows(
            layer, after_seqid, [&](const RecordedRow& row, std::optional<UtcTime>) { visit(row); },
            most_rows);
    };
    if (auto done = replay(layers, read, analysis, visitor); !done) return fail(done.error());
    return analysis;
}

Result<RunSummary> analyse_stored_run(RunReader& reader, const ReplayVisitor& visitor) {
    auto analysis = replay_stored_run(reader, visitor);
    if (!analysis) return fail(analysis.error());
    analysis->finish();
    for (const SpreadPoint& point : analysis->take_spread()) {
        if (visitor.spread_point) visitor.spread_point(point);
    }
    return analysis->summary();
}

}  // namespace layerscope
