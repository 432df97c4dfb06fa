#include "hw/simulator/replay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace layerscope {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Four records of two steps, with a hole in their numbers.
CyclerTable recorded() {
    CyclerTable table;
    table.record = {11, 12, 15, 16};
    table.step_time_ms = {0, 1000, 0, 500};
    table.total_time_ms = {250, 1250, 1250, 1750};
    table.unix_time_ms = {0, 0, 0, 0};
    table.cycle = {1, 1, 1, 2};
    table.step_index = {5, 5, 6, 6};
    table.step_count = {1, 1, 2, 2};
    table.step_type = {1, 1, 2, 2};
    table.voltage_V = {3.5, 3.6, 3.55, 3.5};
    table.current_A = {0.001, 0.001, -0.002, -0.002};
    table.charge_capacity_Ah = {0, 0.0003, 0, 0};
    table.discharge_capacity_Ah = {0, 0, 0, 0.0004};
    table.charge_energy_Wh = {0, 0.001, 0, 0};
    table.discharge_energy_Wh = {0, 0, 0, 0.002};
    return table;
}

TEST(Replay, keeps_every_record_in_order_with_its_time_since_the_first) {
    const SimulatedTest test = replay_test(recorded(), "cell");
    ASSERT_EQ(test.rows.size(), 4U);
    EXPECT_EQ(test.rows[0].total_time_s, 0);
    EXPECT_EQ(test.rows[1].total_time_s, 1);
    EXPECT_EQ(test.rows[3].total_time_s, 1.5);
    const RecordedRow& last = test.rows[3].recorded;
    EXPECT_EQ(last.seqid, 4);
    EXPECT_EQ(last.stepid, 6);
    EXPECT_EQ(last.cycleid, 2);
    EXPECT_EQ(last.testtime_ms, 500);
    EXPECT_EQ(test.rows[0].recorded.steptype, step_type_word(1));
    EXPECT_EQ(last.voltage_V, 3.5);
    EXPECT_EQ(last.current_A, -0.002);
}

TEST(Replay, takes_the_counter_that_the_step_uses) {
    const SimulatedTest test = replay_test(recorded(), "cell");
    EXPECT_EQ(test.rows[1].recorded.capacity_Ah, 0.0003);
    EXPECT_EQ(test.rows[3].recorded.capacity_Ah, 0.0004);
    EXPECT_EQ(test.rows[3].recorded.energy_Wh, 0.002);
}

TEST(Replay, lets_no_row_vanish_when_the_clock_of_the_file_steps_back) {
    CyclerTable table = recorded();
    table.total_time_ms = {0, 2000, 1500, 2500};
    const SimulatedTest test = replay_test(table, "cell");
    EXPECT_EQ(test.rows[2].total_time_s, 2);
    EXPECT_EQ(test.rows[3].total_time_s, 2.5);
}

TEST(Replay, passes_auxiliaries_on_under_their_names_and_leaves_empty_ones_out) {
    CyclerTable table = recorded();
    table.aux = {{"T1", "degC", {25, 25.5, none, 26}},
                 {"t1", "degC", {30, 30, 30, 30}},
                 {"V9", "V", {none, none, none, none}},
                 {"bad name", "V", {1, 1, 1, 1}}};
    const SimulatedTest test = replay_test(table, "cell");
    EXPECT_EQ(test.rows[1].recorded.aux, (std::vector<AuxValue>{{"T1", 25.5}, {"t1", 30}}));
    EXPECT_TRUE(std::isnan(test.rows[2].recorded.aux.at(0).value));
}

TEST(Replay, of_an_empty_file_is_an_empty_test) {
    EXPECT_TRUE(replay_test(CyclerTable{}, "cell").rows.empty());
}

}  // namespace
}  // namespace layerscope
