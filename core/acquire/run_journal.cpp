#include "core/acquire/run_journal.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace layerscope {
namespace {

using nlohmann::ordered_json;

// While no run is open a flapping link must not fill the memory.
constexpr std::size_t most_early_events = 1000;

constexpr double coulombs_per_mAh = 3.6;

}  // namespace

RunEvent make_event(std::string kind, int layer, std::string text, std::string detail) {
    return {0, utc_now(), std::move(kind), layer, std::nullopt, std::move(text), std::move(detail)};
}

RunEvent alarm_event(const ZeroCrossing& crossing) {
    const double charge_mAh = crossing.charge_C / coulombs_per_mAh;
    auto event =
        make_event("below_0V", crossing.layer,
                   fmt::format("layer {} at {:.4f} V against its reference after {:.3f} mAh",
                               crossing.layer, crossing.potential_V, charge_mAh),
                   ordered_json{{"seqid", crossing.seqid},
                                {"potential_V", crossing.potential_V},
                                {"charge_mAh", charge_mAh}}
                       .dump());
    event.device_time_s = crossing.time_s;
    return event;
}

std::string link_detail(const LinkReport& report) {
    return ordered_json{{"device", report.device}, {"state", to_text(report.state)}}.dump();
}

std::string state_detail(const ChannelReport& report) {
    return ordered_json{{"status", report.status}, {"test_id", report.test_id}}.dump();
}

RunJournal::RunJournal(Listener listener, std::size_t screen_capacity, Recorder::Settings recorder)
    : listener_{std::move(listener)},
      screen_{screen_capacity},
      recorder_{[this](LiveMessage message) { publish(std::move(message)); }, recorder} {}

void RunJournal::publish(LiveMessage message) {
    if (listener_) listener_(message);
    screen_.offer(std::move(message));
}

void RunJournal::begin(RunWriter writer, RunOpened opened, std::string sentence) {
    std::vector<RunEvent> early;
    {
        const std::lock_guard lock{mutex_};
        path_ = opened.path;
        early.swap(early_);
    }
    publish(opened);
    recorder_.start(std::move(writer));
    for (auto& event : early) recorder_.add_event(std::move(event));
    recorder_.add_event(make_event(opened.resumed ? "resumed" : "opened", 0, std::move(sentence)));
}

void RunJournal::event(RunEvent event, std::optional<LiveMessage> message) {
    if (!recorder_.idle()) {
        recorder_.add_event(std::move(event), std::move(message));
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        if (early_.size() < most_early_events) early_.push_back(std::move(event));
    }
    if (message) publish(std::move(*message));
}

void RunJournal::alarm(const ZeroCrossing& crossing) {
    auto event = alarm_event(crossing);
    AlarmRaised raised{0,
                       event.kind,
                       crossing.layer,
                       crossing.time_s,
                       crossing.potential_V,
                       crossing.charge_C / coulombs_per_mAh,
                       event.at};
    raised.id = recorder_.add_event(std::move(event));
    {
        const std::lock_guard lock{mutex_};
        alarm_run_[raised.id] = path_;
    }
    publish(std::move(raised));
}

void RunJournal::acknowledge(std::int64_t alarm_id, const std::string& user) {
    auto event = make_event("acknowledged", 0, fmt::format("alarm {} seen by {}", alarm_id, user),
                            ordered_json{{"alarm", alarm_id}, {"user", user}}.dump());
    const AlarmAcknowledged message{alarm_id, user, event.at};
    std::filesystem::path of_alarm;
    bool current = false;
    {
        const std::lock_guard lock{mutex_};
        const auto known = alarm_run_.find(alarm_id);
        of_alarm = known == alarm_run_.end() ? path_ : known->second;
        current = of_alarm == path_;
    }
    if (current && recorder_.add_event(event, message) != 0) return;
    if (const auto stored = append_event(of_alarm, event); !stored) {
        publish(Note{0, stored.error().sentence, event.at});
    }
    publish(message);
}

}  // namespace layerscope
