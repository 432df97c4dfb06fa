#pragma once
#include <string_view>
#include <vector>

#include "core/acquire/reading.h"
#include "core/model/multilayer_solver.h"

namespace layerscope {

/// What the model knows of a layer and no channel could measure, as auxiliary values of a simulated
/// run's rows: `true_potential_V` (also where there is no reference electrode), `true_plated_mAh`
/// (reversible and dead), `true_stoichiometry`, `true_surface_stoichiometry` and
/// `true_salt_mol_m3`. Exact, where the row beside it is as measured.
std::vector<AuxValue> simulated_truth(const LayerMoment& layer);

/// True for the names above, and for no other.
bool is_simulated_truth(std::string_view aux_name);

}  // namespace layerscope
