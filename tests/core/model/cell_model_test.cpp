#include "core/model/cell_model.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace layerscope {
namespace {

CellModel shipped(const std::string& name) {
    return find_cell_model(name, ".").value();
}

// Two layers; line numbers in the sentences below count from its first line.
const std::string two_layers = R"(name = "c"
area_cm2 = 2
one_c_mA = 1
separator_um = 24
collector_um = 9
interlayer_um = 5
foil_um = 15
[[layer]]
thickness_um = 36
theoretical_capacity_mAh = 2.1
[[layer]]
thickness_um = 40
theoretical_capacity_mAh = 2.2
[model]
temperature_K = 298.15
salt_mol_m3 = 1200
[model.cathode]
pore_um = 60
porosity = 0.3
macmullin = 6
[model.separator]
porosity = 0.42
macmullin = 4.5
[model.graphite]
porosity = 0.35
macmullin = 6
solid_fraction = 0.58
particle_radius_um = 8
exchange_current_A_m2 = 0.5
coverage_mAh = 0.005
[[model.layer]]
fresh_stoichiometry = 0.01
[[model.layer]]
fresh_stoichiometry = 0.02
[[model.interlayer]]
porosity = 0.35
macmullin = 150
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string sentence(const std::string& toml) {
    const auto cell = parse_cell_model(toml, "c.toml");
    return cell ? "no fault" : cell.error().sentence;
}

std::string sentence_with(const std::string& from, const std::string& to) {
    return sentence(replaced(two_layers, from, to));
}

/// Every number of the model, for comparing two.
std::string all_of(const CellModel& cell) {
    return to_toml(cell, "");
}

class ShippedSet : public testing::TestWithParam<const char*> {};

TEST_P(ShippedSet, has_the_design_of_the_published_cell) {
    const CellDesign published =
        parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
    const CellDesign design = shipped(GetParam()).design;
    EXPECT_EQ(design.name, GetParam());
    EXPECT_EQ(design.source, published.source);
    EXPECT_EQ(design.one_c, published.one_c);
    EXPECT_EQ(design.separator_thickness, published.separator_thickness);
    EXPECT_EQ(design.collector_thickness, published.collector_thickness);
    EXPECT_EQ(design.interlayer_thickness, published.interlayer_thickness);
    EXPECT_EQ(design.foil_thickness, published.foil_thickness);
    ASSERT_EQ(design.layer_count(), published.layer_count());
    for (int k = 1; k <= int(design.layer_count()); ++k) {
        EXPECT_EQ(design.layer(k).area, published.layer(k).area);
        EXPECT_EQ(design.layer(k).thickness, published.layer(k).thickness);
        EXPECT_EQ(design.layer(k).theoretical_capacity, published.layer(k).theoretical_capacity);
        EXPECT_EQ(design.layer(k).capacity_uncertainty, published.layer(k).capacity_uncertainty);
        EXPECT_EQ(design.layer(k).reference, published.layer(k).reference);
    }
}

TEST_P(ShippedSet, ends_a_test_where_the_published_one_ended) {
    const CellModel cell = shipped(GetParam());
    EXPECT_NEAR(cell.charge_C(0.05), 55.964 * 3.6, 1e-9);
    EXPECT_NEAR(cell.charge_C(0.1), 41.419 * 3.6, 1e-9);
    EXPECT_NEAR(cell.charge_C(0.2), 42.663 * 3.6, 1e-9);
    EXPECT_NEAR(cell.charge_C(0.33), 41.330 * 3.6, 1e-9);
    EXPECT_NEAR(cell.charge_C(0.5), 41.420 * 3.6, 1e-9);
}

TEST_P(ShippedSet, gives_every_key_a_source) {
    std::istringstream lines{builtin_cell_text(GetParam()).value()};
    int keys = 0;
    std::string table;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('[')) table = line;
        const bool told_above = table == "[[layer]]" || table == "[[model.charge]]";
        if (told_above || table.empty() || line.find(" = ") == std::string::npos) continue;
        EXPECT_NE(line.find("# "), std::string::npos) << table << ": " << line;
        ++keys;
    }
    EXPECT_GT(keys, 30);
}

