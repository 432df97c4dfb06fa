#include "ui/run_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace layerscope {
namespace {

constexpr double standing_s = 600;

double seconds_between(UtcTime from, UtcTime to) {
    return std::chrono::duration<double>(to - from).count();
}

std::optional<UtcTime> later(std::optional<UtcTime> a, std::optional<UtcTime> b) {
    return !a || (b && *b > *a) ? b : a;
}

}  // namespace

RunModel::RunModel(Station station)
    : station_{std::move(station)},
      folds_{station_},
      curves_{station_},
      layers_(station_.channels.size()) {}

RunModel::RunModel(Station station, RunFolds folds, RunCurves curves)
    : station_{std::move(station)},
      folds_{std::move(folds)},
      curves_{std::move(curves)},
      layers_(station_.channels.size()) {
    for (const LayerSummary& summary : folds_.analysis().summary().layers) {
        if (summary.layer > layer_count()) break;
        at(summary.layer).crossing = summary.first_below_0V;
        curves_.set_folded_rows(summary.layer, summary.rows);
        row_count_ += summary.rows;
    }
    take_combined();
}

void RunModel::apply(const LiveMessage& message) {
    std::visit(
        [this](const auto& kind) {
            if constexpr (requires { kind.at; })
                latest_ = kind.at;
            else if constexpr (requires { kind.arrival; })
                latest_ = kind.arrival;
            take(kind);
        },
        message);
}

void RunModel::add_rows(int layer, std::span<const RecordedRow> rows,
                        std::optional<UtcTime> arrival) {
    Layer& its = at(layer);
    const std::int64_t before = row_count_;
    for (const RecordedRow& row : rows) {
        if (newest(layer) && row.seqid <= newest(layer)->seqid) continue;
        curves_.add(folds_.add(layer, row));
        ++row_count_;
    }
    if (row_count_ == before) return;
    if (arrival && its.row_arrival)
        its.page_interval_s = seconds_between(*its.row_arrival, *arrival);
    if (arrival) its.row_arrival = arrival;
    take_combined();
}

void RunModel::take_combined() {
    for (const ZeroCrossing& crossing : folds_.analysis().take_crossings())
        at(crossing.layer).crossing = crossing;
    for (const SpreadPoint& point : folds_.take_spread()) curves_.add(point);
}

void RunModel::set_first_seqid(int layer, std::int64_t first_seqid) {
    folds_.analysis().set_first_seqid(layer, first_seqid);
}

void RunModel::set_row_arrival(int layer, UtcTime arrival) {
    at(layer).row_arrival = arrival;
}

void RunModel::add_event(ShownEvent event) {
    if (!event.at) event.at = latest_;
    events_.push_back(std::move(event));
}

bool RunModel::tell_damage() {
    bool told = false;
    for (int layer = 1; layer <= layer_count(); ++layer) {
        if (at(layer).damage_told || !curves_.found_damage(layer)) continue;
        at(layer).damage_told = told = true;
        add_event({.weight = ShownEvent::Weight::warning,
                   .time_s = newest_s(),
                   .text = fmt::format("Layer {}: a part is damaged", layer),
                   .detail = "a part of the file cannot be read and is drawn as a gap; layerscope "
                             "inspect --verify says which rows"});
    }
    return told;
}

void RunModel::carry_on(const RunModel& before) {
    trouble = before.trouble;
    links_ = before.links_;
}

void RunModel::set_link(const LinkReport& report) {
    using State = LinkReport::State;
    if (report.state == State::connecting) return;  // trying is not yet being there
    const auto known = std::ranges::find(links_, report.device, &LinkReport::device);
    if (known == links_.end()) {
        links_.push_back(report);
        return;
    }
    const bool still_lost = known->state == State::lost && report.state == State::lost;
    const UtcTime since = still_lost ? known->at : report.at;
    *known = report;
    known->at = since;
}

std::vector<LinkReport> RunModel::lost_links() const {
    std::vector<LinkReport> lost;
    std::ranges::copy_if(links_, std::back_inserter(lost), [](const LinkReport& link) {
        return link.state == LinkReport::State::lost;
    });
    return lost;
}

bool RunModel::reference_missing(int layer) const {
    return has_reference(layer) && newest(layer) && !folds_.reference_seen(layer);
}

void RunModel::finish(std::string reason) {
    folds_.analysis().finish();
    take_combined();
    closed = std::move(reason);
}

