#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/exchange/cycler_table.h"
#include "core/model/cell_model.h"
#include "core/model/protocol.h"
#include "core/model/simulation.h"
#include "hw/simulator/simulated_channel.h"

namespace layerscope {

/// When the tests of a rig began, and how much faster than UTC its time runs. Tests begun at
/// another time or speed are other tests, with other ids.
struct RigSettings {
    UtcTime began{};
    double speed = 1;
};

/// The channels of a simulated cycler: 27-21-1-1 onwards, one a layer, eight to a unit, then an
/// idle one. Made again from the same inputs it is the same in every value.
class SimulatedRig {
  public:
    /// One test for each layer; all begin together under one test id.
    SimulatedRig(std::vector<SimulatedTest> tests, const RigSettings& settings);

    std::vector<SimulatedChannel>& channels() { return channels_; }
    const std::vector<SimulatedChannel>& channels() const { return channels_; }

    /// A test id for what is started at `now`: positive, 31 bits, another one at each call.
    std::int64_t new_test_id(UtcTime now);

  private:
    std::uint64_t identity_ = 0;  // of all inputs
    int started_ = 0;
    std::vector<SimulatedChannel> channels_;
};

/// A simulated cell's channels, and what became of its test.
struct CellRig {
    SimulatedRig rig;
    SimulationOutcome outcome;
};

/// `cell` on `protocol`; see simulate_cell.
Result<CellRig> make_cell_rig(const CellModel& cell, const Protocol& protocol,
                              std::uint64_t noise_seed, const RigSettings& settings);

/// What one layer replays.
struct ReplayLayer {
    CyclerTable table;
    std::string barcode;
};

/// Recorded files, one a layer, run again; see replay_test.
SimulatedRig make_replay_rig(const std::vector<ReplayLayer>& layers, const RigSettings& settings);

}  // namespace layerscope
