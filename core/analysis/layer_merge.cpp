#include "core/analysis/layer_merge.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/analysis/state_of_charge.h"

namespace layerscope {
namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

std::size_t index_of(int layer) {
    return std::size_t(layer) - 1;
}

}  // namespace

void WaitingRows::push(const MergeRow& row) {
    if (empty()) {
        rows_.clear();
        first_ = 0;
    } else if (rows_.size() == rows_.capacity() && 2 * first_ >= rows_.size()) {
        rows_.erase(rows_.begin(), rows_.begin() + std::ptrdiff_t(first_));
        first_ = 0;
    }
    rows_.push_back(row);
}

LayerMerge::LayerMerge(std::vector<Charge> capacities)
    : capacities_{std::move(capacities)},
      layers_(capacities_.size()),
      soc_(capacities_.size()),
      clipped_soc_(capacities_.size()),
      charge_C_(capacities_.size()),
      current_A_(capacities_.size()) {}

void LayerMerge::add(int layer, const MergeRow& row) {
    Layer& own = layers_.at(index_of(layer));
    own.newest_s = row.time_s;
    if (!joined_s_ || row.time_s > *joined_s_) own.waiting.push(row);
    settle();
}

void LayerMerge::set_away(int layer, double from_time_s, std::optional<double> to_time_s) {
    auto& away = layers_.at(index_of(layer)).away;
    const auto known = std::find_if(away.begin(), away.end(),
                                    [&](const Away& a) { return a.from_s == from_time_s; });
    if (known != away.end()) {
        known->to_s = to_time_s;
    } else {
        const auto later = std::find_if(away.begin(), away.end(),
                                        [&](const Away& a) { return a.from_s > from_time_s; });
        away.insert(later, {from_time_s, to_time_s});
    }
    settle();
}

void LayerMerge::finish() {
    finished_ = true;
    settle();
}

std::vector<SpreadPoint> LayerMerge::take() {
    return std::exchange(points_, {});
}

double LayerMerge::watermark_s() const {
    double newest_s = 0;
    for (const Layer& layer : layers_) newest_s = std::max(newest_s, layer.newest_s.value_or(0));
    return std::clamp(settled_before_s(), joined_s_.value_or(0), newest_s);
}

std::optional<double> LayerMerge::newest_s(int layer) const {
    return layers_.at(index_of(layer)).newest_s;
}

std::optional<double> LayerMerge::away_since_s(int layer) const {
    const auto& away = layers_.at(index_of(layer)).away;
    const auto open = std::find_if(away.begin(), away.end(), [](const Away& a) { return !a.to_s; });
    return open == away.end() ? std::nullopt : std::optional{open->from_s};
}

bool LayerMerge::is_possible() const {
    return !joined_s_ || std::any_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
        return layer.newest_s && *layer.newest_s >= *joined_s_;
    });
}

bool LayerMerge::is_away(const Layer& layer, double time_s) {
    return std::any_of(layer.away.begin(), layer.away.end(), [&](const Away& away) {
        return time_s > away.from_s && time_s <= away.to_s.value_or(never_s);
    });
}

/// The time from which on a layer may still bring rows that count. One that is away counts with its
/// rows up to the time it left, so the others wait for those.
double LayerMerge::holds_at_s(const Layer& layer) {
    double holds_s = layer.newest_s.value_or(-never_s);
    for (const Away& away : layer.away) {
        // No row lies before time 0: who left before it never had one.
        const bool has_left = holds_s >= away.from_s || (!layer.newest_s && away.from_s < 0);
        if (has_left) holds_s = std::max(holds_s, away.to_s.value_or(never_s));
    }
    return holds_s;
}

double LayerMerge::settled_before_s() const {
    if (finished_) return never_s;
    double least_s = never_s;
    for (const Layer& layer : layers_) least_s = std::min(least_s, holds_at_s(layer));
    return least_s;
}

void LayerMerge::settle() {
    const double before_s = settled_before_s();
    while (true) {
        double next_s = never_s;
        for (const Layer& layer : layers_) {
            if (!layer.waiting.empty()) next_s = std::min(next_s, layer.waiting.front().time_s);
        }
        if (next_s >= before_s) return;
        join(next_s);
    }
}

void LayerMerge::join(double time_s) {
    for (Layer& layer : layers_) {
        while (!layer.waiting.empty() && layer.waiting.front().time_s == time_s) {
            if (!is_away(layer, time_s)) take_part(layer, layer.waiting.front());
            layer.waiting.pop();
        }
    }
    joined_s_ = time_s;
    if (!all_take_part(time_s)) {
        incomplete_ = true;
        return;
    }
    points_.push_back(spread_at(time_s));
    points_.back().after_gap = std::exchange(incomplete_, false);
}

void LayerMerge::take_part(Layer& layer, const MergeRow& row) {
    // Where the rows of all layers are missing at once there is no moment in between to tell.
    const bool was_stale = layer.latest && row.time_s > layer.latest->fresh_until_s;
    if (row.after_gap && was_stale) incomplete_ = true;
    layer.latest = row;
}

bool LayerMerge::all_take_part(double time_s) const {
    return std::all_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
        return layer.latest && time_s <= layer.latest->fresh_until_s && !is_away(layer, time_s);
    });
}

SpreadPoint LayerMerge::spread_at(double time_s) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const MergeRow& row = *layers_[i].latest;
        charge_C_[i] = row.charge_C;
        current_A_[i] = row.current_A;
        soc_[i] = state_of_charge(row.charge_C * units::C, capacities_[i]);
        clipped_soc_[i] = clipped_state_of_charge(soc_[i]);
    }
    return {time_s,
            heterogeneity(soc_),
            heterogeneity(clipped_soc_),
            share_of_first(charge_C_),
            share_of_first(current_A_),
            false};
}

}  // namespace layerscope
