#include "core/model/capacity_table.h"

#include <gtest/gtest.h>

#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

std::string fault_of_table(std::string_view csv) {
    const auto table = parse_capacity_table(csv, "t.csv");
    return table ? "" : table.error().sentence;
}

TEST(CapacityTable, holds_the_published_capacities) {
    const std::string file = LAYERSCOPE_SOURCE_DIR "/resources/calibration/yan-2025-table-1.csv";
    const auto table = parse_capacity_table(*read_settings_text(file), file);
    ASSERT_TRUE(table) << table.error().sentence;
    ASSERT_EQ(table->rows.size(), 5U);
    EXPECT_EQ(table->layer_count(), 4U);
    EXPECT_EQ(table->rows[3].rate_C, 0.33);
    EXPECT_NEAR(table->rows[3].charge_C[1], 9.108 * 3.6, 1e-12);
    EXPECT_NEAR(table->rows[0].total_charge_C(), 55.964 * 3.6, 1e-9);
}

TEST(CapacityTable, rises_with_the_rate_whatever_the_order_of_its_lines) {
    const auto table = parse_capacity_table("rate_C,layer1_mAh\n1,5\n0.1,6\n", "t.csv");
    ASSERT_TRUE(table) << table.error().sentence;
    EXPECT_EQ(table->rows[0].rate_C, 0.1);
    EXPECT_EQ(table->rows[1].rate_C, 1);
    EXPECT_EQ(table->find(1), &table->rows[1]);
    EXPECT_EQ(table->find(0.2), nullptr);
}

TEST(CapacityTable, says_which_line_is_wrong_and_what_belongs_there) {
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh,layer2_mAh\n0.1,5,6\n0.2,5\n"),
              "t.csv:3: 2 values stand under 3 columns; write one value for each");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n0.1,5,6\n"),
              "t.csv:2: 3 values stand under 2 columns; write one value for each");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh,layer2_mAh\n0.1,5,6 mAh\n"),
              "t.csv:2: layer2_mAh is '6 mAh'; write a number in mAh, 0 or more");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n0.1,-5\n"),
              "t.csv:2: layer1_mAh is '-5'; write a number in mAh, 0 or more");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n0,5\n"),
              "t.csv:2: rate_C is '0'; write a number above 0");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n0.1,0\n"),
              "t.csv:2: no layer took up any charge; leave the line out");
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n0.1,5\n0.10,6\n"),
              "t.csv:3: the rate 0.10 stands here a second time; keep one of them");
}

TEST(CapacityTable, begins_with_its_columns) {
    constexpr auto wanted =
        ": a table of capacities begins with the line rate_C,layer1_mAh,layer2_mAh,… for 1 to 16 "
        "layers; write it above the numbers";
    EXPECT_EQ(fault_of_table("# nothing\n"), std::string{"t.csv:1"} + wanted);
    EXPECT_EQ(fault_of_table("\n0.1,5\n"), std::string{"t.csv:2"} + wanted);
    EXPECT_EQ(fault_of_table("rate_C,layer2_mAh\n0.1,5\n"), std::string{"t.csv:1"} + wanted);
    EXPECT_EQ(fault_of_table("rate_C,layer1_mAh\n"),
              "t.csv: the table holds no rate; write a line for each");
}

}  // namespace
}  // namespace layerscope
