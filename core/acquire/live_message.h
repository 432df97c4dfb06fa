#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/acquire/reading.h"
#include "core/cell/station.h"

/// What a run that is being recorded tells the screen and the command line.
namespace layerscope {

/// A run file was opened. A resumed run holds rows already: read them from the file first.
struct RunOpened {
    std::filesystem::path path;
    std::string uuid;
    std::string name;
    bool resumed = false;
    UtcTime at{};
    std::vector<std::int64_t> first_seqid{};  // of layer k at k - 1; empty: 1 everywhere
};

/// Device test time at which a channel's own clock starts, on the clock of the run.
struct LayerOffset {
    int layer = 0;
    std::int64_t offset_ms = 0;
};

/// An alarm. `id` is that of its event in the run file.
struct AlarmRaised {
    std::int64_t id = 0;
    std::string kind;  // "below_0V"
    int layer = 0;
    double device_time_s = 0;
    double potential_V = 0;
    double charge_mAh = 0;
    UtcTime at{};
};
struct AlarmAcknowledged {
    std::int64_t id = 0;
    std::string user;
    UtcTime at{};
};

/// From `from_time_s` on the combined metrics do without this layer (it ended, or fell silent);
/// until `to_time_s`, absent while it is away.
struct LayerAway {
    int layer = 0;
    double from_time_s = 0;
    std::optional<double> to_time_s;
};

struct GapFound {
    int layer = 0;
    std::int64_t from_seqid = 0;  // first missing
    std::int64_t to_seqid = 0;    // last missing
    std::string reason;
};

struct RecordingTrouble {
    std::string sentence;  // empty: over
    UtcTime at{};
};

struct Note {
    int layer = 0;  // 0: none in particular
    std::string sentence;
    UtcTime at{};
};

struct RunClosed {
    std::filesystem::path path;
    std::string reason;              // "finish", "stop", "protect", "superseded", "interrupted"
    std::vector<std::int64_t> rows;  // of layer k at k - 1
    UtcTime at{};
};

/// Rows reach the screen after their commit.
using LiveMessage =
    std::variant<RunOpened, LayerOffset, RowPage, Snapshot, ChannelReport, LinkReport, AlarmRaised,
                 AlarmAcknowledged, LayerAway, GapFound, RecordingTrouble, Note, RunClosed>;

/// What the window and the commands see of a recording. Thread-safe.
class LiveSource {
  public:
    virtual ~LiveSource() = default;

    /// All messages since the last call, oldest first.
    virtual std::vector<LiveMessage> drain() = 0;

    /// How many messages were dropped because nobody drained; a screen that sees this grow reads
    /// the run file again.
    virtual std::uint64_t dropped() const = 0;

    virtual void acknowledge(std::int64_t alarm_id, const std::string& user) = 0;
};

}  // namespace layerscope
