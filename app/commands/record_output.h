#pragma once
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/acquire/step_clock.h"

namespace layerscope {

/// What `record` writes. Results: JSON lines, or one sentence at the end. For a person: a sentence
/// on each fault and on its end, whoever reads it, and progress where a terminal does.
/// Thread-safe.
class RecordOutput {
  public:
    enum class Form { text, json };
    struct Streams {
        std::FILE* results = stdout;
        std::FILE* person = stderr;
    };
    RecordOutput(const Station& station, Form form, Streams streams);
    RecordOutput(const Station& station, Form form) : RecordOutput{station, form, Streams{}} {}

    void take(const LiveMessage& message);

    /// Why the recording cannot go on: no run could be opened, or nobody reads the output any more.
    std::optional<std::string> failure() const;

    /// The final sentence, on the last run; nothing after a failure.
    void conclude();

  private:
    void restore_clocks(const RunOpened& opened);
    void line(const nlohmann::ordered_json& object);
    void result(const std::string& text);
    void tell(const std::string& sentence);
    void progress(const std::string& text);

    void on(const RunOpened& opened);
    void on(const LayerOffset& offset);
    void on(const RowPage& page);
    void on(const ChannelReport& report);
    void on(const AlarmRaised& alarm);
    void on(const LayerAway& away);
    void on(const GapFound& gap);
    void on(const RecordingTrouble& trouble);
    void on(const LinkReport& link);
    void on(const Note& note);
    void on(const RunClosed& closed);
    template <class Other>
    void on(const Other&) {}

    const Form form_;
    const Streams streams_;
    const bool terminal_;
    mutable std::mutex mutex_;
    bool open_ = false;
    std::optional<std::string> failure_;
    std::map<int, std::pair<std::string, std::int64_t>> state_;  // status and test, as told
    std::map<std::string, std::string> lost_;                    // why, of each device without link
    std::set<std::pair<int, std::string>> noted_;                // layer and sentence, as told
    std::map<int, StepClock> clock_;  // of each layer, on the clock of the run
    std::map<int, std::string> reference_field_;
    std::optional<RunClosed> closed_;
};

}  // namespace layerscope
