#include "core/model/multilayer_solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/model/multilayer_equations.h"

namespace layerscope {
namespace {

// Newton's method ends where a step in full would change nothing that matters.
constexpr double potential_done_V = 2e-7;
constexpr double salt_done_mol_m3 = 2e-3;
constexpr double stoichiometry_done = 1e-7;
constexpr int most_iterations = 14;
constexpr int most_first_iterations = 100;  // from nowhere, in damped steps

// Time steps.
constexpr double first_step_s = 1e-3;  // layers may begin far from one another
constexpr double instant_s = 1e-9;     // for the currents at the very start
constexpr double least_step_s = 1e-7;
constexpr double most_growth = 2;  // BDF2 is stable below 2.41
constexpr double least_growth = 0.3;
constexpr double safety = 0.8;
constexpr double after_failure = 0.25;
constexpr double salt_per_stoichiometry_mol_m3 = 4000;  // errors of these sizes weigh the same

// Below it the pores carry nothing any more and the equations lose their meaning.
constexpr double exhausted_salt_mol_m3 = 5;
// Where Newton's method fails near it, it is why.
constexpr double scarce_salt_mol_m3 = 50;

bool is_done(const NewtonStep& step) {
    return step.potential_V < potential_done_V && step.salt_mol_m3 < salt_done_mol_m3 &&
           step.stoichiometry < stoichiometry_done;
}

bool is_finite(const NewtonStep& step) {
    return std::isfinite(step.potential_V + step.salt_mol_m3 + step.stoichiometry);
}

double least(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}

/// Each value of the differential unknowns of `into` from those of earlier states.
template <class Combine, class... States>
void combine_differential(CellState& into, Combine combine, const States&... from) {
    const auto each = [&](auto member) {
        auto& values = into.*member;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = combine((from.*member)[i]...);
    };
    each(&CellState::salt_mol_m3);
    each(&CellState::stoichiometry);
    each(&CellState::plated_C_m3);
    each(&CellState::dead_C_m3);
    each(&CellState::layer_C);
    into.charge_C = combine(from.charge_C...);
}

template <class Combine, class... States>
void combine_algebraic(CellState& into, Combine combine, const States&... from) {
    const auto each = [&](auto member) {
        auto& values = into.*member;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = combine((from.*member)[i]...);
    };
    each(&CellState::ionic_V);
    each(&CellState::intercalation_A_m3);
    each(&CellState::solid_V);
}

/// Weights of three values at times -s1 - s2, -s1 and 0 in the parabola's value at `t`.
struct Parabola {
    double now, before, oldest;
};

Parabola parabola(double t, double s1, double s2) {
    return {(t + s1) * (t + s1 + s2) / (s1 * (s1 + s2)), -t * (t + s1 + s2) / (s1 * s2),
            t * (t + s1) / ((s1 + s2) * s2)};
}

MeshSize mesh_size(const SolverSettings& settings) {
    return {settings.nodes_separator, settings.nodes_a_layer, settings.nodes_an_interlayer};
}

}  // namespace

struct MultilayerSolver::State {
    State(const MultilayerParameters& parameters, const SolverSettings& given)
        : settings{given}, equations{parameters, mesh_size(given)} {
        const auto layers = parameters.layer_count();
        moment.layers.resize(layers);
        first_below_0V_s.resize(layers);
        const std::vector<double> empty(layers, 0.5);
        for (CellState& state : states) state = equations.initial_state(empty);
        history = extrapolated = states[0];
    }

    CellState& next() { return states[(newest + 1) % states.size()]; }
    const CellState& past(std::size_t back) const {
        return states[(newest + states.size() - back) % states.size()];
    }
    const CellState& current() const { return past(0); }

    void start(std::span<const double> stoichiometry) {
        for (CellState& state : states) state = equations.initial_state(stoichiometry);
        for (auto& crossing : first_below_0V_s) crossing.reset();
        counts = {};
        restart_history();
    }

    void restart_history() {
        known = 1;
        proposed_s = first_step_s;
    }

    void set_drive(const Drive& wanted) {
        drive = wanted;
        if (drive.kind == Drive::Kind::open) drive.current_A = 0;
        restart_history();
        settle();
    }

