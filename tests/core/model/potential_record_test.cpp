#include "core/model/potential_record.h"

#include <gtest/gtest.h>

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

/// `rows` rows of each layer at 10 s, at 13.44 mA together, layers 1 and 3 with a potential that
/// falls from 0.5 V by 1 mV a row.
std::filesystem::path recorded_run(const TemporaryFolder& folder, int rows,
                                   double current_A = -0.00336) {
    const auto path = folder / "night.lsrun";
    auto writer = RunWriter::create(path, new_run());
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) {
        RowPage made = page(layer, 1, rows);
        for (RecordedRow& next : made.rows) {
            next.current_A = current_A;
            next.aux = {{"V1", 0.5 - 0.001 * double(next.seqid)}};
        }
        entries.emplace_back(std::move(made));
    }
    EXPECT_TRUE(writer->commit(entries));
    return path;
}

CellDesign design_of(const std::string& name) {
    return *parse_cell_design(*builtin_cell_text(name), name);
}

TEST(PotentialRecord, thins_a_lithiation_to_marks_at_even_charges) {
    const TemporaryFolder folder;
    const auto record = read_potential_record(recorded_run(folder, 410), design_of("yan-2025"));
    ASSERT_TRUE(record) << record.error().sentence;
    EXPECT_NEAR(record->rate_C, 0.2, 1e-9);
    EXPECT_NEAR(record->charge_C, 4100 * 0.01344, 1e-9);
    ASSERT_EQ(record->marks.size(), 80U);  // 40 of each of two references
    for (const PotentialMark& mark : record->marks) {
        ASSERT_EQ(mark.potential_V.size(), 4U);
        EXPECT_FALSE(mark.potential_V[1]);
        EXPECT_FALSE(mark.potential_V[3]);
        ASSERT_NE(mark.potential_V[0].has_value(), mark.potential_V[2].has_value());
        const double measured_V = mark.potential_V[0].value_or(mark.potential_V[2].value_or(0));
        const double row = mark.charge_C / 0.01344 / 10;
        EXPECT_NEAR(measured_V, 0.5 - 0.001 * row, 1e-9);
    }
    EXPECT_NEAR(record->marks.front().charge_C, 0.01344 * 100, 1e-9);
}

TEST(PotentialRecord, takes_each_row_of_a_short_run_once) {
    const TemporaryFolder folder;
    const auto record = read_potential_record(recorded_run(folder, 12), design_of("yan-2025"));
    ASSERT_TRUE(record) << record.error().sentence;
    EXPECT_EQ(record->marks.size(), 22U);  // the last row is the end itself
}

TEST(PotentialRecord, says_why_a_run_cannot_be_used) {
    const TemporaryFolder folder;
    const auto delithiation = recorded_run(folder, 20, 0.00336);
    EXPECT_EQ(read_potential_record(delithiation, design_of("yan-2025")).error().sentence,
              delithiation.string() + ": it holds no lithiation of all layers; name another run");
    EXPECT_FALSE(read_potential_record(folder / "none.lsrun", design_of("yan-2025")));
    CellDesign three = design_of("yan-2025");
    three.layers.pop_back();
    EXPECT_EQ(read_potential_record(delithiation, three).error().sentence,
              delithiation.string() +
                  ": the run has 4 layers and the cell yan-2025 has 3; name the cell it was "
                  "recorded on");
}

}  // namespace
}  // namespace layerscope
