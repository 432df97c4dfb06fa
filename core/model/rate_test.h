#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/model/cell_model.h"
#include "core/model/multilayer_solver.h"

namespace layerscope {

/// A lithiation at constant current from the start that the cell has at this rate.
struct RateTest {
    double rate_C = 0;
    double charge_C = 0;               // total, where it ends
    std::vector<double> marks_C = {};  // total charges, rising, at which potentials are wanted
};

/// What the model shows of one layer in a test.
struct LayerOutcome {
    double charge_C = 0;
    double least_potential_V = 0;  // at its twelfths and marks
    double most_plated_C = 0;      // at the same moments
    double filling = 0;            // stoichiometry at the end, of the accessible capacity
};

struct RateOutcome {
    /// Share of the charge that went in: below 1 where the salt was exhausted or the equations
    /// could not be solved further; all else is then as far as it went.
    double reached = 0;
    std::vector<LayerOutcome> layers;                   // [k - 1] of layer k
    std::vector<std::vector<double>> mark_potential_V;  // a mark that was reached, then its layers
};

/// Runs the tests one after the other on one cell without a fault.
std::vector<RateOutcome> run_rate_tests(const CellModel& cell, std::span<const RateTest> tests,
                                        const SolverSettings& settings);

}  // namespace layerscope
