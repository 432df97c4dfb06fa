#include "ui/run_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "core/analysis/replay.h"

namespace layerscope {
namespace {

constexpr double standing_s = 600;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double seconds_between(UtcTime from, UtcTime to) {
    return std::chrono::duration<double>(to - from).count();
}

std::optional<UtcTime> later(std::optional<UtcTime> a, std::optional<UtcTime> b) {
    return !a || (b && *b > *a) ? b : a;
}

}  // namespace

RunModel::RunModel(Station station)
    : station_{std::move(station)},
      analysis_{run_setup(station_)},
      rate_{station_.design},
      layers_(station_.channels.size()) {}

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
    for (const RecordedRow& row : rows)
        if (!its.newest || row.seqid > its.newest->seqid) append(layer, row);
    if (row_count_ == before) return;
    if (arrival && its.row_arrival)
        its.page_interval_s = seconds_between(*its.row_arrival, *arrival);
    if (arrival) its.row_arrival = arrival;
    take_combined();
}

void RunModel::append(int layer, const RecordedRow& row) {
    Layer& its = at(layer);
    const LayerPoint point = analysis_.add(layer, row);
    rate_.add(point);
    LayerColumns& columns = its.columns;
    const auto push = [&](double j_mA_cm2, double potential_V, double soc) {
        columns.time_s.push_back(point.time_s);
        columns.current_density_mA_cm2.push_back(j_mA_cm2);
        columns.potential_V.push_back(potential_V);
        columns.soc.push_back(soc);
    };
    if (point.after_gap && its.newest) push(nan, nan, nan);
    push(point.current_density_A_m2 / units::mA_per_cm2.si(), point.potential_V.value_or(nan),
         point.soc);
    if (point.potential_V && *point.potential_V <= 0) its.last_at_zero_s = point.time_s;
    its.reference_seen = its.reference_seen || point.potential_V.has_value();
    its.newest = point;
    ++row_count_;
}

void RunModel::take_combined() {
    for (const ZeroCrossing& crossing : analysis_.take_crossings())
        at(crossing.layer).crossing = crossing;
    for (const SpreadPoint& point : analysis_.take_spread()) {
        spread_.time_s.push_back(point.time_s);
        spread_.sigma.push_back(point.raw.sigma);
        spread_.share_percent.push_back(100 * point.current_share_layer1);
        newest_spread_ = point;
    }
}

void RunModel::set_first_seqid(int layer, std::int64_t first_seqid) {
    analysis_.set_first_seqid(layer, first_seqid);
}

void RunModel::add_event(ShownEvent event) {
    if (!event.at) event.at = latest_;
    events_.push_back(std::move(event));
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
    return has_reference(layer) && at(layer).newest && !at(layer).reference_seen;
}

void RunModel::finish(std::string reason) {
    analysis_.finish();
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
    std::optional<double> newest;
    for (const Layer& layer : layers_)
        if (layer.newest)
            newest = std::max(newest.value_or(layer.newest->time_s), layer.newest->time_s);
    return newest;
}

std::int64_t RunModel::missing_rows() const {
    std::int64_t missing = 0;
    for (const LayerSummary& layer : analysis_.summary().layers) missing += layer.missing_rows;
    return missing;
}

double RunModel::charge_mAh(int layer) const {
    return at(layer).newest ? at(layer).newest->charge_C / units::mAh.si() : 0;
}

double RunModel::total_charge_mAh() const {
    double sum = 0;
    for (int layer = 1; layer <= layer_count(); ++layer) sum += charge_mAh(layer);
    return sum;
}

double RunModel::total_current_A() const {
    double sum = 0;
    for (const Layer& layer : layers_)
        if (layer.newest) sum += layer.newest->current_A;
    return sum;
}

std::optional<double> RunModel::current_share(int layer) const {
    const double total_A = total_current_A();
    // Below a thousandth of 1C the stack rests, and parts of noise are not parts.
    const bool resting = std::abs(total_A) < 1e-3 * station_.design.one_c.si();
    if (resting || !at(layer).newest) return std::nullopt;
    return at(layer).newest->current_A / total_A;
}

std::optional<Dated> RunModel::potential_V(int layer) const {
    const Layer& its = at(layer);
    const auto& field = reference_field(layer);
    std::optional<Dated> found;
    if (its.newest && its.newest->potential_V)
        found = Dated{*its.newest->potential_V, its.row_arrival};
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
    const Layer& its = at(layer);
    const auto now = potential_V(layer);
    if (now && now->value <= 0) return true;
    return its.last_at_zero_s && its.newest->time_s - *its.last_at_zero_s < standing_s;
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
    analysis_.set_offset_ms(message.layer, message.offset_ms);
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
    analysis_.set_away(message.layer, message.from_time_s, message.to_time_s);
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
