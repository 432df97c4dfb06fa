#include "core/model/simulated_truth.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(SimulatedTruth, tells_what_no_channel_measures_in_the_units_of_its_names) {
    LayerMoment layer;
    layer.potential_V = -0.012;
    layer.plated_C = 3.6;
    layer.dead_C = 1.8;
    layer.stoichiometry = 0.8;
    layer.surface_stoichiometry = 0.9;
    layer.salt_mol_m3 = 1200;
    EXPECT_EQ(simulated_truth(layer), (std::vector<AuxValue>{{"true_potential_V", -0.012},
                                                             {"true_plated_mAh", 1.5},
                                                             {"true_stoichiometry", 0.8},
                                                             {"true_surface_stoichiometry", 0.9},
                                                             {"true_salt_mol_m3", 1200}}));
}

TEST(SimulatedTruth, is_known_by_its_names_and_no_measurement_is) {
    for (const AuxValue& truth : simulated_truth({})) {
        EXPECT_TRUE(is_simulated_truth(truth.name)) << truth.name;
    }
    EXPECT_FALSE(is_simulated_truth("V1"));
    EXPECT_FALSE(is_simulated_truth("true_"));
    EXPECT_FALSE(is_simulated_truth(""));
}

}  // namespace
}  // namespace layerscope