std::vector<int> RunModel::referenced_layers() const {
    std::vector<int> found;
    for (int layer = 1; layer <= layer_count(); ++layer)
        if (has_reference(layer)) found.push_back(layer);
    return found;
}

std::optional<double> RunModel::newest_s() const {
    std::optional<double> latest_s;
    for (int layer = 1; layer <= layer_count(); ++layer)
        if (const auto& row = newest(layer))
            latest_s = std::max(latest_s.value_or(row->time_s), row->time_s);
    return latest_s;
}

std::int64_t RunModel::missing_rows() const {
    std::int64_t missing = 0;
    for (const LayerSummary& layer : folds_.analysis().summary().layers)
        missing += layer.missing_rows;
    return missing;
}

double RunModel::charge_mAh(int layer) const {
    return newest(layer) ? newest(layer)->charge_C / units::mAh.si() : 0;
}

double RunModel::total_charge_mAh() const {
    double sum = 0;
    for (int layer = 1; layer <= layer_count(); ++layer) sum += charge_mAh(layer);
    return sum;
}

double RunModel::total_current_A() const {
    double sum = 0;
    for (int layer = 1; layer <= layer_count(); ++layer)
        if (newest(layer)) sum += newest(layer)->current_A;
    return sum;
}

std::optional<double> RunModel::current_share(int layer) const {
    const double total_A = total_current_A();
    // Below a thousandth of 1C the stack rests, and parts of noise are not parts.
    const bool resting = std::abs(total_A) < 1e-3 * station_.design.one_c.si();
    if (resting || !newest(layer)) return std::nullopt;
    return newest(layer)->current_A / total_A;
}

std::optional<Dated> RunModel::potential_V(int layer) const {
    const Layer& its = at(layer);
    const auto& field = reference_field(layer);
    std::optional<Dated> found;
    if (newest(layer) && newest(layer)->potential_V)
        found = Dated{*newest(layer)->potential_V, its.row_arrival};
    if (!field || !its.snapshot) return found;
    if (found && its.row_arrival && *its.row_arrival >= its.snapshot->arrival) return found;
    for (const AuxValue& aux : its.snapshot->aux)
        if (aux.name == *field) found = Dated{aux.value, its.snapshot->arrival};
    return found;
}

std::optional<UtcTime> RunModel::last_heard(int layer) const {
    const Layer& its = at(layer);
    std::optional<UtcTime> asked;
    if (its.snapshot) asked = its.snapshot->arrival;
    return later(its.row_arrival, asked);
}

std::optional<UtcTime> RunModel::last_heard() const {
    std::optional<UtcTime> newest;
    for (int layer = 1; layer <= layer_count(); ++layer) newest = later(newest, last_heard(layer));
    return newest;
}

double RunModel::stale_after_s(int layer) const {
    const StationChannel& channel = station_.channels.at(std::size_t(layer) - 1);
    const auto poll = station_.device(channel.device).poll;
    return 3 * std::chrono::duration<double>(poll).count();
}

std::optional<UtcTime> RunModel::oldest_rows() const {
    std::optional<UtcTime> oldest;
    for (const Layer& layer : layers_)
        if (layer.row_arrival && (!oldest || *layer.row_arrival < *oldest))
            oldest = layer.row_arrival;
    return oldest;
}

double RunModel::rows_stale_after_s() const {
    double limit_s = 0;
    for (int layer = 1; layer <= layer_count(); ++layer)
        limit_s = std::max({limit_s, stale_after_s(layer), 3 * at(layer).page_interval_s});
    return limit_s;
}

int RunModel::channels_alive(UtcTime now) const {
    int alive = 0;
    for (int layer = 1; layer <= layer_count(); ++layer) {
        const auto heard = last_heard(layer);
        if (heard && seconds_between(*heard, now) <= stale_after_s(layer)) ++alive;
    }
    return alive;
}

std::optional<ZeroCrossing> RunModel::first_crossing() const {
    std::optional<ZeroCrossing> first;
    for (const Layer& layer : layers_)
        if (layer.crossing && (!first || layer.crossing->time_s < first->time_s))
            first = layer.crossing;
    return first;
}

bool RunModel::stands_at_zero(int layer) const {
    const auto now = potential_V(layer);
    if (now && now->value <= 0) return true;
    const auto last_at_zero_s = folds_.last_at_zero_s(layer);
    return last_at_zero_s && newest(layer)->time_s - *last_at_zero_s < standing_s;
}

