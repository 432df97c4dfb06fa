#include "core/model/observation.h"

#include <gtest/gtest.h>

#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

constexpr std::string_view columns = "rate_C,layer,quantity,bound,value,tolerance\n";

CapacityTable table_of_two_layers() {
    return {{{0.1, {10, 5}}, {0.5, {12, 3}}}};
}

Result<std::vector<Observation>> parsed(std::string_view line) {
    return parse_observations(std::string{columns} + std::string{line}, "o.csv",
                              table_of_two_layers());
}

std::string fault_of_line(std::string_view line) {
    const auto observations = parsed(line);
    return observations ? "" : observations.error().sentence;
}

TEST(Observation, is_read_in_the_units_of_its_quantity) {
    const auto potential = parsed("0.1,1,least_potential_mV,below,-4,3");
    ASSERT_TRUE(potential) << potential.error().sentence;
    EXPECT_EQ(potential->front().rate_C, 0.1);
    EXPECT_EQ(potential->front().layer, 1);
    EXPECT_DOUBLE_EQ(potential->front().value, -4e-3);
    EXPECT_DOUBLE_EQ(potential->front().tolerance, 3e-3);
    const auto plated = parsed("0.5,2,plated_mAh,below,0.2,0.1");
    ASSERT_TRUE(plated) << plated.error().sentence;
    EXPECT_DOUBLE_EQ(plated->front().value, 0.72);
}

TEST(Observation, is_missed_by_what_lies_beyond_its_bound) {
    const Observation above{0.1,  1,   Observation::Quantity::filling, Observation::Bound::above,
                            0.54, 0.02};
    EXPECT_DOUBLE_EQ(miss(above, 0.60), 0);
    EXPECT_NEAR(miss(above, 0.50), 2, 1e-12);
    Observation below = above;
    below.bound = Observation::Bound::below;
    EXPECT_NEAR(miss(below, 0.60), 3, 1e-12);
    EXPECT_DOUBLE_EQ(miss(below, 0.50), 0);
}

TEST(Observation, reads_as_a_sentence) {
    EXPECT_EQ(to_sentence(parsed("0.1,1,least_potential_mV,below,-4,3")->front()),
              "0.1C: the lowest potential of layer 1 lies below -4 mV");
    EXPECT_EQ(to_sentence(parsed("0.5,2,plated_mAh,below,0.2,0.1")->front()),
              "0.5C: the lithium plated in layer 2 stays below 0.2 mAh");
    EXPECT_EQ(to_sentence(parsed("0.5,2,filling,above,0.5,0.1")->front()),
              "0.5C: the filling of layer 2 ends above 0.5");
}

TEST(Observation, says_which_word_of_its_line_is_wrong) {
    EXPECT_EQ(fault_of_line("0.2,1,filling,below,1,1"),
              "o.csv:2: the table has no rate '0.2'; name one of its rates");
    EXPECT_EQ(fault_of_line("0.1,3,filling,below,1,1"),
              "o.csv:2: the layer is '3'; write a whole number from 1 to 2");
    EXPECT_EQ(fault_of_line("0.1,1,colour,below,1,1"),
              "o.csv:2: the quantity is 'colour'; write least_potential_mV, plated_mAh or filling");
    EXPECT_EQ(fault_of_line("0.1,1,filling,near,1,1"),
              "o.csv:2: the bound is 'near'; write above or below");
    EXPECT_EQ(fault_of_line("0.1,1,filling,below,one,1"),
              "o.csv:2: 'one' is not a number; write one");
    EXPECT_EQ(fault_of_line("0.1,1,filling,below,1,0"), "o.csv:2: the tolerance must be above 0");
    EXPECT_EQ(fault_of_line("0.1,1,filling,below,1"),
              "o.csv:2: 5 values stand under 6 columns; write one for each");
    EXPECT_EQ(parse_observations("0.1,1\n", "o.csv", table_of_two_layers()).error().sentence,
              "o.csv:1: observations begin with the line "
              "rate_C,layer,quantity,bound,value,tolerance; write it above them");
}

TEST(Observation, holds_what_the_article_says_of_its_table) {
    const std::string stem = LAYERSCOPE_SOURCE_DIR "/resources/calibration/yan-2025-table-1";
    const auto table = parse_capacity_table(*read_settings_text(stem + ".csv"), "table");
    const auto observations =
        parse_observations(*read_settings_text(stem + ".observed.csv"), "observed", *table);
    ASSERT_TRUE(observations) << observations.error().sentence;
    EXPECT_EQ(to_sentence(observations->front()),
              "0.05C: the lowest potential of layer 1 lies above 3 mV");
}

}  // namespace
}  // namespace layerscope
