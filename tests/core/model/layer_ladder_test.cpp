#include "core/model/layer_ladder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace layerscope {
namespace {

CellDesign published_cell() {
    return parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
}

std::vector<LadderRecord> phase_of(const std::vector<LadderRecord>& run, LadderPhase phase) {
    std::vector<LadderRecord> out;
    for (const LadderRecord& record : run) {
        if (record.phase == phase) out.push_back(record);
    }
    return out;
}

double sum_mA(const LadderRecord& record) {
    return std::accumulate(
        record.layers.begin(), record.layers.end(), 0.0,
        [](double sum, const LadderLayer& l) { return sum + l.current_A * 1e3; });
}

double share_1(const LadderRecord& record) {
    return record.layers[0].current_A * 1e3 / sum_mA(record);
}

double mAh(double charge_C) {
    return charge_C / 3.6;
}

class PublishedRate : public testing::Test {
  protected:
    const std::vector<LadderRecord> run = run_ladder(published_cell(), 0.33);
    const std::vector<LadderRecord> lithiation = phase_of(run, LadderPhase::lithiation);
};

TEST_F(PublishedRate, carries_the_total_current_at_every_moment) {
    for (const LadderRecord& record : lithiation) ASSERT_NEAR(sum_mA(record), 0.33 * 67.2, 1e-9);
}

TEST_F(PublishedRate, gives_all_leads_one_potential) {
    for (const LadderRecord& record : lithiation) {
        // What the lead's 0.3 ohm takes is between the terminal and the common potential.
        const double bus_V = record.layers[0].terminal_V - 0.3 * record.layers[0].current_A;
        for (const LadderLayer& layer : record.layers) {
            ASSERT_NEAR(layer.terminal_V - 0.3 * layer.current_A, bus_V, 1e-9)
                << "at " << record.phase_time_s << " s";
        }
    }
}

TEST_F(PublishedRate, ends_at_the_published_total) {
    double total_mAh = 0;
    for (const LadderLayer& layer : lithiation.back().layers) total_mAh += mAh(layer.charge_C);
    EXPECT_NEAR(total_mAh, 41.4, 0.07);
    EXPECT_NEAR(lithiation.back().phase_time_s, 6720, 10);
}

TEST_F(PublishedRate, fills_layer_1_beyond_its_theory_and_the_others_less_with_depth) {
    const auto& end = lithiation.back().layers;
    EXPECT_GT(mAh(end[0].charge_C), 20);
    EXPECT_LT(mAh(end[0].charge_C), 25);
    EXPECT_LT(mAh(end[1].charge_C), 16.8);
    EXPECT_GT(end[1].charge_C, end[2].charge_C);
    EXPECT_GT(end[2].charge_C, end[3].charge_C);
    EXPECT_GT(mAh(end[3].charge_C), 2);
}

TEST_F(PublishedRate, lets_layer_1_lead_with_about_half_of_the_current) {
    double sum = 0;
    for (const LadderRecord& record : lithiation) sum += share_1(record);
    EXPECT_GT(sum / double(lithiation.size()), 0.45);
    EXPECT_LT(sum / double(lithiation.size()), 0.65);
}

TEST_F(PublishedRate, takes_layer_1_below_0_V_after_about_three_fifths_and_plates_there_only) {
    const auto below = std::find_if(lithiation.begin(), lithiation.end(), [](const auto& record) {
        return record.layers[0].potential_V < 0;
    });
    ASSERT_NE(below, lithiation.end());
    const double part = below->phase_time_s / lithiation.back().phase_time_s;
    EXPECT_GT(part, 0.55);
    EXPECT_LT(part, 0.65);
    const auto& end = lithiation.back().layers;
    EXPECT_GT(end[0].potential_V, -0.09);
    EXPECT_LT(end[0].potential_V, -0.05);
    EXPECT_GT(mAh(end[0].plated_C), 1);
    for (std::size_t k = 1; k < end.size(); ++k) EXPECT_EQ(end[k].plated_C, 0) << "layer " << k + 1;
}

TEST_F(PublishedRate, keeps_layer_3_well_above_lithium) {
    for (const LadderRecord& record : lithiation) ASSERT_GT(record.layers[2].potential_V, 0.08);
    EXPECT_LT(lithiation.back().layers[2].potential_V, 0.15);
}

TEST_F(PublishedRate, relaxes_the_plated_layer_to_0_V_at_rest_and_moves_no_charge) {
    const auto rest = phase_of(run, LadderPhase::rest_after);
    EXPECT_EQ(rest.back().phase_time_s, 1800);
    EXPECT_LT(rest.front().layers[0].potential_V, -1e-3);
    EXPECT_NEAR(rest.back().layers[0].potential_V, 0, 1e-5);
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_EQ(rest.back().layers[k].current_A, 0);
        EXPECT_NEAR(rest.back().layers[k].charge_C, lithiation.back().layers[k].charge_C, 1e-9);
    }
}

TEST_F(PublishedRate, records_every_10_s_from_zero_and_both_ends_of_a_phase) {
    const auto before = phase_of(run, LadderPhase::rest_before);
    EXPECT_EQ(before.size(), 31U);
    EXPECT_EQ(before.front().phase_time_s, 0);
    EXPECT_EQ(before.back().phase_time_s, 300);
    EXPECT_EQ(lithiation.front().phase_time_s, 0);
    EXPECT_EQ(lithiation.front().total_time_s, 300);
    for (const LadderLayer& layer : before.back().layers) EXPECT_EQ(layer.current_A, 0);
}

TEST_F(PublishedRate, is_the_same_each_time) {
    const auto again = run_ladder(published_cell(), 0.33);
    ASSERT_EQ(again.size(), run.size());
    for (std::size_t i = 0; i < run.size(); ++i) {
        for (std::size_t k = 0; k < run[i].layers.size(); ++k) {
            ASSERT_EQ(again[i].layers[k].potential_V, run[i].layers[k].potential_V);
            ASSERT_EQ(again[i].layers[k].current_A, run[i].layers[k].current_A);
        }
    }
}

TEST(LayerLadder, does_not_plate_at_a_twentieth_of_c) {
    const auto run = run_ladder(published_cell(), 0.05);
    for (const LadderRecord& record : run) ASSERT_GT(record.layers[0].potential_V, 0);
}

TEST(LayerLadder, stops_when_layer_1_falls_too_low) {
    const auto lithiation = phase_of(run_ladder(published_cell(), 2), LadderPhase::lithiation);
    EXPECT_LT(lithiation.back().layers[0].potential_V, -0.2);
    EXPECT_LT(lithiation.back().phase_time_s, 1100);
    ASSERT_GT(lithiation.size(), 2U);
    EXPECT_GE(lithiation[lithiation.size() - 2].layers[0].potential_V, -0.2);
}

TEST(LayerLadder, carries_every_count_of_layers) {
    CellDesign design = published_cell();
    const LayerDesign layer = design.layer(2);
    for (const std::size_t count : {1U, 2U, 16U}) {
        design.layers.assign(count, layer);
        design.one_c = design.theoretical_capacity() / (1.0 * units::h);
        const auto lithiation = phase_of(run_ladder(design, 0.2), LadderPhase::lithiation);
        EXPECT_NEAR(sum_mA(lithiation.back()), 0.2 * 16.8 * double(count), 1e-8) << count;
    }
}

}  // namespace
}  // namespace layerscope
