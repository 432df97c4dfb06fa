#pragma once
#include <vector>

namespace layerscope {

class MultilayerEquations;
struct CellState;

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

/// Says in `into`, which has its layers already, what `state` means.
void describe(const CellState& state, const MultilayerEquations& equations, CellMoment& into);

}  // namespace layerscope
