#include "core/model/cell_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace layerscope {
namespace {

/// Two layers, a reference on the first.
CellDesign two_layers() {
    CellDesign design;
    design.layers.resize(2);
    design.layers[0].reference = true;
    return design;
}

Protocol every_kind_of_step() {
    Protocol protocol;
    for (const StepKind kind :
         {StepKind::lithiate, StepKind::delithiate, StepKind::hold, StepKind::rest}) {
        protocol.steps.emplace_back().kind = kind;
    }
    protocol.steps.emplace_back().leads = Leads::open;
    return protocol;
}

CellMoment cell_at(double time_s, double current_A) {
    CellMoment cell;
    cell.time_s = time_s;
    cell.layers.resize(2);
    for (LayerMoment& layer : cell.layers) {
        layer.current_A = current_A;
        layer.charge_C = current_A * time_s;
        layer.potential_V = 0.123456;
        layer.terminal_V = 0.1;
    }
    return cell;
}

class CellMeterTest : public testing::Test {
  protected:
    static CellMeter exact() { return {two_layers(), every_kind_of_step(), {}}; }

    /// `count` readings of the same moment by a meter with the noise of `seed`.
    static std::vector<TimedRow> readings(std::uint64_t seed, int count) {
        CellMeter meter{two_layers(), every_kind_of_step(), {.seed = seed}};
        const CellMoment cell = cell_at(0, 0.005);
        std::vector<TimedRow> rows;
        rows.reserve(std::size_t(count));
        for (int i = 0; i < count; ++i) rows.push_back(meter.read({0, 0, cell}).front());
        return rows;
    }
};

TEST_F(CellMeterTest, names_the_steps_as_a_cycler_does_against_lithium) {
    CellMeter meter = exact();
    const CellMoment cell = cell_at(0, 0);
    std::vector<std::string> words;
    for (int step = 0; step < 5; ++step) {
        const auto rows = meter.read({step, 0, cell});
        EXPECT_EQ(rows[0].recorded.stepid, step + 1);
        EXPECT_EQ(rows[0].recorded.cycleid, 1);
        words.push_back(rows[0].recorded.steptype);
    }
    EXPECT_EQ(words, (std::vector<std::string>{"dc", "cc", "cv", "rest", "rest"}));
}

TEST_F(CellMeterTest, numbers_rows_from_one_and_tells_the_time_of_step_and_test) {
    CellMeter meter = exact();
    meter.read({0, 0, cell_at(90, 0.005)});
    const auto rows = meter.read({0, 12.3456, cell_at(102.3456, 0.005)});
    EXPECT_EQ(rows[1].recorded.seqid, 2);
    EXPECT_EQ(rows[1].recorded.testtime_ms, 12'346);
    EXPECT_EQ(rows[1].total_time_s, 102.3456);
}

TEST_F(CellMeterTest, sees_lithiation_as_a_negative_current_at_the_voltage_of_the_lead) {
    const auto rows = exact().read({0, 0, cell_at(0, 0.005)});
    EXPECT_EQ(rows[0].recorded.current_A, double(-0.005F));
    EXPECT_EQ(rows[0].recorded.voltage_V, double(0.1F));
}

TEST_F(CellMeterTest, carries_a_potential_where_the_design_has_a_reference) {
    const auto rows = exact().read({0, 0, cell_at(0, 0.005)});
    EXPECT_EQ(rows[0].recorded.aux, (std::vector<AuxValue>{{"V1", double(0.123456F)}}));
    EXPECT_TRUE(rows[1].recorded.aux.empty());
}

TEST_F(CellMeterTest, counts_capacity_and_energy_from_the_start_of_the_step_and_never_below_zero) {
    CellMeter meter = exact();
    meter.read({0, 0, cell_at(0, 0.005)});
    const auto lithiated = meter.read({0, 3600, cell_at(3600, 0.005)});
    EXPECT_EQ(lithiated[0].recorded.capacity_Ah, double(0.005F));
    EXPECT_EQ(lithiated[0].recorded.energy_Wh, double(0.0005F));
    CellMoment cell = cell_at(3600, -0.005);
    cell.layers[0].charge_C = 18;
    const auto begun = meter.read({1, 0, cell});
    EXPECT_EQ(begun[0].recorded.capacity_Ah, 0);
    EXPECT_EQ(begun[0].recorded.energy_Wh, 0);
    cell.time_s = 5400;
    cell.layers[0].charge_C = 9;
    const auto delithiated = meter.read({1, 1800, cell});
    EXPECT_EQ(delithiated[0].recorded.capacity_Ah, double(0.0025F));
    EXPECT_EQ(delithiated[0].recorded.energy_Wh, double(0.00025F));
}

TEST_F(CellMeterTest, records_what_layers_exchange_at_rest_over_a_joined_bus_and_nothing_else) {
    CellMeter joined{two_layers(), every_kind_of_step(), {.seed = 1}};
    const CellMoment cell = cell_at(0, 0.002);
    EXPECT_NEAR(joined.read({3, 0, cell})[0].recorded.current_A, -0.002, 60e-6);
    EXPECT_EQ(joined.read({4, 0, cell})[0].recorded.current_A, 0);
}

TEST_F(CellMeterTest, has_the_noise_of_a_cycler_about_the_true_values) {
    constexpr int count = 4000;
    double voltage_V2 = 0;
    double potential_V2 = 0;
    double current_A2 = 0;
    double mean_V = 0;
    for (const TimedRow& row : readings(1, count)) {
        voltage_V2 += std::pow(row.recorded.voltage_V - 0.1, 2);
        potential_V2 += std::pow(row.recorded.aux[0].value - 0.123456, 2);
        current_A2 += std::pow(row.recorded.current_A + 0.005, 2);
        mean_V += (row.recorded.voltage_V - 0.1) / count;
    }
    EXPECT_NEAR(std::sqrt(voltage_V2 / count), 0.3e-3, 0.02e-3);
    EXPECT_NEAR(std::sqrt(potential_V2 / count), 0.3e-3, 0.02e-3);
    EXPECT_NEAR(std::sqrt(current_A2 / count), 10e-6, 0.6e-6);
    EXPECT_NEAR(mean_V, 0, 0.02e-3);
}

TEST_F(CellMeterTest, reads_voltages_in_steps_of_a_tenth_of_a_millivolt_as_floats) {
    for (const TimedRow& row : readings(1, 100)) {
        const double steps = row.recorded.voltage_V / 1e-4;
        EXPECT_NEAR(steps, std::round(steps), 1e-3);
        EXPECT_EQ(row.recorded.voltage_V, double(float(row.recorded.voltage_V)));
        EXPECT_EQ(row.recorded.current_A, double(float(row.recorded.current_A)));
    }
}

TEST_F(CellMeterTest, has_other_noise_for_another_seed_and_the_same_for_the_same) {
    const auto first = readings(1, 50);
    EXPECT_EQ(readings(1, 50).back().recorded, first.back().recorded);
    EXPECT_NE(readings(2, 50).back().recorded, first.back().recorded);
    EXPECT_NE(first[48].recorded.current_A, first[49].recorded.current_A);
}

TEST_F(CellMeterTest, tells_the_truth_of_every_layer_only_where_asked) {
    CellMeter meter{two_layers(), every_kind_of_step(), {.truth = MeterSettings::Truth::recorded}};
    const auto rows = meter.read({0, 0, cell_at(0, 0.005)});
    ASSERT_EQ(rows[0].recorded.aux.size(), 6U);
    EXPECT_EQ(rows[0].recorded.aux[0].name, "V1");
    ASSERT_EQ(rows[1].recorded.aux.size(), 5U);
    EXPECT_EQ(rows[1].recorded.aux[0], (AuxValue{"true_potential_V", 0.123456}));
}

}  // namespace
}  // namespace layerscope
