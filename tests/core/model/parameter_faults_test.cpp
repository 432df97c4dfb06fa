#include "core/model/parameter_faults.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "core/model/cell_model.h"

namespace layerscope {
namespace {

using Change = std::function<void(MultilayerParameters&)>;

std::string fault_after(const Change& change) {
    auto parameters = find_cell_model("yan-2025-h", ".").value().parameters;
    change(parameters);
    return fault_of(parameters).value_or("no fault");
}

TEST(ParameterFaults, finds_none_in_a_possible_cell) {
    EXPECT_EQ(fault_after([](auto&) {}), "no fault");
}

TEST(ParameterFaults, name_the_number_its_value_in_the_files_unit_and_what_it_may_be) {
    EXPECT_EQ(fault_after([](auto& p) { p.temperature_K = 25; }),
              "[model]: 'temperature_K' is 25; it must lie from 200 to 400");
    EXPECT_EQ(fault_after([](auto& p) { p.cathode.thickness_m = -60e-6; }),
              "[model.cathode]: 'pore_um' is -60; it must be above 0");
    EXPECT_EQ(fault_after([](auto& p) { p.separator.porosity = 1; }),
              "[model.separator]: 'porosity' is 1; it must lie between 0 and 1");
    EXPECT_EQ(fault_after([](auto& p) { p.interlayers[1].region.macmullin = 0.9; }),
              "[[model.interlayer]] 2: 'macmullin' is 0.9; it must be 1 or more");
    EXPECT_EQ(fault_after([](auto& p) { p.graphite.coverage_C = 0; }),
              "[model.graphite]: 'coverage_mAh' is 0; it must be above 0");
    EXPECT_EQ(fault_after([](auto& p) { p.layers[3].lead_ohm = -1; }),
              "[[model.layer]] 4: 'lead_ohm' is -1; it must be 0 or more");
    EXPECT_EQ(fault_after([](auto& p) { p.layers[0].fresh_stoichiometry = 1.5; }),
              "[[model.layer]] 1: 'fresh_stoichiometry' is 1.5; it must lie from 0 to 1");
}

TEST(ParameterFaults, reject_whatever_is_not_finite) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(fault_after([](auto& p) { p.graphite.exchange_current_A_m2 = nan; }),
              "[model.graphite]: 'exchange_current_A_m2' is nan; it must be above 0");
    EXPECT_EQ(fault_after([](auto& p) { p.layers[1].lead_ohm = infinity; }),
              "[[model.layer]] 2: 'lead_ohm' is inf; it must be 0 or more");
    EXPECT_EQ(fault_after([](auto& p) { p.area_m2 = nan; }),
              "the design: 'area_cm2' is nan; it must be above 0");
}

TEST(ParameterFaults, see_what_is_impossible_only_together) {
    EXPECT_EQ(fault_after([](auto& p) { p.graphite.solid_fraction = 0.7; }),
              "[model.graphite]: 'solid_fraction' is 0.7 and 'porosity' 0.35; together they must "
              "be at most 1");
    EXPECT_EQ(fault_after([](auto& p) { p.graphite.expansion = 2; }),
              "[model.graphite]: 'expansion' is 2, so that full graphite takes 0.522 of pore "
              "volume where there is 0.35; lower it or 'expansion_into_pores'");
    EXPECT_EQ(fault_after([](auto& p) { p.layers[3].accessible_capacity = 0.5; }),
              "[[model.layer]] 4: 'residual_stoichiometry' is 0.51825, more than the "
              "'accessible_capacity' of 0.5; lower it");
}

TEST(ParameterFaults, count_layers_and_what_lies_between_them) {
    EXPECT_EQ(fault_after([](auto& p) { p.interlayers.pop_back(); }),
              "[model]: 4 layers have 3 interlayers between them, here are 2");
    EXPECT_EQ(fault_after([](auto& p) {
                  p.layers.clear();
                  p.interlayers.clear();
              }),
              "[model]: a cell has 1 to 16 layers, here are 0");
}

TEST(ParameterFaults, say_where_the_key_stands_in_a_cells_file) {
    auto parameters = find_cell_model("yan-2025-h", ".").value().parameters;
    parameters.layers[1].lead_ohm = -1;
    EXPECT_EQ(first_fault(parameters)->path, "model.layer[1].lead_ohm");
}

}  // namespace
}  // namespace layerscope
