#include "ui/live_feed.h"

#include <utility>

namespace layerscope {
namespace {

/// What a run file carries as well; after a reload it would be told twice.
bool in_file(const LiveMessage& message) {
    return std::holds_alternative<AlarmRaised>(message) ||
           std::holds_alternative<AlarmAcknowledged>(message) ||
           std::holds_alternative<LayerAway>(message) ||
           std::holds_alternative<GapFound>(message) ||
           std::holds_alternative<LayerOffset>(message) || std::holds_alternative<Note>(message) ||
           std::holds_alternative<LinkReport>(message);
}

}  // namespace

LiveFeed::LiveFeed(LiveSource& source, Station station, RunLoader loader)
    : source_{source},
      station_{std::move(station)},
      loader_{std::move(loader)},
      run_{std::make_unique<RunModel>(station_)} {}

bool LiveFeed::poll() {
    const auto messages = source_.drain();
    // Asked after draining: whatever was refused before these messages is counted by now, and was
    // committed before it was offered.
    const auto dropped = source_.dropped();
    bool reloaded = false;
    if (dropped != dropped_ && run_->opened) reloaded = reload(*run_->opened);
    dropped_ = dropped;
    for (const LiveMessage& message : messages) {
        if (const auto* opened = std::get_if<RunOpened>(&message)) {
            open(*opened);
            reloaded = opened->resumed;
        } else if (!reloaded || !in_file(message)) {
            run_->apply(message);
        } else if (const auto* link = std::get_if<LinkReport>(&message)) {
            run_->set_link(*link);
        }
    }
    return reloaded || !messages.empty();
}

void LiveFeed::open(const RunOpened& message) {
    const bool other_run = run_->opened && run_->opened->uuid != message.uuid;
    if (other_run) {
        auto fresh = std::make_unique<RunModel>(station_);
        fresh->carry_on(*run_);
        run_ = std::move(fresh);
    }
    if (message.resumed && reload(message)) return;
    run_->apply(message);
}

bool LiveFeed::reload(RunOpened opened) {
    auto fresh = loader_(opened.path);
    if (!fresh) {
        run_->add_event({.weight = ShownEvent::Weight::warning,
                         .time_s = run_->newest_s(),
                         .text = "The screen missed rows: " + fresh.error().sentence});
        return false;
    }
    (*fresh)->carry_on(*run_);
    run_ = std::move(*fresh);
    run_->opened = std::move(opened);
    run_->closed.reset();  // it is being recorded
    return true;
}

void LiveFeed::acknowledge_all(const std::string& user) {
    for (const ShownAlarm* alarm : run_->unacknowledged())
        source_.acknowledge(alarm->raised.id, user);
}

}  // namespace layerscope
