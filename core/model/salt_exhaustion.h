#pragma once
#include <string>

#include "core/cell/cell_design.h"
#include "core/model/simulation.h"

namespace layerscope {

/// One sentence for the person whose test ended because the salt was exhausted: at which rate of
/// `design`, where and when, and what to do.
std::string salt_exhaustion_sentence(const CellDesign& design, const SimulationOutcome& outcome);

}  // namespace layerscope
