#include "core/exchange/ndax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

using synthetic::Members;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

Result<CyclerTable> read(const Members& members) {
    const TemporaryFolder folder;
    const auto file = folder / "cell.ndax";
    synthetic::write_zip(file, members);
    auto table = read_ndax(file);
    // The folder's name differs from run to run; the rest of the sentence must not.
    if (!table) table.error().sentence.erase(0, file.string().size() - 9);
    return table;
}

CyclerTable read_well(const Members& members) {
    auto table = read(members);
    if (!table) {
        ADD_FAILURE() << table.error().sentence;
        return {};
    }
    return std::move(*table);
}

std::string refusal(const Members& members) {
    const auto table = read(members);
    return table ? "it was read" : table.error().sentence;
}

TEST(Ndax, says_what_it_is_and_which_channel) {
    const auto table = read_well(synthetic::two_step_test());
    EXPECT_EQ(table.format, "ndax");
    EXPECT_EQ(table.version, "ndc 17");
    EXPECT_EQ(table.device, "Neware 21");
    EXPECT_EQ(table.address, "27-21-10-7");
    EXPECT_THAT(table.warnings, IsEmpty());
}

TEST(Ndax, keeps_a_true_measurement_of_zero_and_leaves_out_an_empty_slot) {
    const auto table = read_well(synthetic::two_step_test());
    EXPECT_THAT(table.record, ElementsAre(1, 2, 3, 4, 5, 7, 8, 9));
    EXPECT_THAT(table.voltage_V, ElementsAre(3.5, 0, 3.5, 3.6F, 3.7F, 3.75, 4, 4));
    EXPECT_THAT(table.current_A, ElementsAre(0, 0, 0, 0.5, 0.5, 0.25, -0.5, 1));
}

TEST(Ndax, gives_each_record_its_step) {
    const auto table = read_well(synthetic::two_step_test());
    EXPECT_THAT(table.step_count, ElementsAre(1, 1, 1, 2, 2, 2, 2, 2));
    EXPECT_THAT(table.step_index, ElementsAre(2, 2, 2, 5, 5, 5, 5, 5));
    EXPECT_THAT(table.cycle, ElementsAre(1, 1, 1, 2, 2, 2, 2, 2));
    EXPECT_THAT(table.step_type, ElementsAre(4, 4, 4, 1, 1, 1, 1, 1));
}

TEST(Ndax, continues_times_from_the_last_stored_row_by_its_interval) {
    const auto table = read_well(synthetic::two_step_test());
    EXPECT_THAT(table.step_time_ms, ElementsAre(0, 1500, 3000, 0, 9000, 45000, 81000, 100000));
    EXPECT_THAT(table.total_time_ms, ElementsAre(0, 1500, 3000, 3000, 12000, 48000, 84000, 103000));
    EXPECT_THAT(table.unix_time_ms,
                ElementsAre(1'000'000'250, 1'000'001'750, 1'000'003'250, 1'000'030'000,
                            1'000'040'000, 1'000'076'000, 1'000'112'000, 1'000'130'000));
}

TEST(Ndax, continues_charge_and_energy_with_each_records_own_current_and_voltage) {
    const auto table = read_well(synthetic::two_step_test());
    EXPECT_THAT(table.charge_capacity_Ah,
                ElementsAre(0, 0, 0, 0, 0.5, DoubleEq(0.5025), DoubleEq(0.5025), 0.75));
    EXPECT_THAT(table.discharge_capacity_Ah, ElementsAre(0, 0, 0, 0, 0, 0, DoubleEq(0.005), 0));
    EXPECT_THAT(table.charge_energy_Wh,
                ElementsAre(0, 0, 0, 0, 2, DoubleEq(2.009375), DoubleEq(2.009375), 3));
    EXPECT_THAT(table.discharge_energy_Wh, ElementsAre(0, 0, 0, 0, 0, 0, DoubleEq(0.02), 0));
}

TEST(Ndax, puts_auxiliary_values_where_the_files_names_say_not_where_they_lie) {
    const auto table = read_well(synthetic::two_step_test());
    ASSERT_EQ(table.aux.size(), 3U);
    EXPECT_EQ(table.aux[0].name + "/" + table.aux[0].unit, "V1/V");
    EXPECT_EQ(table.aux[1].name + "/" + table.aux[1].unit, "T1/degC");
    EXPECT_EQ(table.aux[2].name + "/" + table.aux[2].unit, "V2/V");
    const auto nan = IsNan();
    EXPECT_THAT(table.aux[0].values, ElementsAre(-1, nan, nan, nan, nan, nan, nan, nan));
    EXPECT_THAT(table.aux[1].values, ElementsAre(25.5, 26.5, nan, nan, nan, nan, nan, nan));
    EXPECT_THAT(table.aux[2].values, ElementsAre(0.125, nan, 0.5, nan, nan, nan, nan, nan));
}

