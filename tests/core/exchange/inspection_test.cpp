#include "core/exchange/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

Inspection of_two_steps() {
    const TemporaryFolder folder;
    synthetic::write_zip(folder / "named_otherwise.bin", synthetic::two_step_test());
    auto inspection = inspect_file(folder / "named_otherwise.bin");
    if (!inspection) {
        ADD_FAILURE() << inspection.error().sentence;
        return {};
    }
    return std::move(*inspection);
}

const ColumnSummary& column(const Inspection& inspection, const std::string& name) {
    for (const auto& summary : inspection.columns) {
        if (summary.name == name) return summary;
    }
    static const ColumnSummary none;
    ADD_FAILURE() << "no column " << name;
    return none;
}

TEST(Inspection, tells_a_file_by_its_content_and_lists_its_columns) {
    const auto inspection = of_two_steps();
    EXPECT_EQ(inspection.format, "ndax");
    EXPECT_EQ(inspection.version, "ndc 17");
    EXPECT_EQ(inspection.rows, 8);
    ASSERT_EQ(inspection.channels.size(), 1U);
    EXPECT_FALSE(inspection.channels[0].layer);
    EXPECT_EQ(inspection.channels[0].rows, 8);
    std::vector<std::string> names;
    for (const auto& summary : inspection.columns) names.push_back(summary.name);
    EXPECT_THAT(names, testing::ElementsAre("record", "total_time_s", "step_time_s", "unix_time_s",
                                            "cycle", "step_index", "step_count", "step_type",
                                            "voltage_V", "current_A", "capacity_Ah", "energy_Wh",
                                            "V1_V", "T1_degC", "V2_V"));
}

TEST(Inspection, sums_up_whole_numbers_times_and_values) {
    const auto inspection = of_two_steps();
    const auto& record = column(inspection, "record");
    EXPECT_EQ(record.last, InspectedValue{std::int64_t{9}});
    EXPECT_EQ(record.mean, 39.0 / 8);
    const auto& total = column(inspection, "total_time_s");
    EXPECT_EQ(total.first, InspectedValue{0.0});
    EXPECT_EQ(total.most, InspectedValue{103.0});
    const auto& current = column(inspection, "current_A");
    EXPECT_EQ(current.least, InspectedValue{-0.5});
    EXPECT_EQ(current.valid, 8);
}

TEST(Inspection, adds_charge_and_discharge_of_a_step) {
    const auto inspection = of_two_steps();
    EXPECT_DOUBLE_EQ(std::get<double>(column(inspection, "capacity_Ah").most), 0.75);
    CyclerTable table;
    table.record = {1};
    table.step_time_ms = table.total_time_ms = table.unix_time_ms = {0};
    table.cycle = table.step_index = table.step_count = table.step_type = {1};
    table.voltage_V = table.current_A = {1};
    table.charge_capacity_Ah = table.charge_energy_Wh = {0.25};
    table.discharge_capacity_Ah = table.discharge_energy_Wh = {0.5};
    EXPECT_EQ(column(inspect(table), "capacity_Ah").first, InspectedValue{0.75});
    EXPECT_EQ(column(inspect(table), "energy_Wh").first, InspectedValue{0.75});
}

TEST(Inspection, counts_the_values_that_are_there) {
    const auto inspection = of_two_steps();
    const auto& v2 = column(inspection, "V2_V");
    EXPECT_EQ(v2.valid, 2);
    EXPECT_EQ(v2.first, InspectedValue{0.125});
    EXPECT_EQ(v2.last, InspectedValue{std::monostate{}});
    EXPECT_EQ(v2.most, InspectedValue{0.5});
    EXPECT_EQ(v2.mean, 0.3125);
}

TEST(Inspection, has_no_range_of_a_column_without_values_or_of_text) {
    CyclerTable table;
    table.aux = {{"V1", "V", {}}};
    EXPECT_EQ(column(inspect(table), "V1_V").valid, 0);
    EXPECT_EQ(column(inspect(table), "V1_V").mean, std::nullopt);
    const auto inspection = of_two_steps();
    const auto& type = column(inspection, "step_type");
    EXPECT_EQ(type.first, InspectedValue{std::string{"Rest"}});
    EXPECT_EQ(type.last, InspectedValue{std::string{"CC Chg"}});
    EXPECT_EQ(type.least, InspectedValue{std::monostate{}});
    EXPECT_EQ(type.mean, std::nullopt);
    EXPECT_EQ(type.valid, 8);
}

TEST(Inspection, refuses_what_it_cannot_read) {
    const TemporaryFolder folder;
    const auto file = folder.write("notes.ndax", "time,voltage\n");
    EXPECT_EQ(inspect_file(file).error().sentence,
              file.string() +
                  ": its first bytes are those of no format that is read; name a Neware "
                  ".ndax file or a .lsrun file");
    EXPECT_EQ(inspect_file(folder / "none").error().sentence,
              (folder / "none").string() + ": there is no such file; check the path");
}

TEST(StepTypes, have_the_vendors_names_and_the_wires_words) {
    EXPECT_EQ(step_type_name(2), "CC DChg");
    EXPECT_EQ(step_type_word(2), "dc");
    EXPECT_EQ(step_type_word(22), "rest");
    EXPECT_EQ(step_type_name(99), "99");
    EXPECT_EQ(step_type_word(99), "99");
}

}  // namespace
}  // namespace layerscope
