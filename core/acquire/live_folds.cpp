#include "core/acquire/live_folds.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace layerscope {

RunSetup run_setup(const Station& station) {
    RunSetup setup{station.design, station.sign(), {}, 0};
    for (const auto& channel : station.channels) {
        setup.reference_fields.push_back(channel.reference_field);
        const auto poll = station.device(channel.device).poll;
        setup.poll_s = std::max(setup.poll_s, std::chrono::duration<double>(poll).count());
    }
    return setup;
}

LiveFolds::LiveFolds(const Station& station) : analysis_{run_setup(station)} {
    for (const auto& channel : station.channels) layers_.push_back(channel.layer);
}

void LiveFolds::set_offset_ms(int layer, std::int64_t offset_ms) {
    analysis_.set_offset_ms(layer, offset_ms);
}

std::vector<ZeroCrossing> LiveFolds::add(int layer, const std::vector<RecordedRow>& rows) {
    for (const auto& row : rows) analysis_.add(layer, row);
    analysis_.take_spread();  // drawn elsewhere; here it would only pile up
    return analysis_.take_crossings();
}

Result<std::vector<ZeroCrossing>> LiveFolds::restore(RunReader& reader, const FirstRow& first) {
    const auto events = reader.events();
    if (!events) return fail(events.error());
    std::set<int> alarmed;
    for (const auto& event : *events) {
        if (event.kind == "below_0V") alarmed.insert(event.layer);
        if (event.kind == "away") restore_away(event);
    }
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    for (const auto& stream : *streams) {
        analysis_.set_offset_ms(stream.layer, stream.offset_ms);
        bool is_first = true;
        const auto read = reader.read_rows(
            stream.layer, 0, [&](const RecordedRow& row, const std::optional<UtcTime>&) {
                if (is_first) first(stream.layer, row);
                is_first = false;
                analysis_.add(stream.layer, row);
            });
        if (!read) return fail(read.error());
    }
    analysis_.take_spread();
    auto crossings = analysis_.take_crossings();
    std::erase_if(crossings,
                  [&](const auto& crossing) { return alarmed.contains(crossing.layer); });
    return crossings;
}

void LiveFolds::restore_away(const RunEvent& event) {
    const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
    if (!detail.is_object() || !detail.contains("from_s") || !detail["from_s"].is_number()) return;
    const double from_s = detail["from_s"].get<double>();
    std::optional<double> to_s;
    if (detail.contains("to_s") && detail["to_s"].is_number()) to_s = detail["to_s"].get<double>();
    analysis_.set_away(event.layer, from_s, to_s);
    if (to_s) {
        away_from_s_.erase(event.layer);
    } else {
        away_from_s_[event.layer] = from_s;
    }
}

LayerAway LiveFolds::leave(int layer) {
    const double from_s = analysis_.newest_s(layer).value_or(0);
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
