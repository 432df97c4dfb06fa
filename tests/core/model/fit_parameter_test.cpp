#include "core/model/fit_parameter.h"

#include <gmock/gmock.h>

namespace layerscope {
namespace {

CellModel cell_named(const std::string& name) {
    auto cell = find_cell_model(name, ".");
    EXPECT_TRUE(cell);
    return std::move(*cell);
}

std::string fault_of_names(std::string_view names, const std::string& cell = "yan-2025-m") {
    const auto parameters = find_fit_parameters(names, cell_named(cell));
    return parameters ? "" : parameters.error().sentence;
}

TEST(FitParameter, reads_what_it_wrote_whichever_it_is) {
    CellModel cell = cell_named("yan-2025-h");
    for (const std::string& name : fit_parameter_names()) {
        const auto found = find_fit_parameters(name, cell);
        ASSERT_TRUE(found) << found.error().sentence;
        const FitParameter& parameter = found->front();
        const double value = parameter.value_at(0.5);
        ASSERT_NE(parameter.read(cell), value) << name;
        parameter.write(cell, value);
        EXPECT_EQ(parameter.read(cell), value) << name;
        EXPECT_NEAR(parameter.coordinate_of(value), 0.5, 1e-12) << name;
    }
}

TEST(FitParameter, keeps_a_cell_possible_at_its_bounds) {
    for (const std::string& name : fit_parameter_names()) {
        for (const double coordinate : {-1e3, 1e3}) {
            CellModel cell = cell_named("yan-2025-h");
            const FitParameter parameter = find_fit_parameters(name, cell)->front();
            parameter.write(cell, parameter.value_at(coordinate));
            EXPECT_EQ(fault_of(cell.parameters).value_or(""), "") << name;
            EXPECT_GT(std::abs(parameter.beyond(coordinate)), 0) << name;
        }
    }
}

TEST(FitParameter, sets_the_layers_that_it_names_alike_and_no_other) {
    CellModel cell = cell_named("yan-2025-h");
    const auto before = cell.parameters.layers;
    const FitParameter mesh = find_fit_parameters("layer2+3.lead_ohm", cell)->front();
    EXPECT_THAT(mesh.sets, testing::ElementsAre("layer2.lead_ohm", "layer3.lead_ohm"));
    mesh.write(cell, 7);
    EXPECT_EQ(cell.parameters.layers[0].lead_ohm, before[0].lead_ohm);
    EXPECT_EQ(cell.parameters.layers[1].lead_ohm, 7);
    EXPECT_EQ(cell.parameters.layers[2].lead_ohm, 7);
    EXPECT_EQ(cell.parameters.layers[3].lead_ohm, before[3].lead_ohm);
}

TEST(FitParameter, sets_all_alike_without_a_number) {
    CellModel cell = cell_named("yan-2025-m");
    find_fit_parameters("interlayer.macmullin", cell)->front().write(cell, 33);
    for (const auto& interlayer : cell.parameters.interlayers) {
        EXPECT_EQ(interlayer.region.macmullin, 33);
    }
}

TEST(FitParameter, comes_in_sets) {
    EXPECT_EQ(find_fit_parameters("m", cell_named("yan-2025-m"))->size(), 9U);
    EXPECT_EQ(find_fit_parameters("h", cell_named("yan-2025-h"))->size(), 15U);
    EXPECT_EQ(find_fit_parameters("r", cell_named("yan-2025-h"))->size(), 8U);
    EXPECT_EQ(builtin_cell_for("m"), "yan-2025-m");
    EXPECT_EQ(builtin_cell_for("h"), "yan-2025-h");
    EXPECT_EQ(builtin_cell_for("layer.lead_ohm,layer2.residual_stoichiometry"), "yan-2025-h");
}

TEST(FitParameter, leaves_what_a_set_takes_from_elsewhere_at_its_value) {
    const CellModel before = cell_named("yan-2025-h");
    const CellModel cell = prepared_for_fit("r", before);
    EXPECT_EQ(cell.parameters.graphite.exchange_current_A_m2, 0.34);
    EXPECT_EQ(cell.parameters.layers[3].accessible_capacity, 1);
    EXPECT_EQ(cell.parameters.interlayers[0].hindrance_by_lithiation, 0);
    EXPECT_EQ(cell.parameters.layers[2].lead_ohm, before.parameters.layers[2].lead_ohm);
    EXPECT_EQ(to_toml(prepared_for_fit("h", before), ""), to_toml(before, ""));
}

TEST(FitParameter, says_what_is_wrong_with_a_name) {
    EXPECT_THAT(fault_of_names("layer.colour"),
                testing::StartsWith("'layer.colour' is nothing that can be fitted; there are the "
                                    "sets m, h, r"));
    EXPECT_THAT(fault_of_names("m,h"), testing::StartsWith("'m' is nothing that can be fitted"));
    EXPECT_THAT(fault_of_names("layer.lead_ohm,"),
                testing::StartsWith("'' is nothing that can be fitted"));
    EXPECT_EQ(fault_of_names("layer5.lead_ohm"),
              "'layer5.lead_ohm': the cell yan-2025-m has 4 layers; number one of them, or several "
              "as in 2+3");
    EXPECT_EQ(fault_of_names("layer2+.lead_ohm"),
              "'layer2+.lead_ohm': the cell yan-2025-m has 4 layers; number one of them, or "
              "several as in 2+3");
    EXPECT_THAT(fault_of_names("graphite2.macmullin"),
                testing::StartsWith("'graphite2.macmullin': "));
    EXPECT_EQ(fault_of_names("layer.lead_ohm,layer3.lead_ohm"),
              "'layer.lead_ohm' and 'layer3.lead_ohm' both set layer3.lead_ohm; fit one of them");
    EXPECT_EQ(fault_of_names("layer2.residual_stoichiometry"),
              "'layer2.residual_stoichiometry': every test of the cell yan-2025-m begins fresh; "
              "give it residual_from_rate_C, or take the cell yan-2025-h");
}

}  // namespace
}  // namespace layerscope
