#include "core/model/cell_moment.h"

#include <algorithm>

#include "core/model/multilayer_equations.h"

namespace layerscope {
namespace {

void describe_layer(const CellState& state, const MultilayerEquations& equations, std::size_t k,
                    LayerMoment& into) {
    const MultilayerParameters& parameters = equations.parameters();
    const NodeSpan span = equations.layers()[k];
    const double lead_V = parameters.layers[k].lead_ohm * state.layer_A[k];
    into = {.current_A = state.layer_A[k],
            .charge_C = state.layer_C[k],
            .potential_V = equations.layer_potential_V(state, int(k)),
            .terminal_V = state.solid_V[k] - lead_V - state.ionic_V[0]};
    const double ahead_m3_A =
        parameters.graphite.diffusion_time_s / equations.full_C_m3(int(k));  // of the surface
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

}  // namespace

void describe(const CellState& state, const MultilayerEquations& equations, CellMoment& into) {
    const auto& salt_mol_m3 = state.salt_mol_m3;
    into.time_s = state.time_s;
    into.current_A = state.current_A;
    into.charge_C = state.charge_C;
    into.least_salt_mol_m3 = *std::min_element(salt_mol_m3.begin(), salt_mol_m3.end());
    into.salt_mol = 0;
    for (std::size_t i = 0; i < salt_mol_m3.size(); ++i) {
        const MeshNode& node = equations.mesh()[i];
        into.salt_mol +=
            salt_mol_m3[i] * node.porosity * node.width_m * equations.parameters().area_m2;
    }
    for (std::size_t k = 0; k < into.layers.size(); ++k) {
        describe_layer(state, equations, k, into.layers[k]);
    }
}

}  // namespace layerscope
