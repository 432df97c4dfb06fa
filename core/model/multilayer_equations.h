#pragma once
#include <span>
#include <vector>

#include "core/model/layered_system.h"
#include "core/model/multilayer_parameters.h"

namespace layerscope {

/// How many finite volumes each region is cut into; the cathode's pores are one.
struct MeshSize {
    int separator = 3;
    int layer = 4;
    int interlayer = 2;
};

/// One finite volume of the mesh.
struct MeshNode {
    double width_m = 0;
    double porosity = 0;
    double macmullin = 1;
    int layer = -1;       // which layer it belongs to, from 0; -1 outside the graphite
    int interlayer = -1;  // which interlayer, from 0; -1 outside
    int graphite = -1;    // which graphite node it is, from 0; -1 outside
};

/// The unknowns at one time. Node 0 is the pores of the cathode, the last node lies on the foil.
/// Potentials are against the bus that joins the leads; with open leads their zero is arbitrary.
struct CellState {
    double time_s = 0;
    double current_A = 0;                                       // total, lithiation positive
    double charge_C = 0;                                        // its integral since the start
    std::vector<double> salt_mol_m3, ionic_V;                   // of each node
    std::vector<double> stoichiometry, plated_C_m3, dead_C_m3;  // of each graphite node
    std::vector<double> intercalation_A_m3, plating_A_m3;       // of each graphite node
    std::vector<double> solid_V, layer_A, layer_C;              // of each layer
};

/// A step in time, as the equations see it: backward differentiation turns a rate y' into
/// y = history + effective_s · y'.
struct TimeStep {
    const CellState& history;
    double effective_s = 0;
    bool leads_open = false;  // every layer by itself, without current
    int held_layer = -1;      // from 0: its potential is held at held_V by the total current;
    double held_V = 0;        // -1: the current of the state is set
};

/// How far one step of Newton's method wants to go, at most.
struct NewtonStep {
    double potential_V = 0;
    double salt_mol_m3 = 0;
    double stoichiometry = 0;
};

/// The equations of docs/model.md on a mesh, and Newton's step towards their solution. All physics
/// is here; MultilayerSolver moves it through time.
class MultilayerEquations {
  public:
    MultilayerEquations(const MultilayerParameters& parameters, const MeshSize& size);

    const MultilayerParameters& parameters() const { return parameters_; }
    const std::vector<MeshNode>& mesh() const { return mesh_; }
    const std::vector<NodeSpan>& layers() const { return layers_; }
    /// Charge per volume of a full layer (from 0).
    double full_C_m3(int layer) const { return layer_[std::size_t(layer)].full_C_m3; }

    /// Uniform salt, no current, layer k at `stoichiometry[k - 1]`.
    CellState initial_state(std::span<const double> stoichiometry) const;

    /// Narrows the pores as swollen graphite and plated lithium of this state do. Slow against a
    /// time step, so called once before each.
    void clog(const CellState& state);

    /// One step of Newton's method, shortened where it would go too far; how far it wanted to go.
    NewtonStep improve(CellState& state, const TimeStep& step);

    /// After the last step: what follows explicitly from the solved unknowns.
    void complete(CellState& state, const TimeStep& step);

    /// Mean potential of a layer (from 0) against lithium beside it: what its reference reads.
    double layer_potential_V(const CellState& state, int layer) const;

  private:
    struct LayerConstants {
        double full_C_m3 = 0;
        double coverage_C_m3 = 0;
    };
    /// Salt at a node as the reactions and the faces need it.
    struct NodeSalt {
        double root_M = 0;  // square root of the floored concentration in mol/l
        double log = 0;     // logarithm of the floored concentration
        double log_slope_m3_mol = 0;
    };
    /// V - φ - U + η of a node, linearised; zero where intercalation is as Butler-Volmer says.
    struct Overpotential {
        double residual_V = 0;
        double by_rate = 0;  // per A/m3
        double by_salt = 0;  // per mol/m3
    };
    /// Plating at a node: a rate that is explicit in salt and potentials.
    struct Plating {
        double rate_A_m3 = 0;
        double by_solid_V = 0;  // and the opposite by the ionic potential
        double by_salt = 0;
        double plated_C_m3 = 0;
    };

    void add_region(const PorousRegion& region, int nodes, MeshNode kind);
    void add_layers(const MeshSize& size);
    void find_salt(const CellState& state);
    void assemble_storage(const CellState& state, const TimeStep& step);
    void assemble_faces(const CellState& state);
    void assemble_reactions(const CellState& state, const TimeStep& step);
    void assemble_leads(const CellState& state, const TimeStep& step);
    void assemble_cathode(const CellState& state, const TimeStep& step);
    Overpotential overpotential(const CellState& state, const TimeStep& step, int node) const;
    Plating plating(const CellState& state, const TimeStep& step, int node) const;
    double current_step_A(const CellState& state, const TimeStep& step);
    NewtonStep largest_step(const TimeStep& step);
    double rate_step_A_m3(const MeshNode& node, int index);
    void apply(CellState& state, double fraction, double current_step_A);

    MultilayerParameters parameters_;
    double thermal_V_;      // RT/F
    double surface_per_m_;  // of the particles, area per volume
    std::vector<MeshNode> mesh_;
    std::vector<NodeSpan> layers_;
    std::vector<LayerConstants> layer_;
    std::vector<double> transport_;          // of each node: effective over free conductivity
    std::vector<double> conductance_per_m_;  // of the face behind each node
    std::vector<NodeSalt> salt_;
    std::vector<Overpotential> overpotential_;  // of each graphite node
    LayeredSystem system_{0, {}};
};

}  // namespace layerscope
