#include "hw/simulator/simulated_cell.h"

#include <gtest/gtest.h>

#include <cmath>

namespace layerscope {
namespace {

CellDesign published_cell() {
    return parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
}

class SimulatedCell : public testing::Test {
  protected:
    const std::vector<SimulatedTest> quiet = simulate_cell(published_cell(), 0.33, 0);
    const std::vector<SimulatedTest> noisy = simulate_cell(published_cell(), 0.33, 1);
};

TEST_F(SimulatedCell, carries_a_reference_where_the_design_has_one) {
    ASSERT_EQ(quiet.size(), 4U);
    EXPECT_EQ(quiet[0].aux_names, std::vector<std::string>{"V1"});
    EXPECT_TRUE(quiet[1].aux_names.empty());
    EXPECT_EQ(quiet[2].aux_names, std::vector<std::string>{"V1"});
    EXPECT_EQ(quiet[0].barcode, "yan-2025-L1");
}

TEST_F(SimulatedCell, rests_discharges_and_rests) {
    const auto& rows = quiet[0].rows;
    EXPECT_EQ(rows.front().step_type, "rest");
    EXPECT_EQ(rows.front().step, 1);
    EXPECT_EQ(rows[31].step_type, "dc");
    EXPECT_EQ(rows[31].step, 2);
    EXPECT_EQ(rows[31].step_time_ms, 0);
    EXPECT_EQ(rows[32].step_time_ms, 10'000);
    EXPECT_LT(rows[32].current_A, 0);
    EXPECT_EQ(rows.back().step, 3);
    EXPECT_EQ(rows.back().step_time_ms, 1'800'000);
    EXPECT_EQ(rows.back().current_A, 0);
}

TEST_F(SimulatedCell, counts_capacity_upwards_from_the_start_of_the_step) {
    double total_mAh = 0;
    for (const SimulatedTest& test : quiet) {
        EXPECT_EQ(test.rows[31].capacity_Ah, 0);
        for (std::size_t i = 32; i < test.rows.size() && test.rows[i].step == 2; ++i) {
            ASSERT_GE(test.rows[i].capacity_Ah, test.rows[i - 1].capacity_Ah);
            ASSERT_GE(test.rows[i].energy_Wh, test.rows[i - 1].energy_Wh);
        }
        for (const SimulatedRow& row : test.rows) {
            if (row.step == 2 && row.step_time_ms == 6'700'000) total_mAh += row.capacity_Ah * 1e3;
        }
        EXPECT_EQ(test.rows.back().capacity_Ah, 0);
    }
    EXPECT_NEAR(total_mAh, 0.33 * 67.2 * 6700 / 3600, 1e-4);
}

TEST_F(SimulatedCell, has_noise_of_microvolts_and_microamperes_about_the_true_values) {
    double voltage_V2 = 0;
    double current_A2 = 0;
    double mean_V = 0;
    int count = 0;
    for (std::size_t i = 0; i < quiet[0].rows.size(); ++i) {
        if (quiet[0].rows[i].step != 2) continue;
        const double error_V = noisy[0].rows[i].voltage_V - quiet[0].rows[i].voltage_V;
        const double error_A = noisy[0].rows[i].current_A - quiet[0].rows[i].current_A;
        voltage_V2 += error_V * error_V;
        current_A2 += error_A * error_A;
        mean_V += error_V;
        ++count;
    }
    EXPECT_NEAR(std::sqrt(voltage_V2 / count), 20e-6, 3e-6);
    EXPECT_NEAR(std::sqrt(current_A2 / count), 2e-6, 0.3e-6);
    EXPECT_NEAR(mean_V / count, 0, 4e-6);
}

TEST_F(SimulatedCell, has_other_noise_for_another_seed_and_the_same_for_the_same) {
    const auto again = simulate_cell(published_cell(), 0.33, 1);
    const auto other = simulate_cell(published_cell(), 0.33, 2);
    EXPECT_EQ(again[2].rows[100].voltage_V, noisy[2].rows[100].voltage_V);
    EXPECT_EQ(again[2].rows[100].aux, noisy[2].rows[100].aux);
    EXPECT_NE(other[2].rows[100].voltage_V, noisy[2].rows[100].voltage_V);
}

TEST_F(SimulatedCell, keeps_values_as_floats) {
    for (const SimulatedRow& row : noisy[0].rows) {
        ASSERT_EQ(row.voltage_V, double(float(row.voltage_V)));
        ASSERT_EQ(row.current_A, double(float(row.current_A)));
    }
}

}  // namespace
}  // namespace layerscope
