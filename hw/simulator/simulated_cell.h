#pragma once
#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/model/cell_model.h"
#include "core/model/protocol.h"
#include "core/model/simulation.h"
#include "hw/simulator/simulated_channel.h"

namespace layerscope {

struct SimulatedCell {
    std::vector<SimulatedTest> tests;  // of layer k at k - 1
    SimulationOutcome outcome;
};

/// What each layer's channel records while `cell` goes through `protocol`, measured as by
/// CellMeter: with noise of `noise_seed`, and nothing that a cycler could not know.
Result<SimulatedCell> simulate_cell(const CellModel& cell, const Protocol& protocol,
                                    std::uint64_t noise_seed);

}  // namespace layerscope