INSTANTIATE_TEST_SUITE_P(, ShippedSet, testing::Values("yan-2025-h", "yan-2025-m", "yan-2025-r"));

TEST(CellModel, ships_set_h_with_lithium_that_earlier_tests_left) {
    const CellModel cell = shipped("yan-2025-h");
    const MultilayerParameters& p = cell.parameters;
    EXPECT_DOUBLE_EQ(p.area_m2, 16e-4);
    EXPECT_DOUBLE_EQ(p.cathode.thickness_m, 60e-6);
    EXPECT_DOUBLE_EQ(p.separator.thickness_m, 24e-6);
    EXPECT_DOUBLE_EQ(p.interlayers[2].region.thickness_m, 14e-6);
    EXPECT_DOUBLE_EQ(p.interlayers[2].region.macmullin, 150.3037126);
    EXPECT_DOUBLE_EQ(p.interlayers[0].hindrance_by_lithiation, 0.5256621314);
    EXPECT_EQ(p.interlayers[1].hindrance_by_lithiation, 0);
    EXPECT_DOUBLE_EQ(p.graphite.exchange_current_A_m2, 0.4276540352);
    EXPECT_DOUBLE_EQ(p.graphite.plating_exchange_current_A_m2, 0.1467884271);
    EXPECT_DOUBLE_EQ(p.graphite.particle_radius_m, 8e-6);
    EXPECT_DOUBLE_EQ(p.graphite.coverage_C, 0.005 * 3.6);
    EXPECT_DOUBLE_EQ(p.layers[2].lead_ohm, 27.01581754);
    EXPECT_DOUBLE_EQ(p.layers[3].accessible_capacity, 1.018150625);
    EXPECT_DOUBLE_EQ(p.layers[0].capacity_C, 16.8 * 3.6);
    EXPECT_EQ(cell.fresh_stoichiometry(), (std::vector<double>{0.005, 0.005, 0.005, 0.005}));
    EXPECT_EQ(cell.residual_stoichiometry(),
              (std::vector<double>{0.005, 0.2499769323, 0.1714039983, 0.5182504768}));
    EXPECT_TRUE(cell.begins_fresh(0.05));
    EXPECT_FALSE(cell.begins_fresh(0.1));
    EXPECT_FALSE(cell.begins_fresh(std::nextafter(0.1, 0))) << "a rounding below is 0.1C";
    EXPECT_FALSE(cell.begins_fresh(0.5));
}

TEST(CellModel, ships_set_m_without_memory) {
    const CellModel cell = shipped("yan-2025-m");
    EXPECT_DOUBLE_EQ(cell.parameters.interlayers[0].region.macmullin, 140.169656);
    EXPECT_DOUBLE_EQ(cell.parameters.interlayers[0].hindrance_by_lithiation, 1.874750431);
    EXPECT_DOUBLE_EQ(cell.parameters.graphite.exchange_current_A_m2, 1.377864524);
    EXPECT_DOUBLE_EQ(cell.parameters.graphite.plating_exchange_current_A_m2, 0.3133107997);
    for (const LayerParameters& layer : cell.parameters.layers) {
        EXPECT_DOUBLE_EQ(layer.lead_ohm, 2.623607303);
    }
    EXPECT_DOUBLE_EQ(cell.parameters.layers[1].accessible_capacity, 0.6915379843);
    EXPECT_TRUE(cell.begins_fresh(0.5));
    EXPECT_EQ(cell.residual_stoichiometry(), cell.fresh_stoichiometry());
}

