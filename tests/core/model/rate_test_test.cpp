#include "core/model/rate_test.h"

#include <gtest/gtest.h>

#include <array>

namespace layerscope {
namespace {

CellModel cell_named(const std::string& name) {
    return *find_cell_model(name, ".");
}

SolverSettings loose() {
    SolverSettings settings;
    settings.tolerance = 2e-3;
    return settings;
}

double mAh(double charge_C) {
    return charge_C / 3.6;
}

TEST(RateTest, has_the_capacities_of_the_converged_reference) {
    const CellModel cell = cell_named("yan-2025-h");
    const std::array tests{RateTest{0.2, 42.663 * 3.6, {}}};
    const auto outcome = run_rate_tests(cell, tests, loose()).front();
    EXPECT_DOUBLE_EQ(outcome.reached, 1);
    // Computed apart from this program, at a converged solver.
    const std::array reference_mAh{21.1879, 8.8403, 6.4134, 6.2213};
    for (std::size_t i = 0; i < reference_mAh.size(); ++i) {
        EXPECT_NEAR(mAh(outcome.layers[i].charge_C), reference_mAh[i], 0.05) << "layer " << i + 1;
    }
    EXPECT_NEAR(outcome.layers[0].least_potential_V, -56.5e-3, 1e-3);
    EXPECT_NEAR(mAh(outcome.layers[0].most_plated_C), 5.6064, 0.05);
    EXPECT_NEAR(outcome.layers[2].filling, (6.4134 / 16.8 + 0.1714) / 0.96985, 0.01);
}

TEST(RateTest, shows_potentials_at_its_marks) {
    const CellModel cell = cell_named("yan-2025-h");
    const std::array tests{RateTest{0.2, 42.663 * 3.6, {20 * 3.6, 40 * 3.6}}};
    const auto outcome = run_rate_tests(cell, tests, loose()).front();
    ASSERT_EQ(outcome.mark_potential_V.size(), 2U);
    EXPECT_NEAR(outcome.mark_potential_V[0][0], 42.56e-3, 5e-4);
    EXPECT_NEAR(outcome.mark_potential_V[0][2], 111.01e-3, 5e-4);
    EXPECT_NEAR(outcome.mark_potential_V[1][0], -55.62e-3, 5e-4);
}

TEST(RateTest, begins_with_residual_lithium_only_where_the_cell_says_so) {
    const CellModel cell = cell_named("yan-2025-h");
    const std::array tests{RateTest{0.05, 3.6, {}}, RateTest{0.1, 3.6, {}}};
    const auto outcomes = run_rate_tests(cell, tests, loose());
    EXPECT_LT(outcomes[0].layers[3].filling, 0.05);
    EXPECT_GT(outcomes[1].layers[3].filling, 0.5);
}

TEST(RateTest, says_how_far_it_came_when_the_salt_was_exhausted) {
    CellModel cell = cell_named("yan-2025-m");
    const std::array tests{RateTest{0.5, 41.42 * 3.6, {41 * 3.6}}};
    cell.parameters.graphite.macmullin = 40;
    for (auto& interlayer : cell.parameters.interlayers) interlayer.region.macmullin = 1500;
    const auto outcome = run_rate_tests(cell, tests, loose()).front();
    EXPECT_LT(outcome.reached, 1);
    EXPECT_TRUE(outcome.mark_potential_V.empty());
    double sum_C = 0;
    for (const LayerOutcome& layer : outcome.layers) sum_C += layer.charge_C;
    EXPECT_NEAR(sum_C, outcome.reached * tests.front().charge_C, 1e-6);
}

}  // namespace
}  // namespace layerscope