    /// Currents and potentials that belong to the state from now on: those after an instant.
    void settle() {
        CellState& state = states[newest];
        extrapolated = state;
        if (drive.kind != Drive::Kind::potential) state.current_A = drive.current_A;
        equations.clog(state);
        history = state;
        settled = newton(state, instant_s, most_first_iterations);
        const TimeStep step = time_step(instant_s);
        equations.complete(state, step);
        // The instant itself did not pass.
        combine_differential(
            state, [](double value) { return value; }, extrapolated);
        moment_is_known = false;
        for (int k = 0; k < int(first_below_0V_s.size()); ++k) {
            auto& fell_s = first_below_0V_s[std::size_t(k)];
            const bool below = settled && equations.layer_potential_V(state, k) <= 0;
            if (below && !fell_s) fell_s = state.time_s;
        }
    }

    TimeStep time_step(double effective_s) const {
        const bool held = drive.kind == Drive::Kind::potential;
        return {history, effective_s, drive.kind == Drive::Kind::open, held ? drive.layer - 1 : -1,
                drive.potential_V};
    }

    /// True when the state solves the equations.
    bool newton(CellState& state, double effective_s, int most) {
        const TimeStep step = time_step(effective_s);
        for (int i = 0; i < most; ++i) {
            ++counts.newton_iterations;
            const NewtonStep wanted = equations.improve(state, step);
            if (!is_finite(wanted)) return false;
            if (is_done(wanted)) return true;
        }
        return false;
    }

    /// Where the unknowns would be after `dt_s` if they went on as they did; `order` 0 to 2.
    template <class Combine>
    void extrapolate(double dt_s, int order, Combine combine) const {
        if (order == 0) {
            combine([](double now) { return now; }, current());
            return;
        }
        const double s1 = current().time_s - past(1).time_s;
        if (order == 1) {
            const double w = dt_s / s1;
            combine([w](double now, double before) { return now + w * (now - before); }, current(),
                    past(1));
            return;
        }
        const Parabola p = parabola(dt_s, s1, past(1).time_s - past(2).time_s);
        combine([p](double now, double before,
                    double oldest) { return p.now * now + p.before * before + p.oldest * oldest; },
                current(), past(1), past(2));
    }

    /// Sets `history` to what a step of `dt_s` starts from; the step's effective length.
    double differentiate(double dt_s) {
        uses_two = known > 1;
        if (uses_two) {
            const double w = dt_s / (current().time_s - past(1).time_s);
            const double now_weight = (1 + w) * (1 + w) / (1 + 2 * w);
            const double before_weight = -w * w / (1 + 2 * w);
            combine_differential(
                history,
                [=](double now, double before) {
                    return now_weight * now + before_weight * before;
                },
                current(), past(1));
            // Where the last plated lithium is stripped, two states point below zero, and no charge
            // may be invented to stop there: one state does not.
            uses_two = least(history.plated_C_m3) >= 0;
            if (uses_two) return dt_s * (1 + w) / (1 + 2 * w);
        }
        combine_differential(
            history, [](double now) { return now; }, current());
        return dt_s;
    }

    /// Solves for the state `dt_s` later, into next(). False where that fails.
    bool attempt(double dt_s) {
        CellState& state = next();
        const int order = known - 1;
        const auto differential = [&](auto combine, const auto&... from) {
            combine_differential(extrapolated, combine, from...);
            combine_differential(state, combine, from...);
        };
        extrapolate(dt_s, order, differential);
        extrapolate(dt_s, order, [&](auto combine, const auto&... from) {
            combine_algebraic(state, combine, from...);
        });
        state.current_A = current().current_A;
        state.time_s = current().time_s + dt_s;
        equations.clog(extrapolated);

        const double effective_s = differentiate(dt_s);
        if (!newton(state, effective_s, most_iterations)) return false;
        equations.complete(state, time_step(effective_s));
        return true;
    }

    /// Error of the step just attempted over what is allowed; and the power of the step's length
    /// that it grows with.
    struct StepError {
        double ratio = 0;
        int power = 1;
    };

