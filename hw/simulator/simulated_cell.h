#pragma once
#include <cstdint>
#include <vector>

#include "core/cell/cell_design.h"
#include "hw/simulator/simulated_channel.h"

namespace layerscope {

/// What each layer's channel records while the cell is lithiated at `c_rate` (see run_ladder):
/// steps rest, dc, rest. A channel measures its layer against a lithium counter electrode, so
/// lithiation is discharge: the word is `dc`, the current negative, the voltage the layer's
/// potential less the ionic drop from the counter electrode. Layers with a reference electrode
/// carry it as `V1`.
///
/// Voltages and currents get measurement noise, 20 uV and 2 uA standard deviation, hashed from
/// (`noise_seed`, layer, seqid); seed 0 means none. Values are rounded to float, as cyclers keep
/// them.
std::vector<SimulatedTest> simulate_cell(const CellDesign& design, double c_rate,
                                         std::uint64_t noise_seed);

}  // namespace layerscope
