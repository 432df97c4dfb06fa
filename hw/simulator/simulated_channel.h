#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/acquire/timed_row.h"
#include "core/base/clock.h"
#include "core/cell/channel_address.h"

namespace layerscope {

/// All that a channel will ever record in one test, but for the wall times, which follow from when
/// it is run. Seqids count from 1 without holes, all rows have the same auxiliary values, and one
/// that is not there is NaN.
struct SimulatedTest {
    std::string barcode;
    std::vector<TimedRow> rows;
};

/// One execution of a channel's test.
struct SimulatedRun {
    std::int64_t test_id = 0;
    std::string barcode;
    UtcTime began{};
    std::optional<UtcTime> stopped;
};

/// One channel of the simulated cycler. What it has recorded follows from the time alone; `start`
/// and `stop` change when its runs begin and end, and are forgotten with the object.
class SimulatedChannel {
  public:
    /// A channel whose test time runs `speed` times as fast as UTC. Without rows it stays idle.
    SimulatedChannel(const ChannelAddress& address, SimulatedTest test, double speed)
        : address_{address}, test_{std::move(test)}, speed_{speed} {}

    const ChannelAddress& address() const { return address_; }
    const SimulatedTest& test() const { return test_; }

    /// Begins a run, also of a test that has no rows and so ends at once.
    void begin(SimulatedRun run) { runs_.push_back(std::move(run)); }

    /// Begins a run on request; false when one is going on or the channel has nothing to run.
    bool start(SimulatedRun run);

    /// Ends the run; false when none is going on at `now`.
    bool stop(UtcTime now);

    /// `working`, `finish` or `stop`.
    std::string_view status(UtcTime now) const;
    bool working(UtcTime now) const { return status(now) == "working"; }

    /// The latest run; null before the first.
    const SimulatedRun* latest_run() const { return runs_.empty() ? nullptr : &runs_.back(); }

    /// The run with this test id; 0 asks for the latest. Null where there is none.
    const SimulatedRun* find_run(std::int64_t test_id) const;

    /// Test time since `run` began, s; at least 0, and standing still once it has been stopped.
    double elapsed_s(const SimulatedRun& run, UtcTime now) const;

    /// True when `run` will record no more.
    bool complete(const SimulatedRun& run, UtcTime now) const;

    /// The rows that `run` has recorded.
    std::span<const TimedRow> rows(const SimulatedRun& run, UtcTime now) const;

  private:
    ChannelAddress address_;
    SimulatedTest test_;
    double speed_;
    std::vector<SimulatedRun> runs_;
};

}  // namespace layerscope
