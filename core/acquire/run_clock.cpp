#include "core/acquire/run_clock.h"

#include <algorithm>

namespace layerscope {
namespace {

std::optional<std::int64_t> start_ms(const RecordedRow& row) {
    const auto wall = parse_wall_time(row.atime);
    if (!wall) return std::nullopt;
    // To the second: the wall time has no finer digits, so neither has the start.
    const auto step_s = std::chrono::seconds{row.testtime_ms / 1000};
    return std::chrono::milliseconds{wall->time_since_epoch() - step_s}.count();
}

}  // namespace

void RunClock::add_channel(int layer, std::int64_t test_id, std::int64_t first_seqid) {
    channels_[layer].test_id = test_id;
    channels_[layer].first_seqid = first_seqid;
}

void RunClock::first_row(int layer, const RecordedRow& row) {
    auto& channel = channels_[layer];
    if (channel.has_row) return;
    channel.has_row = true;
    channel.start_ms = start_ms(row);
    const auto known = restored_.find(layer);
    if (known != restored_.end() && channel.start_ms && !zero_ms_) {
        zero_ms_ = *channel.start_ms - known->second;
    }
}

void RunClock::restore(int layer, std::int64_t offset_ms) {
    restored_[layer] = offset_ms;
    channels_[layer].told = true;
}

bool RunClock::one_test() const {
    const auto first = channels_.begin()->second.test_id;
    return first != 0 && std::all_of(channels_.begin(), channels_.end(), [&](const auto& entry) {
               return entry.second.test_id == first && entry.second.first_seqid == 1;
           });
}

bool RunClock::complete() const {
    return std::all_of(channels_.begin(), channels_.end(),
                       [](const auto& entry) { return entry.second.has_row || entry.second.told; });
}

std::vector<std::pair<int, std::int64_t>> RunClock::take_offsets(Wait wait) {
    std::vector<std::pair<int, std::int64_t>> offsets;
    const bool same = one_test();
    if (!zero_ms_ && !same) {
        if (wait == Wait::for_all && !complete()) return offsets;
        for (const auto& [layer, channel] : channels_) {
            if (channel.start_ms) {
                zero_ms_ = std::min(zero_ms_.value_or(*channel.start_ms), *channel.start_ms);
            }
        }
    }
    for (auto& [layer, channel] : channels_) {
        if (channel.told || (!same && !channel.has_row)) continue;
        channel.told = true;
        const bool known = !same && channel.start_ms && zero_ms_;
        offsets.emplace_back(layer, known ? *channel.start_ms - *zero_ms_ : 0);
    }
    return offsets;
}

}  // namespace layerscope
