#include "core/exchange/neware_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace layerscope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Four records, one step, the first one stored.
NewareRecords four_records() {
    NewareRecords out;
    for (int record = 1; record <= 4; ++record) out.measurements.push_back({record, 4.0, 1.0});
    out.stored = {{.record = 1, .interval_ms = 1000}};
    out.steps = {{.first_record = 1, .execution = 1, .cycle = 1, .program_step = 1, .type = 1}};
    return out;
}

std::string refusal(const std::function<void(NewareRecords&)>& spoil) {
    auto records = four_records();
    spoil(records);
    CyclerTable table;
    const auto filled = fill_timeline(std::move(records), table);
    return filled ? "it was filled" : filled.error().sentence;
}

TEST(NewareTimeline, goes_on_to_the_last_record_when_the_stored_rows_end_early) {
    CyclerTable table;
    ASSERT_TRUE(fill_timeline(four_records(), table));
    EXPECT_THAT(table.step_time_ms, ElementsAre(0, 1000, 2000, 3000));
    EXPECT_DOUBLE_EQ(table.charge_capacity_Ah.back(), 3.0 / 3600);
    EXPECT_DOUBLE_EQ(table.charge_energy_Wh.back(), 12.0 / 3600);
    EXPECT_THAT(table.warnings, IsEmpty());
}

TEST(NewareTimeline, does_not_know_the_charge_after_a_current_that_is_no_number) {
    auto records = four_records();
    records.measurements[2].current_A = std::numeric_limits<double>::quiet_NaN();
    CyclerTable table;
    ASSERT_TRUE(fill_timeline(records, table));
    const auto nan = testing::IsNan();
    EXPECT_THAT(table.charge_capacity_Ah, ElementsAre(0, 1.0 / 3600, nan, nan));
    EXPECT_THAT(table.discharge_energy_Wh, ElementsAre(0, 0, nan, nan));
}

TEST(NewareTimeline, adds_the_last_step_times_of_all_earlier_executions) {
    auto records = four_records();
    records.steps.push_back({.first_record = 3, .execution = 2, .cycle = 1});
    records.steps.push_back({.first_record = 4, .execution = 3, .cycle = 2});
    records.stored.push_back({.record = 3, .step_time_ms = 50, .interval_ms = 10});
    records.stored.push_back({.record = 4, .step_time_ms = 0, .interval_ms = 10});
    CyclerTable table;
    ASSERT_TRUE(fill_timeline(records, table));
    EXPECT_THAT(table.total_time_ms, ElementsAre(0, 1000, 1050, 1050));
}

TEST(NewareTimeline, says_when_a_stored_row_has_no_interval_to_go_on_with) {
    auto records = four_records();
    records.stored[0].interval_ms = 0;
    CyclerTable table;
    ASSERT_TRUE(fill_timeline(records, table));
    EXPECT_THAT(table.warnings, ElementsAre("3 records follow a stored one without an interval: "
                                            "they carry its time"));
}

TEST(NewareTimeline, invents_no_time_before_the_first_stored_row_of_a_step) {
    EXPECT_EQ(
        refusal([](auto& records) { records.stored[0].record = 2; }),
        "data_runInfo.ndc has no row of step 1 up to record 1, so that its time is not known; "
        "export the test again");
    EXPECT_EQ(
        refusal(
            [](auto& records) { records.steps.push_back({.first_record = 3, .execution = 2}); }),
        "data_runInfo.ndc has no row of step 2 up to record 3, so that its time is not known; "
        "export the test again");
}

TEST(NewareTimeline, refuses_rows_and_steps_of_records_that_are_not_there) {
    EXPECT_EQ(refusal([](auto& records) { records.stored.push_back({.record = 5}); }),
              "data_runInfo.ndc speaks of record 5, but data.ndc ends at 4; export the test again");
    EXPECT_EQ(refusal([](auto& records) { records.stored.push_back({.record = 0}); }),
              "data_runInfo.ndc speaks of record 0, but data.ndc ends at 4; export the test again");
    EXPECT_EQ(refusal([](auto& records) { records.measurements.clear(); }),
              "data_runInfo.ndc speaks of record 1, but data.ndc ends at 0; export the test again");
    EXPECT_EQ(refusal([](auto& records) {
                  records.steps.push_back({.first_record = 4'000'000'000, .execution = 2});
              }),
              "data_step.ndc: step 2 begins at record 4000000000, outside of 1 to 4; export the "
              "test again");
}

TEST(NewareTimeline, refuses_steps_that_go_back_or_begin_too_late) {
    EXPECT_EQ(refusal([](auto& records) {
                  records.steps.push_back({.first_record = 3, .execution = 2});
                  records.steps.push_back({.first_record = 2, .execution = 3});
              }),
              "data_step.ndc: step 3 begins at record 2, outside of 3 to 4; export the test again");
    EXPECT_EQ(
        refusal([](auto& records) { records.steps[0].first_record = 2; }),
        "data_step.ndc has no step for record 1, the first of data.ndc; export the test again");
}

TEST(NewareTimeline, refuses_times_and_cycles_that_no_test_has) {
    EXPECT_EQ(refusal([](auto& records) { records.stored[0].interval_ms = -1; }),
              "data_runInfo.ndc: record 1 has the interval -1 ms, which no "
              "test has; export the test again");
    EXPECT_EQ(
        refusal([](auto& records) { records.steps[0].cycle = 4'294'967'296; }),
        "data_step.ndc: step 1 is in cycle 4294967296 at step 1 of the program, which no test "
        "has; export the test again");
    EXPECT_EQ(
        refusal([](auto& records) {
            const auto longest_ms = (std::int64_t{1} << 40) - 1;
            for (int record = 1; record <= 4; ++record) {
                records.stored.push_back({.record = record, .step_time_ms = longest_ms});
                records.steps.push_back({.first_record = record, .execution = record});
            }
            records.stored.erase(records.stored.begin());
            records.steps.erase(records.steps.begin());
        }),
        "data_runInfo.ndc: the steps before record 4 add up to more than 100 years; export the "
        "test again");
}

}  // namespace
}  // namespace layerscope