TEST(CellModel, goes_from_one_charge_to_the_next_in_proportion_and_stays_at_the_ends) {
    CellModel cell = shipped("yan-2025-h");
    cell.charges = {{0.1, 100}, {0.3, 80}};
    EXPECT_DOUBLE_EQ(cell.charge_C(0.2), 90);
    EXPECT_DOUBLE_EQ(cell.charge_C(0.3), 80);
    EXPECT_DOUBLE_EQ(cell.charge_C(0.01), 100);
    EXPECT_DOUBLE_EQ(cell.charge_C(5), 80);
    cell.charges.clear();
    EXPECT_DOUBLE_EQ(cell.charge_C(0.2), 67.2 * 3.6) << "the whole theoretical capacity";
}

TEST(CellModel, takes_a_process_as_off_where_its_key_is_missing) {
    const CellModel cell = parse_cell_model(two_layers, "c.toml").value();
    const GraphiteParameters& graphite = cell.parameters.graphite;
    for (const double off :
         {graphite.diffusion_time_s, graphite.film_ohm_m2, graphite.plating_exchange_current_A_m2,
          graphite.dead_lithium_per_s, graphite.expansion, graphite.expansion_into_pores,
          graphite.plated_volume_into_pores, graphite.clogging_exponent,
          cell.parameters.layers[0].lead_ohm,
          cell.parameters.interlayers[0].hindrance_by_lithiation,
          cell.parameters.interlayers[0].hindrance_by_plating_per_C}) {
        EXPECT_EQ(off, 0);
    }
    EXPECT_EQ(cell.parameters.layers[1].accessible_capacity, 1);
    EXPECT_EQ(cell.residual_stoichiometry(), (std::vector<double>{0.01, 0.02}));
    EXPECT_FALSE(cell.residual_from_rate_C);
    EXPECT_DOUBLE_EQ(cell.parameters.layers[1].thickness_m, 40e-6);
    EXPECT_DOUBLE_EQ(cell.parameters.layers[1].capacity_C, 2.2 * 3.6);
}

TEST(CellModel, takes_one_layer_without_an_interlayer) {
    std::string one = replaced(two_layers,
                               "[[layer]]\nthickness_um = 40\n"
                               "theoretical_capacity_mAh = 2.2\n",
                               "");
    one = replaced(one, "[[model.layer]]\nfresh_stoichiometry = 0.02\n", "");
    one = replaced(one, "[[model.interlayer]]\nporosity = 0.35\nmacmullin = 150\n", "");
    const auto cell = parse_cell_model(one, "c.toml");
    ASSERT_TRUE(cell) << cell.error().sentence;
    EXPECT_EQ(cell->parameters.layer_count(), 1U);
    EXPECT_TRUE(cell->parameters.interlayers.empty());
}

TEST(CellModel, names_file_line_value_and_remedy) {
    EXPECT_EQ(sentence(two_layers), "no fault");
    EXPECT_EQ(sentence_with("pore_um = 60", "pore_mm = 60"),
              "c.toml:18: [model.cathode] has an unknown key 'pore_mm'; known are pore_um, "
              "porosity, macmullin");
    EXPECT_EQ(sentence_with("porosity = 0.42\n", ""),
              "c.toml:21: [model.separator] needs the key 'porosity'; add it");
    EXPECT_EQ(sentence_with("porosity = 0.42", "porosity = 42"),
              "c.toml:22: [model.separator]: 'porosity' is 42; it must lie between 0 and 1");
    EXPECT_EQ(sentence_with("coverage_mAh = 0.005", "coverage_mAh = nan"),
              "c.toml:30: 'coverage_mAh' must be a finite number, not nan");
    EXPECT_EQ(sentence_with("fresh_stoichiometry = 0.02", "fresh_stoichiometry = -0.1"),
              "c.toml:34: [[model.layer]] 2: 'fresh_stoichiometry' is -0.1; it must lie from 0 "
              "to 1");
    EXPECT_EQ(sentence_with("[model.separator]\nporosity = 0.42\nmacmullin = 4.5\n", ""),
              "c.toml:14: [model] needs the table [model.separator]; add it");
    EXPECT_EQ(sentence_with("[[model.layer]]\nfresh_stoichiometry = 0.02\n", ""),
              "c.toml:31: the cell has 2 layers, but 1 [[model.layer]]; write 2 of them, one for "
              "each layer");
    EXPECT_EQ(sentence_with("[[model.interlayer]]\nporosity = 0.35\nmacmullin = 150\n", ""),
              "c.toml:14: the cell has 2 layers, but 0 [[model.interlayer]]; write 1 of them, one "
              "between each layer and the next");
    EXPECT_EQ(sentence_with("thickness_um = 40", "thickness_um = 40\narea_cm2 = 3"),
              "c.toml:13: layer 2 has an area of 3 cm², layer 1 of 2 cm²; the model needs layers "
              "of one area");
    EXPECT_EQ(sentence(two_layers + "[[model.charge]]\nrate_C = 0.2\ncharge_mAh = 3\n"
                                    "[[model.charge]]\nrate_C = 0.1\ncharge_mAh = 3\n"),
              "c.toml:42: 'rate_C' is 0.1 after 0.2; order the charges by rising rate, each rate "
              "once");
}