    StepError step_error(double dt_s) {
        if (known == 1) return {0, 1};  // the first step is short instead
        const CellState& state = next();
        double largest = 0;  // of what extrapolation missed
        for (std::size_t i = 0; i < state.salt_mol_m3.size(); ++i) {
            largest =
                std::max(largest, std::abs(state.salt_mol_m3[i] - extrapolated.salt_mol_m3[i]) /
                                      salt_per_stoichiometry_mol_m3);
        }
        for (const MeshNode& node : equations.mesh()) {
            if (node.layer < 0) continue;
            const auto g = std::size_t(node.graphite);
            largest =
                std::max(largest, std::abs(state.stoichiometry[g] - extrapolated.stoichiometry[g]));
            largest =
                std::max(largest, std::abs(state.plated_C_m3[g] - extrapolated.plated_C_m3[g]) /
                                      equations.full_C_m3(node.layer));
        }
        const double s1 = current().time_s - past(1).time_s;
        // y'' dt (dt + s1) / 2 missed by a line; implicit Euler errs by about a third of that.
        if (known == 2 || !uses_two) return {largest / 3 / settings.tolerance, 2};
        // y''' / 6 times each: what the parabola misses and what BDF2 errs by.
        const double s2 = past(1).time_s - past(2).time_s;
        const double missed = dt_s * (dt_s + s1) * (dt_s + s1 + s2);
        const double erred = dt_s * dt_s * (dt_s + s1) * (dt_s + s1) / (2 * dt_s + s1);
        return {largest * erred / (missed + erred) / settings.tolerance, 3};
    }

    void accept(double dt_s) {
        note_crossings(dt_s);
        newest = (newest + 1) % states.size();
        known = std::min(known + 1, 3);
        ++counts.steps;
        moment_is_known = false;
    }

    /// Layers whose potential falls through 0 V in the step being accepted, at the time where the
    /// parabola through the last potentials does.
    void note_crossings(double dt_s) {
        for (int k = 0; k < int(first_below_0V_s.size()); ++k) {
            const double before_V = equations.layer_potential_V(current(), k);
            const double after_V = equations.layer_potential_V(next(), k);
            if (first_below_0V_s[std::size_t(k)] || !(before_V > 0 && after_V <= 0)) continue;
            const double line_s = dt_s * before_V / (before_V - after_V);
            double into_s = line_s;
            if (known >= 2) {
                const double s1 = current().time_s - past(1).time_s;
                const double earlier_V = equations.layer_potential_V(past(1), k);
                for (int i = 0; i < 3; ++i) {  // the line's point is close: three steps are plenty
                    const Parabola p = parabola(into_s - dt_s, dt_s, s1);
                    const double here_V =
                        p.now * after_V + p.before * before_V + p.oldest * earlier_V;
                    into_s = std::clamp(into_s + here_V / (before_V - after_V) * dt_s, 0.0, dt_s);
                }
            }
            first_below_0V_s[std::size_t(k)] = current().time_s + into_s;
        }
    }

    // ---- ends

    /// What is left of an end, in its own unit; below 0 behind it.
    double distance(Ended end, const Ends& ends, const CellState& state) const {
        switch (end) {
            case Ended::charge:
                return *ends.charge_C - state.charge_C;
            case Ended::potential:
                return *ends.potential_V - equations.layer_potential_V(state, ends.layer - 1);
            case Ended::current:
                return *ends.current_A - state.current_A;
            case Ended::salt_exhausted:
                return exhausted_salt_mol_m3 - least(state.salt_mol_m3);
            case Ended::time:
                break;
        }
        return ends.time_s - state.time_s;
    }

    bool is_asked(Ended end, const Ends& ends) const {
        // A set current's charge is known ahead: see end_time_s.
        if (end == Ended::charge) return ends.charge_C && drive.kind != Drive::Kind::current;
        if (end == Ended::potential) return ends.potential_V.has_value();
        if (end == Ended::current) return ends.current_A.has_value();
        return end == Ended::salt_exhausted;
    }

    bool crosses(Ended end, const Ends& ends) {
        const double before = distance(end, ends, current());
        const double after = distance(end, ends, next());
        return before != 0 && (before < 0) != (after < 0);
    }

