#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/model/multilayer_parameters.h"

namespace layerscope {

/// How finely the model is resolved in depth and time.
struct SolverSettings {
    int nodes_a_layer = 4;
    int nodes_separator = 3;
    int nodes_an_interlayer = 2;
    double tolerance = 5e-4;  // error of a step, in stoichiometry
    double longest_step_s = 600;
};

/// What drives the cell: a total current (lithiation positive) into the joined layers, a layer's
/// potential that the total current holds, or nothing, with every lead open.
struct Drive {
    enum class Kind { current, potential, open };
    Kind kind = Kind::current;
    double current_A = 0;
    int layer = 1;
    double potential_V = 0;
};

/// One layer at one moment. Current and charge are positive while it is lithiated.
struct LayerMoment {
    double current_A = 0;
    double charge_C = 0;               // carried since the start, plated lithium included
    double potential_V = 0;            // against lithium beside it, mean over its depth
    double terminal_V = 0;             // of its lead, against lithium before the separator
    double plated_C = 0;               // still reversible, coverage included
    double dead_C = 0;                 // cut off from the layer
    double stoichiometry = 0;          // mean, of the theoretical capacity
    double surface_stoichiometry = 0;  // mean over the depth, at the particles' surface
    double salt_mol_m3 = 0;            // mean
};

/// The cell at one moment; of layer k, `layers[k - 1]`.
struct CellMoment {
    double time_s = 0;
    double current_A = 0;          // total
    double charge_C = 0;           // total, since the start
    double least_salt_mol_m3 = 0;  // at any depth
    double salt_mol = 0;           // in all pores; no process changes it
    std::vector<LayerMoment> layers;
};

/// Where advancing is to end. The end that is reached first is met exactly: the last step is
/// repeated until it lands there.
struct Ends {
    double time_s = 0;                       // absolute; always given
    std::optional<double> charge_C = {};     // total since the start
    std::optional<double> potential_V = {};  // of `layer`
    int layer = 1;
    std::optional<double> current_A = {};  // total
};

enum class Ended { time, charge, potential, current, salt_exhausted };

/// Work done since the start.
struct SolverCounts {
    int steps = 0;
    int rejected = 0;
    int newton_iterations = 0;
};

/// The multilayer cell in time: variable-step BDF2 with Newton's method on the equations of
/// multilayer_equations.h. Allocates when it is made and nothing afterwards.
class MultilayerSolver {
  public:
    /// Parameters without a fault (see fault_of in cell_model.h).
    MultilayerSolver(const MultilayerParameters& parameters, const SolverSettings& settings);
    MultilayerSolver(MultilayerSolver&&) noexcept;
    MultilayerSolver& operator=(MultilayerSolver&&) noexcept;
    ~MultilayerSolver();

    /// Back to time 0: uniform salt, no plated lithium, these stoichiometries in the layers.
    void start(std::span<const double> stoichiometry);

    /// From now on; the next step begins anew with a short implicit Euler step.
    void drive(const Drive& drive);

    /// Advances to the first of `ends`, or to the exhaustion of the salt. Fails with one sentence
    /// where the equations cannot be solved; the state is then that of the last good step.
    Result<Ended> advance(const Ends& ends);

    /// The state now. Before the first step after `start` the currents are those of time 0+.
    const CellMoment& now() const;

    /// When the potential of layer k first was at or below 0 V since `start`, s.
    std::optional<double> first_below_0V_s(int layer) const;

    const SolverCounts& counts() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace layerscope