TEST(CellModel, says_which_cells_can_be_simulated_where_one_cannot) {
    const auto cell = find_cell_model("yan-2025", ".");
    ASSERT_FALSE(cell);
    EXPECT_EQ(cell.error().sentence,
              "the cell 'yan-2025' has no [model] to simulate; choose yan-2025-h, yan-2025-m, "
              "yan-2025-r, or add one, see docs/model.md");
}

TEST(CellModel, comes_back_the_same_from_its_text) {
    for (const char* name : {"yan-2025-h", "yan-2025-m", "yan-2025-r"}) {
        const CellModel cell = shipped(name);
        const auto again = parse_cell_model(to_toml(cell, "first\nsecond"), "again.toml");
        ASSERT_TRUE(again) << again.error().sentence;
        EXPECT_EQ(all_of(*again), all_of(cell));
        EXPECT_EQ(again->design.title, cell.design.title);
        EXPECT_EQ(again->parameters.layers[1].capacity_C, cell.parameters.layers[1].capacity_C);
        EXPECT_EQ(again->parameters.layers[2].lead_ohm, cell.parameters.layers[2].lead_ohm);
        EXPECT_EQ(again->parameters.interlayers[0].region.macmullin,
                  cell.parameters.interlayers[0].region.macmullin);
        EXPECT_EQ(again->residual_stoichiometry(), cell.residual_stoichiometry());
        EXPECT_EQ(again->residual_from_rate_C, cell.residual_from_rate_C);
        EXPECT_EQ(again->charge_C(0.33), cell.charge_C(0.33));
    }
}

TEST(CellModel, loses_no_digit_of_any_number_in_its_text) {
    CellModel cell = shipped("yan-2025-h");
    cell.parameters.graphite.exchange_current_A_m2 = 1.0 / 3;
    cell.parameters.graphite.film_ohm_m2 = 1e-4 / 7;
    cell.parameters.layers[0].residual_stoichiometry = 0.1 + 0.2;
    const CellModel again = parse_cell_model(to_toml(cell, ""), "again.toml").value();
    EXPECT_EQ(again.parameters.graphite.exchange_current_A_m2, 1.0 / 3);
    EXPECT_DOUBLE_EQ(again.parameters.graphite.film_ohm_m2, 1e-4 / 7);
    EXPECT_EQ(again.parameters.layers[0].residual_stoichiometry, 0.1 + 0.2);
}

TEST(CellModel, writes_numbers_as_people_do_and_any_name) {
    CellModel cell = shipped("yan-2025-h");
    cell.design.name = "a \"b\"\\ ü";
    const std::string text = to_toml(cell, "fitted\n\nto something");
    EXPECT_TRUE(text.starts_with("# fitted\n#\n# to something\nname = ")) << text;
    EXPECT_NE(text.find("\nthickness_um = 36\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\ncharge_mAh = 55.964\n"), std::string::npos) << text;
    const auto again = parse_cell_model(text, "again.toml");
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(again->design.name, cell.design.name);
}

}  // namespace
}  // namespace layerscope
