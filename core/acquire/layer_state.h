#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/channel_follower.h"
#include "core/base/clock.h"
#include "core/cell/station.h"
#include "core/store/run_file.h"

namespace layerscope {

/// What the keeper of a run knows of one layer's channel.
struct LayerState {
    StationChannel channel;
    std::chrono::milliseconds poll{1000};
    ChannelFollower follower;

    std::optional<ChannelReport> report;  // the latest good one
    std::optional<std::string> told_status;
    std::int64_t told_test_id = 0;
    SteadyTime seen{};       // when it came
    int finished_polls = 0;  // in a row

    bool changed = false;       // the channel has left the test that this run follows
    bool rest_done = false;     // and no rows of that test are missing
    std::int64_t rows = 0;      // accepted into the run file, committed or not
    std::int64_t promised = 0;  // rows that the followed test had by its latest report

    bool offset_known = false;
    std::vector<RowPage> held;  // rows that wait for the offset
    SteadyTime held_since{};
    SteadyTime clock_sampled{};
    std::string barcode;

    std::int64_t test_id() const { return report ? report->test_id : 0; }

    /// Its line in a run that begins now.
    RunStream next_stream() const;
    /// A run was begun with this line.
    void begin(const RunStream& stream);
    /// A run is gone on with, of which this much is there.
    void resume(const RunStream& stream);

    /// Takes what the channel says; whether it is of the followed test is for `departure` to tell.
    void hear(ChannelReport said, SteadyTime now);

    /// Rows that the followed test had and that did not come.
    std::optional<SeqidGap> missing() const;

    /// Where to go on with rows of the test that the run follows; nullopt: nowhere now.
    std::optional<FollowFrom> next_rows() const;

    /// Why the latest report cannot be of the test that the run follows; nullopt where it can.
    std::optional<std::string> departure() const;

    /// No more rows will come, and all that there are were taken: also where there is no test.
    bool at_end() const;

    /// Not heard for more than three polls (half a poll is what a busy link may be late).
    bool silent(SteadyTime now) const { return now - seen > poll * 7 / 2; }
};

}  // namespace layerscope
