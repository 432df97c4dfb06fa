#include "core/model/simulated_truth.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/quantity.h"

namespace layerscope {
namespace {

struct Truth {
    std::string_view name;
    double (*value)(const LayerMoment& layer);
};

constexpr std::array truths{
    Truth{"true_potential_V", [](const LayerMoment& layer) { return layer.potential_V; }},
    Truth{"true_plated_mAh",
          [](const LayerMoment& layer) {
              return ((layer.plated_C + layer.dead_C) * units::C).in(units::mAh);
          }},
    Truth{"true_stoichiometry", [](const LayerMoment& layer) { return layer.stoichiometry; }},
    Truth{"true_surface_stoichiometry",
          [](const LayerMoment& layer) { return layer.surface_stoichiometry; }},
    Truth{"true_salt_mol_m3", [](const LayerMoment& layer) { return layer.salt_mol_m3; }},
};

}  // namespace

std::vector<AuxValue> simulated_truth(const LayerMoment& layer) {
    std::vector<AuxValue> values;
    values.reserve(truths.size());
    for (const Truth& truth : truths) {
        values.push_back({std::string{truth.name}, truth.value(layer)});
    }
    return values;
}

bool is_simulated_truth(std::string_view aux_name) {
    return std::any_of(truths.begin(), truths.end(),
                       [&](const Truth& truth) { return truth.name == aux_name; });
}

}  // namespace layerscope
