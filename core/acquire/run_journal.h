#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/acquire/recorder.h"
#include "core/analysis/run_analysis.h"
#include "core/base/mailbox.h"

namespace layerscope {

/// Tells what happens in a recording: to the run file as events, to the screen and the listener as
/// messages. Thread-safe but for `begin`.
class RunJournal {
  public:
    using Listener = std::function<void(const LiveMessage&)>;

    RunJournal(Listener listener, std::size_t screen_capacity, Recorder::Settings recorder);

    Recorder& recorder() { return recorder_; }
    const Recorder& recorder() const { return recorder_; }
    Mailbox<LiveMessage>& screen() { return screen_; }
    const Mailbox<LiveMessage>& screen() const { return screen_; }

    /// At once, whether or not the disk takes anything.
    void publish(LiveMessage message);

    /// Hands the run to the recorder and tells of it; events from before come into it. `sentence`
    /// is that of its first own event.
    void begin(RunWriter writer, RunOpened opened, std::string sentence);

    /// An event for the run file, with a message after its commit; kept until a run begins.
    void event(RunEvent event, std::optional<LiveMessage> message = std::nullopt);

    /// The alarm is told at once and stored as soon as possible.
    void alarm(const ZeroCrossing& crossing);
    void acknowledge(std::int64_t alarm_id, const std::string& user);

  private:
    const Listener listener_;
    Mailbox<LiveMessage> screen_;
    std::mutex mutex_;
    std::filesystem::path path_;                               // of the newest run
    std::map<std::int64_t, std::filesystem::path> alarm_run_;  // alarms of earlier runs as well
    std::vector<RunEvent> early_;
    Recorder recorder_;  // last: its thread publishes
};

/// An event without device time.
RunEvent make_event(std::string kind, int layer, std::string text, std::string detail = "{}");

/// What a run file keeps of a layer at or below 0 V for the first time.
RunEvent alarm_event(const ZeroCrossing& crossing);

/// A JSON object of texts and numbers, as `detail` of an event.
std::string state_detail(const ChannelReport& report);
std::string link_detail(const LinkReport& report);

}  // namespace layerscope
