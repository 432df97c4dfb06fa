#include "core/acquire/run_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/acquire/absence.h"

namespace layerscope {
namespace {

constexpr std::chrono::minutes clock_sample_period{1};
// What is refolded after a crash is no more than came in this time.
constexpr std::chrono::minutes state_period{1};

}  // namespace

RunLayers::RunLayers(const Station& station, RunJournal& journal, std::chrono::seconds patience)
    : station_{station}, journal_{journal}, patience_{patience}, folds_{station} {
    for (const auto& channel : station.channels) {
        states_.emplace_back();
        states_.back().channel = channel;
        states_.back().poll = station.device(channel.device).poll;
    }
}

void RunLayers::begin_run(const std::vector<RunStream>& streams) {
    folds_ = LiveFolds{station_};
    clock_ = {};
    for (const auto& stream : streams) {
        at(stream.layer).begin(stream);
        folds_.set_first_seqid(stream.layer, stream.first_seqid);
        clock_.add_channel(stream.layer, stream.test_id, stream.first_seqid);
    }
}

Result<std::vector<ZeroCrossing>> RunLayers::resume_run(RunReader& reader) {
    folds_ = LiveFolds{station_};
    clock_ = {};
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    for (const auto& stream : *streams) {
        at(stream.layer).resume(stream);
        clock_.add_channel(stream.layer, stream.test_id, stream.first_seqid);
        if (stream.offset_known) clock_.restore(stream.layer, stream.offset_ms);
        const auto first = [&](const RecordedRow& row, const std::optional<UtcTime>&) {
            clock_.first_row(stream.layer, row);
        };
        if (auto read = reader.read_rows(stream.layer, 0, first, 1); !read) {
            return fail(read.error());
        }
    }
    return folds_.restore(reader);
}

void RunLayers::start(SteadyTime now) {
    for (auto& each : states_) {
        each.changed = false;
        each.held.clear();
        each.finished_polls = 0;
        if (!each.report) each.seen = now;
    }
}

void RunLayers::learn_test(int layer, std::int64_t test_id) {
    at(layer).follower.begin(test_id);
    clock_.add_channel(layer, test_id, 1);
    journal_.recorder().add(StreamUpdate{layer, test_id, {}, {}});
}

void RunLayers::add(RowPage page, SteadyTime now) {
    auto& of = at(page.layer);
    clock_.first_row(page.layer, page.rows.front());
    if (!of.offset_known) of.held_since = now;
    of.held.push_back(std::move(page));
    place_rows(now);
}

void RunLayers::place_rows(SteadyTime now) {
    // A channel that has no new row yet is not waited for: it can only have started late.
    const bool waited = std::any_of(states_.begin(), states_.end(), [&](const auto& each) {
        return !each.held.empty() && now - each.held_since >= patience_;
    });
    const bool rows_to_come = std::any_of(states_.begin(), states_.end(), [](const auto& each) {
        return !each.offset_known && !each.changed && each.report &&
               each.report->count > each.follower.last_seqid();
    });
    const bool any_held = std::any_of(states_.begin(), states_.end(),
                                      [](const auto& each) { return !each.held.empty(); });
    place(
        any_held && (waited || !rows_to_come) ? RunClock::Wait::no_longer : RunClock::Wait::for_all,
        now);
}

void RunLayers::place_all_rows(SteadyTime now) {
    place(RunClock::Wait::no_longer, now);
}

void RunLayers::place(RunClock::Wait wait, SteadyTime now) {
    for (const auto& [number, offset_ms] : clock_.take_offsets(wait)) {
        at(number).offset_known = true;
        folds_.set_offset_ms(number, offset_ms);
        journal_.recorder().add(StreamUpdate{number, {}, offset_ms, {}},
                                LayerOffset{number, offset_ms});
    }
    for (auto& each : states_) {
        if (!each.offset_known) continue;
        for (auto& page : std::exchange(each.held, {})) store(each, std::move(page), now);
    }
}

void RunLayers::store(LayerState& of, RowPage page, SteadyTime now) {
    of.rows += std::int64_t(page.rows.size());
    const bool newest = of.report && page.rows.back().seqid >= of.report->count;
    ClockSample sample{page.layer, page.rows.back().atime, page.arrival};
    auto folded = folds_.add(std::move(page));
    for (auto& entry : folded.entries) journal_.recorder().add(std::move(entry));
    if (newest && now - of.clock_sampled >= clock_sample_period) {
        of.clock_sampled = now;
        journal_.recorder().add(std::move(sample));
    }
    for (const auto& crossing : folded.crossings) journal_.alarm(crossing);
}

void RunLayers::store_combined() {
    auto combined = folds_.take_combined();
    if (!combined.empty()) journal_.recorder().add(std::move(combined));
}

void RunLayers::store_state(SteadyTime now) {
    state_stored_ = now;
    store_combined();
    auto& recorder = journal_.recorder();
    if (auto state = folds_.state(recorder.newest_event_id())) recorder.add(std::move(*state));
}

void RunLayers::keep_state(SteadyTime now) {
    if (now - state_stored_ >= state_period) store_state(now);
}

std::string RunLayers::final_word() const {
    for (const char* word : {"protect", "stop"}) {
        for (const auto& each : states_) {
            if (each.report->status == word) return word;
        }
    }
    return "finish";
}

std::vector<int> RunLayers::judge_presence(SteadyTime now) {
    std::vector<int> back;
    const bool one_heard = std::any_of(states_.begin(), states_.end(),
                                       [&](const auto& each) { return each.seen == now; });
    for (const auto& each : states_) {
        const int number = each.channel.layer;
        const bool absent = each.at_end() || each.silent(now);
        if (absent == folds_.is_away(number) || (absent && !one_heard)) continue;
        const auto away = absent ? folds_.leave(number) : folds_.come_back(number);
        auto event = make_event("away", number,
                                fmt::format("layer {} {}", number,
                                            !absent         ? "takes part again"
                                            : each.at_end() ? "has ended"
                                                            : "has fallen silent"),
                                absence_detail(away));
        event.device_time_s = away.to_time_s.value_or(away.from_time_s);
        journal_.event(std::move(event), away);
        store_combined();  // of the moments that waited for it
        if (!absent) back.push_back(number);
    }
    return back;
}

}  // namespace layerscope
