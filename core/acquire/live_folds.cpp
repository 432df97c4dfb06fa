#include "core/acquire/live_folds.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "core/analysis/stored_run.h"

namespace layerscope {
namespace {

// A layer without a row is away from the start: a run's clock begins at 0.
constexpr double before_any_row_s = -1;

CombinedRow combined_row(const SpreadPoint& point) {
    return {std::llround(point.time_s * 1000), point.after_gap, point.raw.sigma,
            point.current_share_layer1};
}

/// Whether what the file holds beside its rows was derived by folds of this version.
Result<bool> derived_by_these_folds(RunReader& reader) {
    const auto state = reader.fold_state();
    if (!state) return fail(state.error());
    if (*state) return (*state)->version == fold_version;
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    return std::all_of(streams->begin(), streams->end(),
                       [](const RunStream& stream) { return stream.rows == 0; });
}

/// nullopt where the file has no combined row.
Result<std::optional<std::int64_t>> newest_combined_ms(RunReader& reader) {
    const auto combined = reader.series(combined_stream, {});
    if (!combined) return fail(combined.error());
    const auto last_s = combined->last_s();
    return last_s ? std::optional<std::int64_t>{std::llround(*last_s * 1000)} : std::nullopt;
}

}  // namespace

LiveFolds::LiveFolds(const Station& station) : folds_{station} {
    for (const auto& channel : station.channels) layers_.push_back(channel.layer);
}

void LiveFolds::set_offset_ms(int layer, std::int64_t offset_ms) {
    folds_.analysis().set_offset_ms(layer, offset_ms);
}

void LiveFolds::set_first_seqid(int layer, std::int64_t first_seqid) {
    folds_.analysis().set_first_seqid(layer, first_seqid);
}

FoldedRows LiveFolds::add(RowPage page) {
    FoldedPage folded{std::move(page), {}};
    folded.soc.reserve(folded.page.rows.size());
    for (const auto& row : folded.page.rows) {
        folded.soc.push_back(folds_.add(folded.page.layer, row).soc);
    }
    FoldedRows made;
    made.entries.emplace_back(std::move(folded));
    if (auto combined = take_combined(); !combined.empty()) {
        made.entries.emplace_back(std::move(combined));
    }
    made.crossings = folds_.analysis().take_crossings();
    return made;
}

CombinedRows LiveFolds::take_combined() {
    for (const SpreadPoint& point : folds_.take_spread()) combined_.push_back(combined_row(point));
    return std::exchange(combined_, {});
}

Result<std::vector<ZeroCrossing>> LiveFolds::restore(RunReader& reader) {
    const auto ours = derived_by_these_folds(reader);
    if (!ours) return fail(ours.error());
    const auto newest_ms = newest_combined_ms(reader);
    if (!newest_ms) return fail(newest_ms.error());
    CombinedRows combined;
    ReplayVisitor visitor;
    visitor.spread_point = [&](const SpreadPoint& point) {
        const CombinedRow row = combined_row(point);
        if (!*newest_ms || row.time_ms > **newest_ms) combined.push_back(row);
    };
    auto restored = restore_run_folds(reader, visitor);
    if (!restored) return fail(restored.error());
    folds_ = std::move(restored->folds);
    combined_ = std::move(combined);
    all_is_ours_ = *ours;
    // A crossing that the state knows had its event before the state was stored.
    const auto events = reader.events(folds_.newest_event_id());
    if (!events) return fail(events.error());
    std::set<int> alarmed;
    for (const auto& event : *events) {
        if (event.kind == "below_0V") alarmed.insert(event.layer);
    }
    auto crossings = folds_.analysis().take_crossings();
    std::erase_if(crossings,
                  [&](const auto& crossing) { return alarmed.contains(crossing.layer); });
    return crossings;
}

LayerAway LiveFolds::leave(int layer) {
    const double from_s = folds_.analysis().newest_s(layer).value_or(before_any_row_s);
    folds_.analysis().set_away(layer, from_s, std::nullopt);
    return {layer, from_s, std::nullopt};
}

LayerAway LiveFolds::come_back(int layer) {
    RunAnalysis& analysis = folds_.analysis();
    const double from_s = analysis.away_since_s(layer).value();
    double to_s = from_s;  // what the others have passed meanwhile stays without this layer
    for (const int other : layers_) to_s = std::max(to_s, analysis.newest_s(other).value_or(0));
    analysis.set_away(layer, from_s, to_s);
    return {layer, from_s, to_s};
}

std::optional<FoldState> LiveFolds::state(std::int64_t newest_event_id) const {
    if (!all_is_ours_) return std::nullopt;
    return folds_.save(newest_event_id);
}

}  // namespace layerscope
