#include "core/model/state_history.h"

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

// Errors of these sizes weigh the same.
constexpr double salt_per_stoichiometry_mol_m3 = 4000;

template <class Combine, class... States>
void combine(std::vector<double> CellState::*member, CellState& into, Combine of,
             const States&... from) {
    auto& values = into.*member;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = of((from.*member)[i]...);
}

/// Each differential unknown of `into` from those of the given states.
template <class Combine, class... States>
void combine_differential(CellState& into, Combine of, const States&... from) {
    combine(&CellState::salt_mol_m3, into, of, from...);
    combine(&CellState::stoichiometry, into, of, from...);
    combine(&CellState::plated_C_m3, into, of, from...);
    combine(&CellState::dead_C_m3, into, of, from...);
    combine(&CellState::layer_C, into, of, from...);
    into.charge_C = of(from.charge_C...);
}

/// The same of the unknowns that Newton's method finds beside them.
template <class Combine, class... States>
void combine_algebraic(CellState& into, Combine of, const States&... from) {
    combine(&CellState::ionic_V, into, of, from...);
    combine(&CellState::intercalation_A_m3, into, of, from...);
    combine(&CellState::solid_V, into, of, from...);
}

/// Largest miss of the guess, as stoichiometry.
double largest_miss(const CellState& state, const CellState& guessed,
                    const MultilayerEquations& equations) {
    double largest = 0;
    for (std::size_t i = 0; i < state.salt_mol_m3.size(); ++i) {
        const double salt_mol_m3 = std::abs(state.salt_mol_m3[i] - guessed.salt_mol_m3[i]);
        largest = std::max(largest, salt_mol_m3 / salt_per_stoichiometry_mol_m3);
        const MeshNode& node = equations.mesh()[i];
        if (node.layer < 0) continue;
        const auto g = std::size_t(node.graphite);
        const double plated_C_m3 = std::abs(state.plated_C_m3[g] - guessed.plated_C_m3[g]);
        largest = std::max(largest, std::abs(state.stoichiometry[g] - guessed.stoichiometry[g]));
        largest = std::max(largest, plated_C_m3 / equations.full_C_m3(node.layer));
    }
    return largest;
}

}  // namespace

Parabola parabola(double t, double s1, double s2) {
    return {(t + s1) * (t + s1 + s2) / (s1 * (s1 + s2)), -t * (t + s1 + s2) / (s1 * s2),
            t * (t + s1) / ((s1 + s2) * s2)};
}

StateHistory::StateHistory(const CellState& state) : guessed_{state}, origin_{state} {
    states_.fill(state);
}

void StateHistory::start(const CellState& state) {
    states_[newest_] = state;
    known_ = 1;
}

void StateHistory::copy_differential(CellState& into, const CellState& from) {
    combine_differential(
        into, [](double value) { return value; }, from);
}

CellState& StateHistory::guess(double dt_s) {
    CellState& state = next();
    const auto fill = [&](auto of, const auto&... from) {
        combine_differential(guessed_, of, from...);
        combine_algebraic(state, of, from...);
    };
    if (known_ == 1) {
        fill([](double now) { return now; }, now());
    } else if (known_ == 2) {
        const double w = dt_s / last_step_s();
        fill([w](double now, double before) { return now + w * (now - before); }, now(), before());
    } else {
        const Parabola p = parabola(dt_s, last_step_s(), before().time_s - past(2).time_s);
        fill([p](double now, double before,
                 double oldest) { return p.now * now + p.before * before + p.oldest * oldest; },
             now(), before(), past(2));
    }
    copy_differential(state, guessed_);
    state.current_A = now().current_A;
    state.time_s = now().time_s + dt_s;
    return state;
}

double StateHistory::differentiate(double dt_s) {
    uses_two_ = known_ > 1;
    if (uses_two_) {
        const double w = dt_s / last_step_s();
        const double now_weight = (1 + w) * (1 + w) / (1 + 2 * w);
        const double before_weight = -w * w / (1 + 2 * w);
        combine_differential(
            origin_,
            [=](double now, double before) { return now_weight * now + before_weight * before; },
            now(), before());
        // Where the last plated lithium is stripped, two states point below zero, and no charge may
        // be invented to stop there: one state does not.
        const auto& plated = origin_.plated_C_m3;
        uses_two_ = *std::min_element(plated.begin(), plated.end()) >= 0;
        if (uses_two_) return dt_s * (1 + w) / (1 + 2 * w);
    }
    copy_differential(origin_, now());
    return dt_s;
}

StateHistory::StepError StateHistory::error(double dt_s,
                                            const MultilayerEquations& equations) const {
    if (known_ == 1) return {};
    const double miss = largest_miss(next(), guessed_, equations);
    // y'' dt (dt + s1) / 2 missed by a line; implicit Euler errs by about a third of that.
    if (known_ == 2 || !uses_two_) return {miss / 3, 2};
    // y''' / 6 times each: what the parabola misses and what BDF2 errs by.
    const double s1 = last_step_s();
    const double s2 = before().time_s - past(2).time_s;
    const double missed = dt_s * (dt_s + s1) * (dt_s + s1 + s2);
    const double erred = dt_s * dt_s * (dt_s + s1) * (dt_s + s1) / (2 * dt_s + s1);
    return {miss * erred / (missed + erred), 3};
}

void StateHistory::accept() {
    newest_ = (newest_ + 1) % states_.size();
    known_ = std::min(known_ + 1, 3);
}

}  // namespace layerscope
