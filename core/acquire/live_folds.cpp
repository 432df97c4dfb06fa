#include "core/acquire/live_folds.h"

#include <algorithm>
#include <set>

#include "core/acquire/absence.h"
#include "core/analysis/stored_run.h"

#include "core/analysis/replay.h"

namespace layerscope {
namespace {

// A layer without a row is away from the start: a run's clock begins at 0.
constexpr double before_any_row_s = -1;

}  // namespace

LiveFolds::LiveFolds(const Station& station) : analysis_{run_setup(station)} {
    for (const auto& channel : station.channels) layers_.push_back(channel.layer);
}

void LiveFolds::set_offset_ms(int layer, std::int64_t offset_ms) {
    analysis_.set_offset_ms(layer, offset_ms);
}

void LiveFolds::set_first_seqid(int layer, std::int64_t first_seqid) {
    analysis_.set_first_seqid(layer, first_seqid);
}

std::vector<ZeroCrossing> LiveFolds::add(int layer, const std::vector<RecordedRow>& rows) {
    for (const auto& row : rows) analysis_.add(layer, row);
    analysis_.take_spread();  // drawn elsewhere; here it would only pile up
    return analysis_.take_crossings();
}

Result<std::vector<ZeroCrossing>> LiveFolds::restore(RunReader& reader) {
    auto replayed = replay_stored_run(reader);
    if (!replayed) return fail(replayed.error());
    analysis_ = std::move(*replayed);
    const auto events = reader.events();
    if (!events) return fail(events.error());
    std::set<int> alarmed;
    for (const auto& event : *events) {
        if (event.kind == "below_0V") alarmed.insert(event.layer);
        if (event.kind != "away") continue;
        const auto away = read_absence(event);
        if (!away) return fail(away.error());
        away_from_s_.erase(away->layer);
        if (!away->to_time_s) away_from_s_[away->layer] = away->from_time_s;
    }
    auto crossings = analysis_.take_crossings();
    std::erase_if(crossings,
                  [&](const auto& crossing) { return alarmed.contains(crossing.layer); });
    return crossings;
}

LayerAway LiveFolds::leave(int layer) {
    const double from_s = analysis_.newest_s(layer).value_or(before_any_row_s);
    away_from_s_[layer] = from_s;
    analysis_.set_away(layer, from_s, std::nullopt);
    return {layer, from_s, std::nullopt};
}

LayerAway LiveFolds::come_back(int layer) {
    const double from_s = away_from_s_.at(layer);
    away_from_s_.erase(layer);
    double to_s = from_s;  // what the others have passed meanwhile stays without this layer
    for (const int other : layers_) to_s = std::max(to_s, analysis_.newest_s(other).value_or(0));
    analysis_.set_away(layer, from_s, to_s);
    return {layer, from_s, to_s};
}

}  // namespace layerscope
