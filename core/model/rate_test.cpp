#include "core/model/rate_test.h"

#include <algorithm>
#include <limits>

namespace layerscope {
namespace {

/// Moments at which a test is looked at. Potentials and plated charge move slowly against a
/// twelfth of a test, and each look costs the solver a shortened step.
constexpr int looks_a_test = 12;

struct Look {
    double charge_C = 0;
    bool mark = false;
};

std::vector<Look> looks_of(const RateTest& test) {
    std::vector<Look> looks;
    for (const double mark_C : test.marks_C) looks.push_back({mark_C, true});
    for (int i = 1; i <= looks_a_test; ++i) {
        looks.push_back({test.charge_C * i / looks_a_test, false});
    }
    std::stable_sort(looks.begin(), looks.end(),
                     [](const Look& a, const Look& b) { return a.charge_C < b.charge_C; });
    return looks;
}

/// Adds what a moment shows to the extremes up to it.
void take(const CellMoment& now, const MultilayerParameters& cell,
          std::vector<LayerOutcome>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerMoment& layer = now.layers[i];
        LayerOutcome& outcome = layers[i];
        outcome.least_potential_V = std::min(outcome.least_potential_V, layer.potential_V);
        outcome.most_plated_C = std::max(outcome.most_plated_C, layer.plated_C);
        outcome.charge_C = layer.charge_C;
        outcome.filling = layer.stoichiometry / cell.layers[i].accessible_capacity;
    }
}

std::vector<double> potentials_V(const CellMoment& now) {
    std::vector<double> potentials;
    potentials.reserve(now.layers.size());
    for (const LayerMoment& layer : now.layers) potentials.push_back(layer.potential_V);
    return potentials;
}

RateOutcome run_test(MultilayerSolver& solver, const CellModel& cell, const RateTest& test) {
    const double current_A = test.rate_C * cell.design.one_c.si();
    solver.start(cell.begins_fresh(test.rate_C) ? cell.fresh_stoichiometry()
                                                : cell.residual_stoichiometry());
    solver.drive({Drive::Kind::current, current_A});
    RateOutcome outcome;
    LayerOutcome unseen;
    unseen.least_potential_V = std::numeric_limits<double>::infinity();
    outcome.layers.assign(cell.parameters.layer_count(), unseen);
    for (const Look& look : looks_of(test)) {
        Ends ends;
        ends.time_s = 2 * test.charge_C / current_A;  // never reached: the charge comes first
        ends.charge_C = look.charge_C;
        const auto ended = solver.advance(ends);
        take(solver.now(), cell.parameters, outcome.layers);
        if (!ended || *ended != Ended::charge) break;
        if (look.mark) outcome.mark_potential_V.push_back(potentials_V(solver.now()));
    }
    outcome.reached = std::min(solver.now().charge_C / test.charge_C, 1.0);
    return outcome;
}

}  // namespace

std::vector<RateOutcome> run_rate_tests(const CellModel& cell, std::span<const RateTest> tests,
                                        const SolverSettings& settings) {
    MultilayerSolver solver{cell.parameters, settings};
    std::vector<RateOutcome> outcomes;
    outcomes.reserve(tests.size());
    for (const RateTest& test : tests) outcomes.push_back(run_test(solver, cell, test));
    return outcomes;
}

}  // namespace layerscope