TEST(Ndax, counts_in_the_units_of_the_4000_series_in_ndc_16) {
    Members members;
    members["data.ndc"] =
        synthetic::ndc_file({NdcKind::data, 16, 8}, {synthetic::data_slot(32500, -1500)});
    members["data_runInfo.ndc"] =
        synthetic::ndc_file({NdcKind::run_info, 16, 100},
                            {synthetic::run_info_slot(
                                {.record = 1, .discharge = 7200, .discharge_energy = 1800}, 100)});
    members["data_step.ndc"] = synthetic::ndc_file(
        {NdcKind::step, 16, 100}, {synthetic::step_slot({.first_record = 1, .type = 2}, 100)});
    members["data_3.ndc"] =
        synthetic::ndc_file({NdcKind::aux, 16, 7}, {synthetic::combined_aux_slot(-12.5F, -55)});
    members["TestInfo.xml"] =
        "<root><config><TestInfo><Aux1 AuxID=\"3\" RealChlID=\"12\" ChlType=\"6\"/>"
        "</TestInfo></config></root>";
    const auto table = read_well(members);
    EXPECT_THAT(table.warnings, IsEmpty());
    EXPECT_THAT(table.voltage_V, ElementsAre(3.25));
    EXPECT_THAT(table.current_A, ElementsAre(-1.5));
    EXPECT_THAT(table.discharge_capacity_Ah, ElementsAre(0.002));
    EXPECT_THAT(table.discharge_energy_Wh, ElementsAre(0.0005));
    ASSERT_EQ(table.aux.size(), 2U);
    EXPECT_EQ(table.aux[0].name, "V3");
    EXPECT_THAT(table.aux[0].values, ElementsAre(-0.00125));
    EXPECT_EQ(table.aux[1].name, "T3");
    EXPECT_THAT(table.aux[1].values, ElementsAre(-5.5));
}

TEST(Ndax, reads_the_shorter_slots_of_ndc_14_over_several_pages) {
    synthetic::Slots data(500, synthetic::data_slot(1.5F, 0));  // 495 a page
    Members members;
    members["data.ndc"] = synthetic::ndc_file({NdcKind::data, 14, 8}, data);
    members["data_runInfo.ndc"] =
        synthetic::ndc_file({NdcKind::run_info, 14, 55},
                            {synthetic::run_info_slot({.record = 1, .interval_ms = 10}, 55)});
    members["data_step.ndc"] = synthetic::ndc_file(
        {NdcKind::step, 14, 37}, {synthetic::step_slot({.first_record = 1, .type = 4}, 37)});
    const auto table = read_well(members);
    ASSERT_EQ(table.rows(), 500U);
    EXPECT_EQ(table.record.back(), 500);
    EXPECT_EQ(table.total_time_ms.back(), 4990);
}

TEST(Ndax, of_an_empty_test_has_no_rows) {
    Members members;
    members["data.ndc"] = synthetic::ndc_file({NdcKind::data, 14, 8}, {});
    members["data_runInfo.ndc"] = synthetic::ndc_file({NdcKind::run_info, 14, 55}, {});
    members["data_step.ndc"] = synthetic::ndc_file({NdcKind::step, 14, 37}, {});
    const auto table = read_well(members);
    EXPECT_EQ(table.rows(), 0U);
    EXPECT_THAT(table.warnings, ElementsAre("TestInfo.xml is not in the archive: device and "
                                            "channel unknown"));
}

TEST(Ndax, keeps_auxiliary_values_that_nobody_lists_under_their_files_name) {
    auto members = synthetic::two_step_test();
    members["TestInfo.xml"] =
        "<root><config><TestInfo>"
        "<Aux1 AuxID=\"1\" RealChlID=\"9\" ChlType=\"102\"/>"
        "<Aux2 AuxID=\"4\" RealChlID=\"5\" ChlType=\"103\"/>"
        "</TestInfo></config></root>";
    const auto table = read_well(members);
    ASSERT_EQ(table.aux.size(), 3U);
    EXPECT_EQ(table.aux[0].name, "V1");
    EXPECT_EQ(table.aux[1].name, "data_AUX_80_2_1");
    EXPECT_EQ(table.aux[1].unit, "V");
    EXPECT_EQ(table.aux[2].name, "data_AUX_9_3_1");
    EXPECT_THAT(table.warnings,
                ElementsAre("TestInfo.xml lists the auxiliary channel 4 of type 103, but the "
                            "archive has no values of it",
                            "data_AUX_80_2_1.ndc belongs to no auxiliary channel that TestInfo.xml "
                            "lists; its values are kept under the file's name",
                            "data_AUX_9_3_1.ndc belongs to no auxiliary channel that TestInfo.xml "
                            "lists; its values are kept under the file's name"));
}