    /// Shortens the step just attempted until it lands on `end`; its length.
    double land_on(Ended end, const Ends& ends, double dt_s) {
        constexpr int most_attempts = 40;
        constexpr double close = 1e-9;  // of the step's way, and of its length
        double low_s = 0;
        double low = distance(end, ends, current());
        double high_s = dt_s;
        double high = distance(end, ends, next());
        const double enough = close * std::abs(high - low);
        int side = 0;  // which end of the bracket moved last
        for (int i = 0; i < most_attempts && high_s - low_s > close * dt_s; ++i) {
            // Illinois method: a secant that never leaves its bracket.
            const double middle_s = (low_s * high - high_s * low) / (high - low);
            if (!attempt(middle_s)) break;
            const double here = distance(end, ends, next());
            if (std::abs(here) <= enough) return middle_s;
            const int moved = (here < 0) == (high < 0) ? 1 : -1;
            (moved > 0 ? high_s : low_s) = middle_s;
            (moved > 0 ? high : low) = here;
            if (moved == side) (moved > 0 ? low : high) /= 2;
            side = moved;
        }
        attempt(high_s);  // as it was before: just behind the end
        return high_s;
    }

    /// The first asked end within the step just attempted, which then is shortened to it.
    std::optional<Ended> land(const Ends& ends, double& dt_s) {
        std::optional<Ended> first;
        for (const Ended end :
             {Ended::charge, Ended::potential, Ended::current, Ended::salt_exhausted}) {
            if (!is_asked(end, ends) || !crosses(end, ends)) continue;
            dt_s = land_on(end, ends, dt_s);
            first = end;
        }
        return first;
    }

    /// The next step's length: what the error allows, so that `remaining_s` is met without a
    /// sliver.
    double choose_step_s(double remaining_s) const {
        double dt_s = std::min(proposed_s, settings.longest_step_s);
        if (known > 1) {
            dt_s = std::min(dt_s, most_growth * (current().time_s - past(1).time_s));
        }
        if (dt_s >= remaining_s) return remaining_s;
        return dt_s > remaining_s / 2 ? remaining_s / 2 : dt_s;
    }

    /// Time at which a set current reaches the charge asked for.
    double end_time_s(const Ends& ends) const {
        if (!ends.charge_C || drive.kind != Drive::Kind::current || drive.current_A == 0) {
            return ends.time_s;
        }
        const double left_s = (*ends.charge_C - current().charge_C) / drive.current_A;
        const bool ahead = left_s > -least_step_s;  // what rounding went too far is still there
        return ahead ? std::min(ends.time_s, current().time_s + left_s) : ends.time_s;
    }

    Result<Ended> failure(double dt_s) const {
        if (least(current().salt_mol_m3) < scarce_salt_mol_m3) return Ended::salt_exhausted;
        return fail(ErrorKind::unsupported,
                    fmt::format("the model finds no solution at {:.1f} s, {:.3f} mA, even in steps "
                                "of {:.1g} s; check the cell's parameters or take a lower rate",
                                current().time_s, current().current_A * 1e3, dt_s));
    }

    Result<Ended> advance(const Ends& ends) {
        if (!settled) return failure(instant_s);
        int failures = 0;
        for (;;) {
            const double end_s = end_time_s(ends);
            const double remaining_s = end_s - current().time_s;
            if (remaining_s <= least_step_s) {
                return end_s < ends.time_s ? Ended::charge : Ended::time;
            }
            double dt_s = choose_step_s(remaining_s);
            if (!attempt(dt_s)) {
                ++counts.rejected;
                proposed_s = after_failure * dt_s;
                if (++failures >= 3) known = 1;
                if (proposed_s < least_step_s) return failure(dt_s);
                continue;
            }
            const StepError error = step_error(dt_s);
            const double wanted =
                safety * std::pow(std::max(error.ratio, 1e-6), -1.0 / error.power);
            if (error.ratio > 1) {
                ++counts.rejected;
                proposed_s = dt_s * std::max(least_growth, std::min(wanted, 0.9));
                continue;
            }
            failures = 0;
            // A step cut short by an end says little about the next one's length.
            const double grown_s = dt_s * std::min(most_growth, wanted);
            proposed_s = dt_s == remaining_s || dt_s == remaining_s / 2
                             ? std::max(grown_s, std::min(proposed_s, settings.longest_step_s))
                             : grown_s;
            const auto ended = land(ends, dt_s);
            accept(dt_s);
            if (ended) return *ended;
        }
    }

