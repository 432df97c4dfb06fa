#pragma once
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/acquire/step_clock.h"

namespace layerscope {

/// What `record` writes: JSON lines, or progress for a person and one sentence at the end.
/// Thread-safe.
class RecordOutput {
  public:
    enum class Form { text, json };
    /// Lines go to `out`, progress to stderr where that is a terminal.
    RecordOutput(const Station& station, Form form, std::FILE* out = stdout);

    void take(const LiveMessage& message);

    /// Why the recording cannot go on: no run could be opened, or nobody reads the output any more.
    std::optional<std::string> failure() const;

    /// The final sentence.
    void conclude();

  private:
    void restore_clocks(const RunOpened& opened);
    void line(const nlohmann::ordered_json& object);
    void progress(const std::string& text);

    void on(const RunOpened& opened);
    void on(const LayerOffset& offset);
    void on(const RowPage& page);
    void on(const ChannelReport& report);
    void on(const AlarmRaised& alarm);
    void on(const GapFound& gap);
    void on(const RecordingTrouble& trouble);
    void on(const LinkReport& link);
    void on(const Note& note);
    void on(const RunClosed& closed);
    template <class Other>
    void on(const Other&) {}

    const Form form_;
    std::FILE* const out_;
    const bool terminal_;
    mutable std::mutex mutex_;
    bool open_ = false;
    std::optional<std::string> failure_;
    std::map<int, std::pair<std::string, std::int64_t>> state_;  // status and test, as told
    std::map<int, StepClock> clock_;  // of each layer, on the clock of the run
    std::map<int, std::string> reference_field_;
    std::int64_t rows_ = 0;
    std::optional<RunClosed> closed_;
};

}  // namespace layerscope
