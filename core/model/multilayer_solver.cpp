#include "core/model/multilayer_solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/model/multilayer_equations.h"
#include "core/model/state_history.h"

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

MeshSize mesh_size(const SolverSettings& settings) {
    return {settings.nodes_separator, settings.nodes_a_layer, settings.nodes_an_interlayer};
}

}  // namespace

struct MultilayerSolver::State {
    State(const MultilayerParameters& parameters, const SolverSettings& given)
        : settings{given},
          equations{parameters, mesh_size(given)},
          history{equations.initial_state(std::vector(parameters.layer_count(), 0.5))},
          first_below_0V_s(parameters.layer_count()) {
        moment.layers.resize(parameters.layer_count());
    }

    void start(std::span<const double> stoichiometry) {
        history.start(equations.initial_state(stoichiometry));
        for (auto& first_s : first_below_0V_s) first_s.reset();
        counts = {};
    }

    void set_drive(const Drive& wanted) {
        drive = wanted;
        if (drive.kind == Drive::Kind::open) drive.current_A = 0;
        history.restart();
        proposed_s = first_step_s;
        settle();
    }

    /// Currents and potentials that belong to the state from now on: those after an instant that
    /// does not pass.
    void settle() {
        CellState& state = history.settling();
        history.origin() = state;
        if (drive.kind != Drive::Kind::potential) state.current_A = drive.current_A;
        equations.clog(state);
        settled = newton(state, instant_s, most_first_iterations);
        equations.complete(state, time_step(instant_s));
        StateHistory::copy_differential(state, history.origin());
        moment_is_known = false;
        for (std::size_t k = 0; k < first_below_0V_s.size(); ++k) {
            auto& first_s = first_below_0V_s[k];
            const bool below = settled && equations.layer_potential_V(state, int(k)) <= 0;
            if (below && !first_s) first_s = state.time_s;
        }
    }

