#include "core/cell/cell_design.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace layerscope {
namespace {

const std::string head =
    "name = \"c\"\narea_cm2 = 2\none_c_mA = 1\nseparator_um = 24\ncollector_um = 9\n"
    "interlayer_um = 5\nfoil_um = 15\n";
const std::string layer = "[[layer]]\nthickness_um = 36\ntheoretical_capacity_mAh = 2.1\n";

std::string sentence(const std::string& toml) {
    const auto design = parse_cell_design(toml, "c.toml");
    return design ? "no fault" : design.error().sentence;
}

TEST(CellDesign, ships_the_published_four_layer_cell) {
    const auto design = parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025");
    ASSERT_TRUE(design) << design.error().sentence;
    ASSERT_EQ(design->layer_count(), 4U);
    EXPECT_DOUBLE_EQ(design->theoretical_capacity().in(units::mAh), 67.2);
    EXPECT_DOUBLE_EQ(design->layer(1).area.in(units::cm2), 16.0);
    EXPECT_TRUE(design->layer(1).reference);
    EXPECT_FALSE(design->layer(2).reference);
    EXPECT_TRUE(design->layer(3).reference);
    EXPECT_DOUBLE_EQ(design->separator_thickness.in(units::um), 24.0);
    EXPECT_DOUBLE_EQ(design->one_c.in(units::mA), 67.2);
}

TEST(CellDesign, leaves_a_model_in_the_same_file_alone) {
    EXPECT_EQ(sentence(head + layer + "[model]\nwhatever = 1\n"), "no fault");
}

TEST(CellDesign, takes_one_to_sixteen_layers) {
    std::string toml = head;
    for (int n = 1; n <= 16; ++n) {
        toml += layer;
        ASSERT_EQ(parse_cell_design(toml, "c.toml")->layer_count(), std::size_t(n));
    }
    EXPECT_EQ(sentence(toml + layer),
              "c.toml:8: a cell has 1 to 16 layers, here are 17; write one "
              "[[layer]] for each, from the separator on");
}

TEST(CellDesign, names_file_line_and_remedy) {
    EXPECT_EQ(sentence(head + layer + "thickness = 3\n"),
              "c.toml:11: [[layer]] 1 has an unknown key 'thickness'; known are thickness_um, "
              "theoretical_capacity_mAh, capacity_uncertainty_mAh, area_cm2, reference");
    EXPECT_EQ(sentence(head + layer + "area_cm2 = -1\n"),
              "c.toml:11: 'area_cm2' must be a number above 0, not -1");
    EXPECT_EQ(sentence(head + "[[layer]]\nthickness_um = 36\n"),
              "c.toml:8: [[layer]] 1 needs the key 'theoretical_capacity_mAh'; add it");
    EXPECT_EQ(sentence(head + layer + "reference = 1\n"),
              "c.toml:11: 'reference' must be true or false");
    EXPECT_TRUE(sentence("name = \n").starts_with("c.toml:1: this is not TOML: "));
    EXPECT_EQ(builtin_cell_text("unknown").error().sentence,
              "there is no built-in cell 'unknown'; there are yan-2025, yan-2025-h, yan-2025-m, "
              "yan-2025-r, or name a TOML file");
}

}  // namespace
}  // namespace layerscope
