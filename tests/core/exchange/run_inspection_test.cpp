#include "core/exchange/run_inspection.h"

#include <gmock/gmock.h>

#include "core/store/sql.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

using testing::ElementsAre;

const ColumnSummary& column(const Inspection& inspection, const std::string& name) {
    for (const auto& summary : inspection.columns) {
        if (summary.name == name) return summary;
    }
    static const ColumnSummary none;
    ADD_FAILURE() << "no column " << name;
    return none;
}

/// Layer 1 began 4 s late, its second row has no V1 and a T9 that comes from nowhere; layer 2 has a
/// hole; layers 3 and 4 have no rows.
void write_run(const std::filesystem::path& file, RunWriter::Ending ending) {
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer) << writer.error().sentence;
    auto first = page(1, 1, 3);
    first.rows[1].aux = {{"T9", 30.0}};
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{
        StreamUpdate{1, {}, 4000, {}}, first, page(2, 1, 1), page(2, 4, 5),
        RunEvent{0, UtcTime{}, "gap", 2, std::nullopt, "layer 2: rows 2 to 3 are missing", "{}"}}));
    ASSERT_TRUE(writer->close("finish", UtcTime{}, ending));
}

TEST(RunInspection, tells_layers_quantities_and_columns_of_a_run) {
    const TemporaryFolder folder;
    write_run(folder / "named.otherwise", RunWriter::Ending::for_good);
    const auto found = inspect_file(folder / "named.otherwise");
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_EQ(found->format, "lsrun");
    EXPECT_EQ(found->version, "2");
    EXPECT_EQ(found->rows, 6);
    std::vector<std::string> channels;
    for (const auto& one : found->channels) {
        channels.push_back(std::to_string(one.layer.value()) + " " + one.quantity + " " +
                           one.device + " " + one.address + " " + std::to_string(one.rows));
    }
    EXPECT_THAT(channels, ElementsAre("1 current bts 27-21-1-1 3", "1 reference bts 27-21-1-1 2",
                                      "2 current bts 27-21-1-2 3", "3 current bts 27-21-1-3 0",
                                      "3 reference bts 27-21-1-3 0", "4 current bts 27-21-1-4 0"));
    std::vector<std::string> names;
    for (const auto& one : found->columns) names.push_back(one.name);
    names.resize(9);
    EXPECT_THAT(names, ElementsAre("layer1_time_s", "layer1_voltage_V", "layer1_current_A",
                                   "layer1_capacity_Ah", "layer1_V1", "layer1_T1", "layer1_t1",
                                   "layer1_T9", "layer2_time_s"));
    EXPECT_THAT(found->warnings, ElementsAre("layer 2: rows 2 to 3 are missing"));
}

TEST(RunInspection, has_times_on_the_clock_of_the_run_and_values_as_received) {
    const TemporaryFolder folder;
    write_run(folder / "a.lsrun", RunWriter::Ending::for_good);
    const auto found = inspect_run(folder / "a.lsrun");
    ASSERT_TRUE(found) << found.error().sentence;
    const auto& time = column(*found, "layer1_time_s");
    EXPECT_EQ(time.first, InspectedValue{14.0});
    EXPECT_EQ(time.last, InspectedValue{34.0});
    EXPECT_EQ(time.mean, 24.0);
    EXPECT_EQ(column(*found, "layer2_current_A").most, InspectedValue{-0.00336});
    EXPECT_EQ(column(*found, "layer4_current_A").valid, 0);
    EXPECT_EQ(column(*found, "layer4_current_A").first, InspectedValue{});
}

TEST(RunInspection, counts_an_auxiliary_only_where_a_row_has_it) {
    const TemporaryFolder folder;
    write_run(folder / "a.lsrun", RunWriter::Ending::for_good);
    const auto found = inspect_run(folder / "a.lsrun");
    ASSERT_TRUE(found) << found.error().sentence;
    const auto& reference = column(*found, "layer1_V1");
    EXPECT_EQ(reference.valid, 2);
    EXPECT_EQ(reference.first, InspectedValue{0.49});
    EXPECT_EQ(reference.least, InspectedValue{0.47});
    const auto& late = column(*found, "layer1_T9");
    EXPECT_EQ(late.valid, 1);
    EXPECT_EQ(late.first, InspectedValue{});
    EXPECT_EQ(late.last, InspectedValue{});
    EXPECT_EQ(late.mean, 30.0);
}

TEST(RunInspection, warns_of_a_run_that_has_not_ended) {
    const TemporaryFolder folder;
    write_run(folder / "a.lsrun", RunWriter::Ending::resumable);
    EXPECT_THAT(inspect_run(folder / "a.lsrun").value().warnings,
                ElementsAre("the run has not ended: more rows may follow",
                            "layer 2: rows 2 to 3 are missing"));
}

TEST(RunInspection, refuses_a_layer_that_the_station_does_not_have) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    write_run(file, RunWriter::Ending::for_good);
    ASSERT_TRUE(Database::open(file, Database::Mode::write)
                    .value()
                    .execute("UPDATE stream SET id = 5 WHERE id = 4"));
    EXPECT_EQ(
        inspect_run(file).error().sentence,
        file.string() +
            ": has rows of layer 5, but its station has 4 layers; another program has changed "
            "the file, use an unchanged copy");
}

}  // namespace
}  // namespace layerscope
