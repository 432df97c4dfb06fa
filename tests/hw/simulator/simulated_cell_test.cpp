#include "hw/simulator/simulated_cell.h"

#include <gtest/gtest.h>

#include <cmath>

namespace layerscope {
namespace {

class SimulatedCellTest : public testing::Test {
  protected:
    static std::vector<SimulatedTest> lithiated(std::uint64_t noise_seed) {
        const CellModel cell = find_cell_model("yan-2025-h", {}).value();
        const Protocol protocol = lithiation_protocol(cell, 0.33, StartState::by_rate, 1800);
        return simulate_cell(cell, protocol, noise_seed).value().tests;
    }

    /// The rows of a step, by its number.
    static std::vector<RecordedRow> step(const SimulatedTest& test, int stepid) {
        std::vector<RecordedRow> rows;
        for (const TimedRow& row : test.rows) {
            if (row.recorded.stepid == stepid) rows.push_back(row.recorded);
        }
        return rows;
    }

    static double mAh(const RecordedRow& row) { return 1e3 * row.capacity_Ah; }

    const std::vector<SimulatedTest> quiet = lithiated(0);
    const std::vector<SimulatedTest> noisy = lithiated(1);
};

TEST_F(SimulatedCellTest, carries_a_reference_where_the_design_has_one_and_nothing_else) {
    ASSERT_EQ(quiet.size(), 4U);
    EXPECT_EQ(quiet[0].barcode, "yan-2025-h-L1");
    for (std::size_t i = 0; i < quiet.size(); ++i) {
        for (const TimedRow& row : quiet[i].rows) {
            ASSERT_EQ(row.recorded.aux.size(), i % 2 == 0 ? 1U : 0U);
            for (const AuxValue& aux : row.recorded.aux) ASSERT_EQ(aux.name, "V1");
        }
    }
}

TEST_F(SimulatedCellTest, discharges_and_rests_on_the_joined_bus) {
    const auto lithiation = step(quiet[0], 1);
    EXPECT_EQ(lithiation.front().steptype, "dc");
    EXPECT_EQ(lithiation.front().testtime_ms, 0);
    EXPECT_EQ(lithiation[1].testtime_ms, 10'000);
    EXPECT_LT(lithiation[1].current_A, 0);
    const auto rest = step(quiet[0], 2);
    EXPECT_EQ(rest.front().steptype, "rest");
    EXPECT_EQ(rest.back().testtime_ms, 1'800'000);
    EXPECT_GT(std::abs(rest[1].current_A), 1e-4);
    double sum_A = 0;
    for (const SimulatedTest& test : quiet) sum_A += step(test, 2)[1].current_A;
    EXPECT_NEAR(sum_A, 0, 1e-8);
}

TEST_F(SimulatedCellTest, has_the_rows_of_all_layers_at_the_same_times) {
    for (const SimulatedTest& test : quiet) {
        ASSERT_EQ(test.rows.size(), quiet[0].rows.size());
        for (std::size_t i = 0; i < test.rows.size(); ++i) {
            ASSERT_EQ(test.rows[i].recorded.seqid, std::int64_t(i) + 1);
            ASSERT_EQ(test.rows[i].total_time_s, quiet[0].rows[i].total_time_s);
        }
    }
}

TEST_F(SimulatedCellTest, counts_capacity_upwards_to_the_charge_of_the_test) {
    double total_mAh = 0;
    for (const SimulatedTest& test : quiet) {
        const auto lithiation = step(test, 1);
        EXPECT_EQ(lithiation.front().capacity_Ah, 0);
        for (std::size_t i = 1; i < lithiation.size(); ++i) {
            ASSERT_GE(lithiation[i].energy_Wh, lithiation[i - 1].energy_Wh);
        }
        total_mAh += mAh(lithiation.back());
    }
    EXPECT_NEAR(total_mAh, 41.33, 1e-3);
    // Layer 1 passes what its graphite can hold, the deeper it lies the less a layer gets.
    EXPECT_GT(mAh(step(quiet[0], 1).back()), 16.8);
    EXPECT_LT(mAh(step(quiet[2], 1).back()), 6);
}

TEST_F(SimulatedCellTest, has_the_noise_of_a_cycler_about_the_same_test) {
    double voltage_V2 = 0;
    double current_A2 = 0;
    const std::size_t count = quiet[0].rows.size();
    ASSERT_EQ(noisy[0].rows.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
        const RecordedRow& read = noisy[0].rows[i].recorded;
        const RecordedRow& exact = quiet[0].rows[i].recorded;
        ASSERT_EQ(read.testtime_ms, exact.testtime_ms);
        voltage_V2 += std::pow(read.voltage_V - exact.voltage_V, 2);
        current_A2 += std::pow(read.current_A - exact.current_A, 2);
    }
    EXPECT_NEAR(std::sqrt(voltage_V2 / double(count)), 0.3e-3, 0.05e-3);
    EXPECT_NEAR(std::sqrt(current_A2 / double(count)), 10e-6, 1.5e-6);
}

TEST_F(SimulatedCellTest, is_the_same_for_the_same_seed_and_not_for_another) {
    EXPECT_EQ(lithiated(1)[2].rows[100].recorded, noisy[2].rows[100].recorded);
    EXPECT_NE(lithiated(2)[2].rows[100].recorded, noisy[2].rows[100].recorded);
}

}  // namespace
}  // namespace layerscope