TEST(Ndax, says_when_auxiliary_values_belong_to_no_record) {
    auto members = synthetic::two_step_test();
    const synthetic::Slots slots(11, synthetic::aux_slot(1.0F));
    members["data_AUX_9_2_1.ndc"] = synthetic::ndc_file({NdcKind::aux, 17, 4}, slots);
    EXPECT_THAT(read_well(members).warnings,
                ElementsAre("data_AUX_9_2_1.ndc: 3 values belong to no record and are left out"));
}

TEST(Ndax, says_which_file_it_does_not_understand) {
    auto members = synthetic::two_step_test();
    members["data_new.ndc"] = "?";
    EXPECT_THAT(read_well(members).warnings,
                ElementsAre("data_new.ndc is of a kind that is not known and is left out"));
}

TEST(Ndax, is_read_without_its_metadata) {
    auto members = synthetic::two_step_test();
    members["TestInfo.xml"] = "<root><config>";
    const auto table = read_well(members);
    EXPECT_EQ(table.rows(), 8U);
    EXPECT_EQ(table.address, "");
    EXPECT_EQ(table.warnings.front(),
              "TestInfo.xml is no XML (Start-end tags mismatch at byte 13): device and channel "
              "unknown");
}

TEST(Ndax, refuses_a_zip_of_something_else) {
    EXPECT_EQ(
        refusal({{"notes.txt", "hello"}}),
        "cell.ndax: this ZIP archive holds no data.ndc, so it is no Neware test; name a .ndax "
        "file");
}

TEST(Ndax, refuses_layouts_that_it_does_not_know_by_their_number) {
    for (const int version : {0, 1, 5, 11, 15, 18, 255}) {
        EXPECT_EQ(
            refusal({{"data.ndc", synthetic::ndc_file({NdcKind::data, version, 8}, {})}}),
            "cell.ndax: data.ndc is written in ndc " + std::to_string(version) +
                ", but only ndc 2, 14, 16 and 17 are read; export the test from BTSDA as text "
                "instead");
    }
}

TEST(Ndax, refuses_a_test_without_its_steps_or_times) {
    auto members = synthetic::two_step_test();
    members.erase("data_step.ndc");
    EXPECT_EQ(refusal(members),
              "cell.ndax: data_step.ndc is not in the archive; export the file again");
    members.erase("data_runInfo.ndc");
    EXPECT_EQ(refusal(members),
              "cell.ndax: data_runInfo.ndc is not in the archive; export the file again");
}

TEST(Ndax, refuses_files_of_two_versions_in_one) {
    auto members = synthetic::two_step_test();
    members["data_step.ndc"][2] = 16;
    EXPECT_EQ(refusal(members),
              "cell.ndax: data_step.ndc: its header says ndc 16, but data.ndc is ndc 17; copy the "
              "file again from where it was written");
}

TEST(Ndax, refuses_more_records_than_memory_should_hold) {
    auto members = synthetic::two_step_test();
    members["data.ndc"].resize(40'001 * ndc_page_bytes);
    EXPECT_EQ(
        refusal(members),
        "cell.ndax: data.ndc has 163844096 bytes, more than the 163840000 (20 million records) "
        "that are read; export the test in parts");
}

TEST(Ndax, refuses_a_combined_auxiliary_record_of_an_unknown_kind) {
    auto members = synthetic::two_step_test();
    for (auto& [name, bytes] : members) {
        if (name.find(".ndc") != std::string::npos) bytes[2] = 16;
    }
    auto slot = synthetic::combined_aux_slot(1, 1);
    slot[0] = 0x74;
    members["data_1.ndc"] = synthetic::ndc_file({NdcKind::aux, 16, 7}, {slot});
    EXPECT_EQ(refusal(members),
              "cell.ndax: data_1.ndc: record 1 is of kind 0x74, but only 0x65 is known; export the "
              "test from BTSDA as text instead");
}

}  // namespace
}  // namespace layerscope
