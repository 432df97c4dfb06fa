#include "hw/simulator/simulated_rig.h"

#include <gtest/gtest.h>

#include <set>

namespace layerscope {
namespace {

using std::chrono::seconds;

const UtcTime began = parse_iso8601("2026-01-02T03:04:05Z").value();

SimulatedRig lithiated(double c_rate, std::uint64_t seed, const RigSettings& settings) {
    const CellModel cell = find_cell_model("yan-2025-h", {}).value();
    const Protocol protocol = lithiation_protocol(cell, c_rate, StartState::by_rate, 600);
    return make_cell_rig(cell, protocol, seed, settings).value().rig;
}

std::int64_t test_id(double c_rate, std::uint64_t seed, const RigSettings& settings) {
    return lithiated(c_rate, seed, settings).channels().front().latest_run()->test_id;
}

TEST(SimulatedRig, has_a_channel_for_each_layer_and_an_idle_one) {
    const auto rig = lithiated(2, 1, {began, 1});
    ASSERT_EQ(rig.channels().size(), 5U);
    EXPECT_EQ(to_text(rig.channels()[0].address()), "27-21-1-1");
    EXPECT_EQ(to_text(rig.channels()[4].address()), "27-21-1-5");
    EXPECT_EQ(rig.channels()[4].latest_run(), nullptr);
    EXPECT_EQ(rig.channels()[0].latest_run()->test_id, rig.channels()[3].latest_run()->test_id);
}

TEST(SimulatedRig, goes_on_in_the_next_unit_after_eight_channels) {
    const SimulatedRig rig{std::vector<SimulatedTest>(9), {began, 1}};
    EXPECT_EQ(to_text(rig.channels()[7].address()), "27-21-1-8");
    EXPECT_EQ(to_text(rig.channels()[8].address()), "27-21-2-1");
    EXPECT_EQ(to_text(rig.channels()[9].address()), "27-21-2-2");
}

TEST(SimulatedRig, has_the_same_positive_test_id_for_the_same_inputs_and_another_for_others) {
    const RigSettings settings{began, 60};
    const std::int64_t id = test_id(2, 1, settings);
    EXPECT_GE(id, 1);
    EXPECT_LE(id, 0x7fffffff);
    EXPECT_EQ(test_id(2, 1, settings), id);
    const std::set<std::int64_t> ids{id, test_id(2.1, 1, settings), test_id(2, 2, settings),
                                     test_id(2, 1, {began, 61}),
                                     test_id(2, 1, {began + seconds{1}, 60})};
    EXPECT_EQ(ids.size(), 5U);
}

TEST(SimulatedRig, gives_every_start_another_test_id) {
    SimulatedRig rig{std::vector<SimulatedTest>(1), {began, 1}};
    EXPECT_NE(rig.new_test_id(began), rig.new_test_id(began));
}

TEST(SimulatedRig, is_the_same_in_every_row_when_made_again) {
    const auto first = lithiated(1, 7, {began, 60});
    const auto again = lithiated(1, 7, {began, 60});
    for (std::size_t k = 0; k < 4; ++k) {
        const auto& rows = first.channels()[k].test().rows;
        const auto& same = again.channels()[k].test().rows;
        ASSERT_EQ(rows.size(), same.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ASSERT_EQ(rows[i].recorded, same[i].recorded) << "layer " << k + 1 << " row " << i + 1;
        }
    }
}

TEST(SimulatedRig, ends_its_test_with_the_rows_it_has_where_the_salt_is_exhausted) {
    const CellModel cell = find_cell_model("yan-2025-h", {}).value();
    const Protocol protocol = lithiation_protocol(cell, 3, StartState::by_rate, 600);
    const auto made = make_cell_rig(cell, protocol, 1, {began, 1});
    ASSERT_TRUE(made) << made.error().sentence;
    EXPECT_TRUE(made->outcome.salt_exhausted);
    const auto& rows = made->rig.channels()[0].test().rows;
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows.back().total_time_s, made->outcome.last.time_s);
    EXPECT_EQ(rows.back().recorded.steptype, "dc");
}

TEST(SimulatedRig, replays_an_empty_file_as_a_finished_test) {
    const auto rig = make_replay_rig({{CyclerTable{}, "empty"}}, {began, 1});
    EXPECT_EQ(rig.channels()[0].status(began), "finish");
    EXPECT_EQ(rig.channels()[0].latest_run()->barcode, "empty");
}

}  // namespace
}  // namespace layerscope