    const CellMoment& now() {
        if (moment_is_known) return moment;
        moment_is_known = true;
        const CellState& state = current();
        const auto& mesh = equations.mesh();
        const double area_m2 = equations.parameters().area_m2;
        moment.time_s = state.time_s;
        moment.current_A = state.current_A;
        moment.charge_C = state.charge_C;
        moment.least_salt_mol_m3 = least(state.salt_mol_m3);
        moment.salt_mol = 0;
        for (std::size_t i = 0; i < mesh.size(); ++i) {
            moment.salt_mol += state.salt_mol_m3[i] * mesh[i].porosity * mesh[i].width_m * area_m2;
        }
        for (std::size_t k = 0; k < moment.layers.size(); ++k) describe_layer(state, int(k));
        return moment;
    }

    void describe_layer(const CellState& state, int k) {
        const auto layer = std::size_t(k);
        const MultilayerParameters& parameters = equations.parameters();
        const NodeSpan span = equations.layers()[layer];
        LayerMoment& into = moment.layers[layer];
        const double lead_V = parameters.layers[layer].lead_ohm * state.layer_A[layer];
        into = {.current_A = state.layer_A[layer],
                .charge_C = state.layer_C[layer],
                .potential_V = equations.layer_potential_V(state, k),
                .terminal_V = state.solid_V[layer] - lead_V - state.ionic_V[0]};
        const double ahead_m3_A =
            parameters.graphite.diffusion_time_s / equations.full_C_m3(k);  // of the surface
        const double nodes = span.last - span.first + 1;
        for (int i = span.first; i <= span.last; ++i) {
            const MeshNode& node = equations.mesh()[std::size_t(i)];
            const auto g = std::size_t(node.graphite);
            const double volume_m3 = node.width_m * parameters.area_m2;
            into.plated_C += state.plated_C_m3[g] * volume_m3;
            into.dead_C += state.dead_C_m3[g] * volume_m3;
            into.stoichiometry += state.stoichiometry[g] / nodes;
            into.surface_stoichiometry +=
                (state.stoichiometry[g] + ahead_m3_A * state.intercalation_A_m3[g]) / nodes;
            into.salt_mol_m3 += state.salt_mol_m3[std::size_t(i)] / nodes;
        }
    }

    SolverSettings settings;
    MultilayerEquations equations;
    std::array<CellState, 4> states;  // a ring: the newest, two before it, the next
    std::size_t newest = 0;
    int known = 1;          // states since the last restart, at most 3
    bool uses_two = false;  // the step attempted is BDF2; else implicit Euler
    CellState history;      // what backward differentiation knows of them
    CellState extrapolated;
    Drive drive;
    bool settled = false;
    double proposed_s = first_step_s;
    std::vector<std::optional<double>> first_below_0V_s;
    SolverCounts counts;
    CellMoment moment;
    bool moment_is_known = false;
};

MultilayerSolver::MultilayerSolver(const MultilayerParameters& parameters,
                                   const SolverSettings& settings)
    : state_{std::make_unique<State>(parameters, settings)} {}
MultilayerSolver::MultilayerSolver(MultilayerSolver&&) noexcept = default;
MultilayerSolver& MultilayerSolver::operator=(MultilayerSolver&&) noexcept = default;
MultilayerSolver::~MultilayerSolver() = default;

void MultilayerSolver::start(std::span<const double> stoichiometry) {
    state_->start(stoichiometry);
}
void MultilayerSolver::drive(const Drive& drive) {
    state_->set_drive(drive);
}
Result<Ended> MultilayerSolver::advance(const Ends& ends) {
    return state_->advance(ends);
}
const CellMoment& MultilayerSolver::now() const {
    return state_->now();
}
std::optional<double> MultilayerSolver::first_below_0V_s(int layer) const {
    return state_->first_below_0V_s.at(std::size_t(layer) - 1);
}
const SolverCounts& MultilayerSolver::counts() const {
    return state_->counts;
}

}  // namespace layerscope
