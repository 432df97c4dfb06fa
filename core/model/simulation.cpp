#include "core/model/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

Drive drive_of(const ProtocolStep& step) {
    switch (step.kind) {
        case StepKind::lithiate:
            return {.current_A = step.current_A};
        case StepKind::delithiate:
            return {.current_A = -step.current_A};
        case StepKind::hold:
            return {Drive::Kind::potential, 0, step.layer, step.potential_V};
        case StepKind::rest:
            break;
    }
    return {.kind = step.leads == Leads::open ? Drive::Kind::open : Drive::Kind::current};
}

/// One test on one solver.
class Test {
  public:
    Test(const MultilayerParameters& parameters, const Protocol& protocol,
         const SolverSettings& settings, const MomentVisitor& visit)
        : protocol_{protocol}, visit_{visit}, solver_{parameters, settings} {
        solver_.start(protocol.stoichiometry);
    }

    Result<SimulationOutcome> run() {
        for (std::size_t i = 0; i < protocol_.steps.size() && !outcome_.salt_exhausted; ++i) {
            const auto ended = run_step(int(i));
            if (!ended) return fail(ended.error());
            const CellMoment& now = solver_.now();
            outcome_.steps.push_back({*ended, now.time_s, now.charge_C});
            outcome_.salt_exhausted = *ended == Ended::salt_exhausted;
        }
        outcome_.last = solver_.now();
        for (int k = 1; k <= int(outcome_.last.layers.size()); ++k) {
            outcome_.first_below_0V_s.push_back(solver_.first_below_0V_s(k));
        }
        outcome_.counts = solver_.counts();
        return outcome_;
    }

  private:
    Result<Ended> run_step(int index) {
        const ProtocolStep& step = protocol_.steps[std::size_t(index)];
        const Drive drive = drive_of(step);
        const double began_s = solver_.now().time_s;
        solver_.drive(drive);
        const Ends ends = ends_of(step);
        show(index, began_s);
        if (const auto at_once = reached_already(step)) return *at_once;
        for (int record = 1;; ++record) {
            Ends next = ends;
            if (visit_) {
                next.time_s =
                    std::min(ends.time_s, began_s + record * protocol_.recording_interval_s);
            }
            const auto ended = solver_.advance(next);
            if (!ended) return ended;
            show(index, began_s);
            if (*ended != Ended::time) return ended;
            if (next.time_s < ends.time_s) continue;
            if (step.until_time_s) return ended;
            return fail(ErrorKind::usage,
                        fmt::format("step {} of the protocol reaches none of its ends in a year; "
                                    "give it an end in time",
                                    index + 1));
        }
    }

    /// The step's ends on the solver's own counts. Magnitudes take the sign of the current it
    /// begins with.
    Ends ends_of(const ProtocolStep& step) const {
        const CellMoment& now = solver_.now();
        const double sign = now.current_A < 0 ? -1 : 1;
        Ends ends{.time_s = now.time_s + step.until_time_s.value_or(longest_step_s)};
        if (step.until_charge_C) ends.charge_C = now.charge_C + sign * *step.until_charge_C;
        if (step.until_current_A) ends.current_A = sign * *step.until_current_A;
        ends.potential_V = step.until_potential_V;
        ends.layer = step.layer;
        return ends;
    }

    /// An end that lies behind the step when it begins ends it there.
    std::optional<Ended> reached_already(const ProtocolStep& step) const {
        const CellMoment& now = solver_.now();
        if (step.until_current_A && std::abs(now.current_A) <= *step.until_current_A) {
            return Ended::current;
        }
        if (!step.until_potential_V) return std::nullopt;
        const double now_V = now.layers[std::size_t(step.layer) - 1].potential_V;
        const bool below = step.kind == StepKind::lithiate && now_V <= *step.until_potential_V;
        const bool above = step.kind == StepKind::delithiate && now_V >= *step.until_potential_V;
        return below || above ? std::optional{Ended::potential} : std::nullopt;
    }

    void show(int step, double began_s) const {
        if (visit_) visit_({step, solver_.now().time_s - began_s, solver_.now()});
    }

    const Protocol& protocol_;
    const MomentVisitor& visit_;
    MultilayerSolver solver_;
    SimulationOutcome outcome_;
};

}  // namespace

Result<SimulationOutcome> simulate(const MultilayerParameters& parameters, const Protocol& protocol,
                                   const SolverSettings& settings, const MomentVisitor& visit) {
    return Test{parameters, protocol, settings, visit}.run();
}

}  // namespace layerscope
