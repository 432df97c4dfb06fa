#pragma once
#include <array>
#include <string_view>

#include "core/model/cell_model.h"
#include "core/model/multilayer_solver.h"

namespace layerscope {

/// A test of the article: its rate, current and total charge.
struct PublishedRun {
    double rate_C;
    double current_mA;
    double charge_mAh;
};

inline constexpr std::array published_runs{
    PublishedRun{0.05, 3.36, 55.964}, PublishedRun{0.1, 6.72, 41.419},
    PublishedRun{0.2, 13.44, 42.663}, PublishedRun{0.33, 22.176, 41.330},
    PublishedRun{0.5, 33.6, 41.420},
};

inline CellModel builtin_model(std::string_view name) {
    const std::string text = builtin_cell_text(name).value();
    return parse_cell_model(text, std::string{name}).value();
}

/// Time steps so short that halving the tolerance again changes nothing that is looked at.
inline SolverSettings converged() {
    return {.tolerance = 1e-6, .longest_step_s = 60};
}

/// A solver at the start of a test of `model` at `run`.
inline MultilayerSolver begin(const CellModel& model, const PublishedRun& run,
                              const SolverSettings& settings) {
    MultilayerSolver solver{model.parameters, settings};
    solver.start(model.begins_fresh(run.rate_C) ? model.fresh_stoichiometry()
                                                : model.residual_stoichiometry());
    solver.drive({.current_A = run.current_mA * 1e-3});
    return solver;
}

inline Ends charge_end(double charge_mAh) {
    return {.time_s = 1e6, .charge_C = charge_mAh * 3.6};
}

}  // namespace layerscope