std::vector<const ShownAlarm*> RunModel::unacknowledged() const {
    std::vector<const ShownAlarm*> open;
    for (const ShownAlarm& alarm : alarms_)
        if (!alarm.acknowledged) open.push_back(&alarm);
    return open;
}

void RunModel::take(const RunOpened& message) {
    opened = message;
    closed.reset();
    add_event(
        {.time_s = newest_s(),
         .text = message.resumed ? "Recording resumed" : "Recording begins",
         .detail = fmt::format("Recording {} {}: {}", message.name,
                               message.resumed ? "goes on" : "begins", message.path.string())});
    for (std::size_t i = 0; i < message.first_seqid.size() && i < layers_.size(); ++i)
        set_first_seqid(int(i) + 1, message.first_seqid[i]);
}

void RunModel::take(const LayerOffset& message) {
    folds_.analysis().set_offset_ms(message.layer, message.offset_ms);
    curves_.set_offset_ms(message.layer, message.offset_ms);
}

void RunModel::take(const RowPage& message) {
    add_rows(message.layer, message.rows, message.arrival);
}

void RunModel::take(const Snapshot& message) {
    if (!closed) at(message.layer).snapshot = message;  // later ones are not of this run
}

void RunModel::take(const ChannelReport& message) {
    Layer& its = at(message.layer);
    if (its.status == message.status) return;
    const bool first = its.status.empty();
    its.status = message.status;
    if (first && message.status == "working") return;  // what everybody expects is no event
    add_event(
        {.time_s = newest_s(), .text = fmt::format("Layer {}: {}", message.layer, message.status)});
}

void RunModel::take(const LinkReport& message) {
    using State = LinkReport::State;
    const bool was_lost = std::ranges::any_of(
        lost_links(), [&](const LinkReport& link) { return link.device == message.device; });
    set_link(message);
    if (message.state == State::connecting) return;
    const bool lost = message.state == State::lost;
    add_event({.weight = lost ? ShownEvent::Weight::warning : ShownEvent::Weight::plain,
               .time_s = newest_s(),
               .text = fmt::format("{} {}", message.device,
                                   !lost      ? "connected"
                                   : was_lost ? "link still lost"
                                              : "link lost"),
               .detail = message.sentence});
}

void RunModel::take(const AlarmRaised& message) {
    const bool known = std::ranges::any_of(
        alarms_, [&](const ShownAlarm& alarm) { return alarm.raised.id == message.id; });
    if (known) return;
    alarms_.push_back({message, false});
    add_event({.weight = ShownEvent::Weight::critical,
               .time_s = message.device_time_s,
               .text = fmt::format("Layer {} at or below 0 V", message.layer),
               .alarm_id = message.id});
}

void RunModel::take(const AlarmAcknowledged& message) {
    for (ShownAlarm& alarm : alarms_) {
        if (alarm.raised.id != message.id || alarm.acknowledged) continue;
        alarm.acknowledged = true;
        add_event({.weight = ShownEvent::Weight::info,
                   .time_s = newest_s(),
                   .text = fmt::format("Acknowledged by {}", message.user)});
    }
}

void RunModel::take(const LayerAway& message) {
    // No event on the screen: that the channel ended or fell silent has one of its own.
    folds_.analysis().set_away(message.layer, message.from_time_s, message.to_time_s);
    take_combined();
}

void RunModel::take(const GapFound& message) {
    add_event({.weight = ShownEvent::Weight::warning,
               .time_s = newest_s(),
               .text = fmt::format("Layer {}: rows {} to {} missing", message.layer,
                                   message.from_seqid, message.to_seqid)});
}

void RunModel::take(const RecordingTrouble& message) {
    trouble = message.sentence.empty() ? std::nullopt : std::optional{message.sentence};
    add_event({.weight = trouble ? ShownEvent::Weight::critical : ShownEvent::Weight::plain,
               .time_s = newest_s(),
               .text = trouble ? "Recording at risk" : "Recording goes on",
               .detail = message.sentence});
}

void RunModel::take(const Note& message) {
    add_event({.weight = ShownEvent::Weight::info, .time_s = newest_s(), .text = message.sentence});
}

void RunModel::take(const RunClosed& message) {
    finish(message.reason);
    add_event({.time_s = newest_s(), .text = fmt::format("Recording closed: {}", message.reason)});
}

}  // namespace layerscope
