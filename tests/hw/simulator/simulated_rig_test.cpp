#include "hw/simulator/simulated_rig.h"

#include <gtest/gtest.h>

#include <set>

namespace layerscope {
namespace {

using std::chrono::seconds;

const UtcTime began = parse_iso8601("2026-01-02T03:04:05Z").value();

CellDesign published_cell() {
    return parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
}

std::int64_t test_id(double c_rate, std::uint64_t seed, const RigSettings& settings) {
    const auto rig = make_cell_rig(published_cell(), c_rate, seed, settings).value();
    return rig.channels().front().latest_run()->test_id;
}

TEST(SimulatedRig, has_a_channel_for_each_layer_and_an_idle_one) {
    const auto rig = make_cell_rig(published_cell(), 2, 1, {began, 1}).value();
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

TEST(SimulatedRig, refuses_a_rate_that_is_not_simulated) {
    for (const double rate : {0.0, 12.0}) {
        const auto rig = make_cell_rig(published_cell(), rate, 1, {began, 1});
        ASSERT_FALSE(rig);
        EXPECT_EQ(rig.error().kind, ErrorKind::usage);
    }
    EXPECT_EQ(make_cell_rig(published_cell(), 12, 1, {began, 1}).error().sentence,
              "a rate of 12C is outside what is simulated; choose 0.01C to 5C");
}

TEST(SimulatedRig, replays_an_empty_file_as_a_finished_test) {
    const auto rig = make_replay_rig({{CyclerTable{}, "empty"}}, {began, 1});
    EXPECT_EQ(rig.channels()[0].status(began), "finish");
    EXPECT_EQ(rig.channels()[0].latest_run()->barcode, "empty");
}

}  // namespace
}  // namespace layerscope
