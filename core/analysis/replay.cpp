#include "core/analysis/replay.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "core/acquire/absence.h"

namespace layerscope {
namespace {

// As many as a run file seals into one block: each is unpacked once.
constexpr std::int64_t rows_of_page = 4096;

struct LayerPosition {
    int layer = 0;
    std::int64_t last_seqid = 0;
    bool at_end = false;
};

/// The layer whose rows are waited for: the one with more rows that is least far.
LayerPosition* next_to_read(std::vector<LayerPosition>& positions, const RunAnalysis& analysis) {
    LayerPosition* least = nullptr;
    double least_s = std::numeric_limits<double>::infinity();
    for (LayerPosition& position : positions) {
        if (position.at_end) continue;
        const double newest_s = analysis.newest_s(position.layer).value_or(-1);
        if (newest_s < least_s) {
            least = &position;
            least_s = newest_s;
        }
    }
    return least;
}

Result<void> replay_page(LayerPosition& position, const ReadPage& read, RunFolds& folds,
                         const ReplayVisitor& visitor) {
    std::int64_t rows = 0;
    const auto feed = [&](const RecordedRow& row) {
        ++rows;
        position.last_seqid = row.seqid;
        const LayerPoint point = folds.add(position.layer, row);
        if (visitor.layer_point) visitor.layer_point(point);
    };
    auto done = read(position.layer, position.last_seqid, rows_of_page, feed);
    position.at_end = rows < rows_of_page;
    return done;
}

}  // namespace

RunSetup run_setup(const Station& station) {
    RunSetup setup;
    setup.design = station.design;
    setup.sign = station.sign();
    for (const StationChannel& channel : station.channels) {
        setup.reference_fields.push_back(channel.reference_field);
    }
    std::chrono::duration<double> longest_poll{0};
    for (const DeviceSettings& device : station.devices) {
        longest_poll = std::max<std::chrono::duration<double>>(longest_poll, device.poll);
    }
    setup.poll_s = longest_poll.count();
    return setup;
}

Result<void> replay(const std::vector<int>& layers, const ReadPage& read, RunFolds& folds,
                    const ReplayVisitor& visitor) {
    std::vector<LayerPosition> positions;
    positions.reserve(layers.size());
    for (const int layer : layers) {
        positions.push_back({.layer = layer, .last_seqid = folds.analysis().last_seqid(layer)});
    }
    while (LayerPosition* position = next_to_read(positions, folds.analysis())) {
        if (auto done = replay_page(*position, read, folds, visitor); !done) return done;
        for (const SpreadPoint& point : folds.take_spread()) {
            if (visitor.spread_point) visitor.spread_point(point);
        }
    }
    return {};
}

Result<void> apply_absences(const std::vector<RunEvent>& events, RunAnalysis& analysis) {
    for (const RunEvent& event : events) {
        if (event.kind != "away") continue;
        const auto away = read_absence(event);
        if (!away) return fail(away.error());
        analysis.set_away(away->layer, away->from_time_s, away->to_time_s);
    }
    return {};
}

}  // namespace layerscope
