#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/cell/channel_address.h"

/// What comes from a cycler, as received: its units, its signs, its names.
namespace layerscope {

/// An auxiliary value. Names are case-sensitive: `T1` and `t1` are two inputs.
struct AuxValue {
    std::string name;
    double value = 0;

    bool operator==(const AuxValue&) const = default;
};

/// One row that the cycler recorded.
struct RecordedRow {
    std::int64_t seqid = 0;  // from 1 on, without holes on the wire
    int stepid = 0;
    int cycleid = 0;  // its base differs between servers
    std::string steptype;
    std::int64_t testtime_ms = 0;  // since the start of the step
    std::string atime;             // wall time of the cycler's PC, no zone; kept, never integrated
    double voltage_V = 0;
    double current_A = 0;    // charge positive
    double capacity_Ah = 0;  // of the step, never negative
    double energy_Wh = 0;
    std::vector<AuxValue> aux;

    bool operator==(const RecordedRow&) const = default;
};

/// Rows of one layer's channel that arrived together, in seqid order.
struct RowPage {
    int layer = 0;
    std::int64_t test_id = 0;
    UtcTime arrival{};
    std::vector<RecordedRow> rows;
};

/// What a channel says of itself now, at the resolution of the live query.
struct Snapshot {
    int layer = 0;
    std::int64_t test_id = 0;
    UtcTime arrival{};
    std::string status;  // the cycler's word: working, finish, stop, protect, pause …
    std::string step_type;
    int cycle = 0;
    std::optional<int> step;  // none while idle
    double voltage_V = 0;
    double current_A = 0;
    double capacity_Ah = 0;
    double energy_Wh = 0;
    double total_time_s = 0;
    double step_time_s = 0;
    std::string barcode;
    std::vector<AuxValue> aux;
};

/// How much of which test a channel holds, as the cycler says in one poll.
struct ChannelReport {
    int layer = 0;
    std::string status;
    std::int64_t test_id = 0;
    std::int64_t count = 0;  // rows recorded so far, the highest seqid
    bool complete = false;   // the cycler says that no more will come
};

/// From where the rows of a layer are to be asked for.
struct FollowFrom {
    std::int64_t test_id = 0;
    std::int64_t first_seqid = 1;
};

struct LinkReport {
    enum class State { connecting, connected, lost };
    std::string device;
    State state = State::connecting;
    UtcTime at{};
    std::string sentence;  // why, when lost; what was found, when connected
};

constexpr std::string_view to_text(LinkReport::State state) {
    switch (state) {
        case LinkReport::State::connecting:
            return "connecting";
        case LinkReport::State::connected:
            return "connected";
        case LinkReport::State::lost:
            break;
    }
    return "lost";
}

}  // namespace layerscope
