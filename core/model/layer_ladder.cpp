#include "core/model/layer_ladder.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/model/graphite.h"

namespace layerscope {
namespace {

// Areal resistances and their reference lengths, chosen on the published cell at 0.33C.
constexpr double separator_ohm_m2 = 3e-4;  // of 24 um
constexpr double separator_m = 24e-6;
constexpr double interlayer_ohm_m2 = 160e-4;  // from one layer to the next, 50 um apart
constexpr double interlayer_m = 50e-6;
constexpr double charge_transfer_ohm_m2 = 30e-4;
constexpr double plating_ohm_m2 = 110e-4;
constexpr double lead_ohm = 0.3;

constexpr double start_stoichiometry = 0.02;
constexpr double charge_share = 0.616;
constexpr double lowest_potential_V = -0.2;
constexpr int steps_a_record = 10;
constexpr double time_step_s = ladder_recording_interval_s / steps_a_record;
constexpr double rest_before_s = 300;
constexpr double rest_after_s = 1800;

constexpr int most_unknowns = most_layers + 1;
using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, most_unknowns, most_unknowns>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most_unknowns, 1>;

/// A layer seen from outside for one time step: potential_V = open_V - resistance_ohm * current.
struct Branch {
    double open_V;
    double resistance_ohm;
};

class Ladder {
  public:
    explicit Ladder(const CellDesign& design) : layers_(design.layer_count()) {
        double ionic_ohm = separator_ohm_m2 * design.separator_thickness.si() / separator_m /
                           design.layer(1).area.si();
        for (const LayerDesign& layer : design.layers) {
            capacity_C_.push_back(layer.theoretical_capacity.si());
            area_m2_.push_back(layer.area.si());
            ionic_ohm_.push_back(ionic_ohm);
            const Length pitch =
                layer.thickness + design.collector_thickness + design.interlayer_thickness;
            ionic_ohm += interlayer_ohm_m2 * pitch.si() / interlayer_m / layer.area.si();
        }
        for (std::size_t k = 0; k < layers_.size(); ++k) {
            layers_[k].intercalated_C = start_stoichiometry * capacity_C_[k];
            start_C_.push_back(layers_[k].intercalated_C);
        }
        rest(0);
    }

    const std::vector<LadderLayer>& layers() const { return layers_; }

    /// Carries `total_A` through all layers for `dt_s`; 0 s only finds the currents.
    void carry(double total_A, double dt_s) {
        std::vector<bool> plates(layers_.size());
        for (std::size_t k = 0; k < layers_.size(); ++k) plates[k] = layers_[k].plated_C > 0;
        // Plating layers are found by trying: each round can only add some, so it ends.
        Vector solution;
        for (bool settled = false; !settled;) {
            solution = solve(total_A, dt_s, plates);
            settled = true;
            for (std::size_t k = 0; k < layers_.size(); ++k) {
                if (plates[k] || potential_V(k, solution(Eigen::Index(k)), dt_s, false) >= 0)
                    continue;
                plates[k] = true;
                settled = false;
            }
        }
        for (std::size_t k = 0; k < layers_.size(); ++k) {
            advance(k, solution(Eigen::Index(k)), dt_s, plates[k]);
        }
        set_terminals();
    }

    /// Leaves every channel open for `dt_s`.
    void rest(double dt_s) {
        for (std::size_t k = 0; k < layers_.size(); ++k) {
            advance(k, 0, dt_s, layers_[k].plated_C > 0);
        }
        set_terminals();
    }

  private:
    double stoichiometry(std::size_t k) const { return layers_[k].intercalated_C / capacity_C_[k]; }

    /// The graphite, taken implicitly: its potential falls while `dt_s` fills it.
    Branch graphite(std::size_t k, double dt_s) const {
        const double y = stoichiometry(k);
        return {graphite_potential_V(y),
                charge_transfer_ohm_m2 / area_m2_[k] - graphite_slope_V(y) * dt_s / capacity_C_[k]};
    }

    Branch branch(std::size_t k, double dt_s, bool plates) const {
        const Branch inner = graphite(k, dt_s);
        if (!plates) return inner;
        const double plating_ohm = plating_ohm_m2 / area_m2_[k];
        const double both_ohm = 1 / (1 / inner.resistance_ohm + 1 / plating_ohm);
        return {inner.open_V * both_ohm / inner.resistance_ohm, both_ohm};
    }