    TimeStep time_step(double effective_s) const {
        const bool held = drive.kind == Drive::Kind::potential;
        return {history.origin(), effective_s, drive.kind == Drive::Kind::open,
                held ? drive.layer - 1 : -1, drive.potential_V};
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

    /// Solves for the state `dt_s` later, which is history.next() then. False where that fails.
    bool attempt(double dt_s) {
        CellState& state = history.guess(dt_s);
        equations.clog(history.guessed());
        const double effective_s = history.differentiate(dt_s);
        if (!newton(state, effective_s, most_iterations)) return false;
        equations.complete(state, time_step(effective_s));
        return true;
    }

    void accept(double dt_s) {
        note_falls(dt_s);
        history.accept();
        ++counts.steps;
        moment_is_known = false;
    }

    /// Layers whose potential falls through 0 V for the first time in the step being accepted.
    void note_falls(double dt_s) {
        for (std::size_t k = 0; k < first_below_0V_s.size(); ++k) {
            if (first_below_0V_s[k]) continue;
            const double now_V = equations.layer_potential_V(history.now(), int(k));
            const double next_V = equations.layer_potential_V(history.next(), int(k));
            if (now_V <= 0 || next_V > 0) continue;
            first_below_0V_s[k] = history.now().time_s + fall_s(int(k), dt_s, now_V, next_V);
        }
    }

    /// When in the step, s after its start: where the parabola through the last potentials falls.
    double fall_s(int layer, double dt_s, double now_V, double next_V) const {
        double into_s = dt_s * now_V / (now_V - next_V);
        if (!history.has_before()) return into_s;
        const double before_V = equations.layer_potential_V(history.before(), layer);
        for (int i = 0; i < 3; ++i) {  // a line's point is close: three steps are plenty
            const Parabola p = parabola(into_s - dt_s, dt_s, history.last_step_s());
            const double here_V = p.now * next_V + p.before * now_V + p.oldest * before_V;
            into_s = std::clamp(into_s + here_V / (now_V - next_V) * dt_s, 0.0, dt_s);
        }
        return into_s;
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
        const double before = distance(end, ends, history.now());
        const double after = distance(end, ends, history.next());
        return before != 0 && (before < 0) != (after < 0);
    }

    /// Shortens the step just attempted until it lands on `end`; its length.
    double land_on(Ended end, const Ends& ends, double dt_s) {
        constexpr int most_attempts = 40;
        constexpr double close = 1e-9;  // of the step's way, and of its length
        double low_s = 0;
        double low = distance(end, ends, history.now());
        double high_s = dt_s;
        double high = distance(end, ends, history.next());
        const double enough = close * std::abs(high - low);
        int side = 0;  // which end of the bracket moved last
        for (int i = 0; i < most_attempts && high_s - low_s > close * dt_s; ++i) {
            // Illinois method: a secant that never leaves its bracket.
            const double middle_s = (low_s * high - high_s * low) / (high - low);
            if (!attempt(middle_s)) break;
            const double here = distance(end, ends, history.next());
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

    /// The next step's length: what the error allows, so that what remains is met without a sliver.
    double choose_step_s(double remaining_s) const {
        double dt_s = std::min(proposed_s, settings.longest_step_s);
        if (history.has_before()) dt_s = std::min(dt_s, most_growth * history.last_step_s());
        if (dt_s >= remaining_s) return remaining_s;
        return dt_s > remaining_s / 2 ? remaining_s / 2 : dt_s;
    }

    /// Time at which a set current reaches the charge asked for.
    double end_time_s(const Ends& ends) const {
        if (!ends.charge_C || drive.kind != Drive::Kind::current || drive.current_A == 0) {
            return ends.time_s;
        }
        const double left_s = (*ends.charge_C - history.now().charge_C) / drive.current_A;
        const bool ahead = left_s > -least_step_s;  // what rounding went too far is still there
        return ahead ? std::min(ends.time_s, history.now().time_s + left_s) : ends.time_s;
    }

    Result<Ended> failure(double dt_s) const {
        if (least(history.now().salt_mol_m3) < scarce_salt_mol_m3) return Ended::salt_exhausted;
        return fail(ErrorKind::unsupported,
                    fmt::format("the model finds no solution at {:.1f} s, {:.3f} mA, even in steps "
                                "of {:.1g} s; check the cell's parameters or take a lower rate",
                                history.now().time_s, history.now().current_A * 1e3, dt_s));
    }

    /// Judges the step of `dt_s` just attempted and proposes the next one's length. True where it
    /// is exact enough.
    bool judge(double dt_s, double remaining_s) {
        const StateHistory::StepError error = history.error(dt_s, equations);
        const double ratio = std::max(error.size / settings.tolerance, 1e-6);
        const double wanted_s = dt_s * safety * std::pow(ratio, -1.0 / error.power);
        if (!(ratio <= 1)) {
            proposed_s = std::clamp(wanted_s, least_growth * dt_s, safety * dt_s);
            return false;
        }
        const double grown_s = std::min(most_growth * dt_s, wanted_s);
        // A step cut short by an end says little about the next one's length.
        const bool cut = dt_s == remaining_s || dt_s == remaining_s / 2;
        const double before_s = std::min(proposed_s, settings.longest_step_s);
        proposed_s = cut ? std::max(grown_s, before_s) : grown_s;
        return true;
    }

    /// A step, or as many shorter tries as it takes, up to an end; nullopt where none was reached.
    Result<std::optional<Ended>> step(const Ends& ends, double remaining_s) {
        for (int tries = 1;; ++tries) {
            double dt_s = choose_step_s(remaining_s);
            const bool solved = attempt(dt_s);
            if (solved && judge(dt_s, remaining_s)) {
                const auto ended = land(ends, dt_s);
                accept(dt_s);
                return ended;
            }
            ++counts.rejected;
            if (!solved) {
                proposed_s = after_failure * dt_s;
                if (tries >= 3) history.restart();
            }
            if (proposed_s < least_step_s) {
                const auto why = failure(dt_s);
                return why ? Result<std::optional<Ended>>{*why} : fail(why.error());
            }
        }
    }

    Result<Ended> advance(const Ends& ends) {
        if (!settled) return failure(instant_s);
        for (;;) {
            const double end_s = end_time_s(ends);
            const double remaining_s = end_s - history.now().time_s;
            if (remaining_s <= least_step_s) {
                return end_s < ends.time_s ? Ended::charge : Ended::time;
            }
            const auto ended = step(ends, remaining_s);
            if (!ended) return fail(ended.error());
            if (*ended) return **ended;
        }
    }

    const CellMoment& now() {
        if (!moment_is_known) describe(history.now(), equations, moment);
        moment_is_known = true;
        return moment;
    }

    SolverSettings settings;
    MultilayerEquations equations;
    StateHistory history;
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
