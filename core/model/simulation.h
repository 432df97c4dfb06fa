#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/multilayer_solver.h"
#include "core/model/protocol.h"

namespace layerscope {

/// One recorded moment of a simulated test.
struct SimulatedMoment {
    int step = 0;  // index into the protocol's steps
    double step_time_s = 0;
    const CellMoment& cell;
};

struct SimulatedStepEnd {
    Ended ended = Ended::time;
    double time_s = 0;
    double charge_C = 0;  // total since the start
};

/// What became of a simulated test.
struct SimulationOutcome {
    std::vector<SimulatedStepEnd> steps;  // those that were begun
    CellMoment last;
    std::vector<std::optional<double>> first_below_0V_s;  // of layer k at k - 1
    SolverCounts counts;
    bool salt_exhausted = false;  // the test ended there, with the steps it had
};

using MomentVisitor = std::function<void(const SimulatedMoment&)>;

/// Runs `protocol` on the model. `visit`, where given, sees each step's start, then every recording
/// interval, then its end: each a moment of the solver, none interpolated. Without `visit` the
/// solver steps as it likes. Exhausted salt ends the test and is no failure.
Result<SimulationOutcome> simulate(const MultilayerParameters& parameters, const Protocol& protocol,
                                   const SolverSettings& settings, const MomentVisitor& visit);

}  // namespace layerscope