    double potential_V(std::size_t k, double current_A, double dt_s, bool plates) const {
        const Branch outer = branch(k, dt_s, plates);
        return outer.open_V - outer.resistance_ohm * current_A;
    }

    /// The layers' currents, then the common potential of the leads.
    Vector solve(double total_A, double dt_s, const std::vector<bool>& plates) const {
        const auto n = Eigen::Index(layers_.size());
        Matrix system = Matrix::Zero(n + 1, n + 1);
        Vector right = Vector::Zero(n + 1);
        for (Eigen::Index k = 0; k < n; ++k) {
            const Branch outer = branch(std::size_t(k), dt_s, plates[std::size_t(k)]);
            for (Eigen::Index j = 0; j < n; ++j) {
                system(k, j) = ionic_ohm_[std::size_t(std::min(j, k))];  // the path both share
            }
            system(k, k) += outer.resistance_ohm + lead_ohm;
            system(k, n) = 1;
            system(n, k) = 1;
            right(k) = outer.open_V;
        }
        right(n) = total_A;
        return system.partialPivLu().solve(right);
    }

    void advance(std::size_t k, double current_A, double dt_s, bool plates) {
        LadderLayer& layer = layers_[k];
        const Branch inner = graphite(k, dt_s);
        const double carried_C = current_A * dt_s;
        layer.potential_V = potential_V(k, current_A, dt_s, plates);
        const double graphite_C = (inner.open_V - layer.potential_V) / inner.resistance_ohm * dt_s;
        // No more can be stripped than was plated; rounding must not leave a trace that plates.
        const bool all_in_graphite = !plates || graphite_C >= carried_C + layer.plated_C;
        layer.intercalated_C += all_in_graphite ? carried_C + layer.plated_C : graphite_C;
        layer.plated_C = all_in_graphite ? 0 : layer.plated_C + carried_C - graphite_C;
        layer.charge_C = layer.intercalated_C + layer.plated_C - start_C_[k];
        layer.current_A = current_A;
    }

    void set_terminals() {
        for (std::size_t k = 0; k < layers_.size(); ++k) {
            double ionic_V = 0;
            for (std::size_t j = 0; j < layers_.size(); ++j) {
                ionic_V += ionic_ohm_[std::min(j, k)] * layers_[j].current_A;
            }
            layers_[k].terminal_V = layers_[k].potential_V - ionic_V;
        }
    }

    std::vector<LadderLayer> layers_;
    std::vector<double> capacity_C_;
    std::vector<double> area_m2_;
    std::vector<double> ionic_ohm_;  // from the counter electrode to the layer
    std::vector<double> start_C_;
};

/// Writes down what the ladder does, phase after phase.
class Recorder {
  public:
    explicit Recorder(const CellDesign& design) : ladder_{design} {}

    template <class Advance, class Ended>
    void phase(LadderPhase phase, Advance advance, Ended ended) {
        advance(ladder_, 0.0);
        double phase_s = 0;
        const double began_s = records_.empty() ? 0 : records_.back().total_time_s;
        records_.push_back({phase, phase_s, began_s, ladder_.layers()});
        while (!ended(phase_s, ladder_.layers())) {
            for (int step = 0; step < steps_a_record; ++step) advance(ladder_, time_step_s);
            phase_s += ladder_recording_interval_s;
            records_.push_back({phase, phase_s, began_s + phase_s, ladder_.layers()});
        }
    }

    std::vector<LadderRecord> take() { return std::move(records_); }

  private:
    Ladder ladder_;
    std::vector<LadderRecord> records_;
};

}  // namespace

std::vector<LadderRecord> run_ladder(const CellDesign& design, double c_rate) {
    const double total_A = c_rate * design.one_c.si();
    const double target_C = charge_share * design.theoretical_capacity().si();
    const auto rest = [](Ladder& ladder, double dt_s) { ladder.rest(dt_s); };
    const auto lithiate = [&](Ladder& ladder, double dt_s) { ladder.carry(total_A, dt_s); };
    const auto after = [](double end_s) {
        return [end_s](double phase_s, const auto&) { return phase_s >= end_s; };
    };
    Recorder recorder{design};
    recorder.phase(LadderPhase::rest_before, rest, after(rest_before_s));
    recorder.phase(LadderPhase::lithiation, lithiate, [&](double phase_s, const auto& layers) {
        return phase_s * total_A >= target_C || layers.front().potential_V < lowest_potential_V;
    });
    recorder.phase(LadderPhase::rest_after, rest, after(rest_after_s));
    return recorder.take();
}

}  // namespace layerscope
