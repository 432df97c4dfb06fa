#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/model/cell_model.h"
#include "core/model/protocol.h"
#include "core/model/simulation.h"

namespace layerscope {

/// A cell, as a value and in the words it was read from, which a run file keeps.
struct WrittenCell {
    CellModel model;
    std::string toml;
};

struct SimulatedRunSettings {
    std::filesystem::path path;  // of the run file; must not exist
    SolverSettings solver;
    std::uint64_t noise_seed = 0;  // 0: exact values
    MomentVisitor visit;           // where given, sees what the run records
};

/// Takes `cell` through `protocol` and writes what its channels record into a run file of origin
/// "simulated", with the simulated truth beside (see simulated_truth.h). The file is written beside
/// its place and moved there when it is whole; nothing is left of it after a failure. Exhausted
/// salt is none: the run then ends there, with a note.
Result<SimulationOutcome> simulate_into_run(const WrittenCell& cell, const Protocol& protocol,
                                            const SimulatedRunSettings& settings);

}  // namespace layerscope
