#include "core/analysis/run_analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "tests/core/analysis/made_rows.h"

namespace layerscope {
namespace {

using made::row;
using made::setup;

/// Every number of a point as its bits, so that NaN equals NaN and nothing is "near".
std::vector<std::uint64_t> bits(const SpreadPoint& point) {
    std::vector<std::uint64_t> all;
    for (const double value :
         {point.time_s, point.raw.mean, point.raw.range, point.raw.sigma, point.raw.cv.value_or(-1),
          point.raw.slope, point.clipped.mean, point.clipped.sigma, point.clipped.cv.value_or(-1),
          point.clipped.slope, point.share_layer1, point.current_share_layer1,
          point.after_gap ? 1.0 : 0.0}) {
        all.push_back(std::bit_cast<std::uint64_t>(value));
    }
    return all;
}

std::vector<std::vector<std::uint64_t>> bits(const std::vector<SpreadPoint>& points) {
    std::vector<std::vector<std::uint64_t>> all;
    for (const SpreadPoint& point : points) all.push_back(bits(point));
    return all;
}

std::vector<double> times_of(const std::vector<SpreadPoint>& points) {
    std::vector<double> times_s;
    for (const SpreadPoint& point : points) times_s.push_back(point.time_s);
    return times_s;
}

void expect_same_bits(const LayerSummary& a, const LayerSummary& b) {
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.missing_rows, b.missing_rows);
    EXPECT_EQ(a.charge_C, b.charge_C);
    EXPECT_EQ(a.absolute_charge_C, b.absolute_charge_C);
    EXPECT_EQ(a.peak_current_density_A_m2, b.peak_current_density_A_m2);
    EXPECT_EQ(a.device_charge_C, b.device_charge_C);
    EXPECT_EQ(a.min_potential_V, b.min_potential_V);
    EXPECT_EQ(a.first_below_0V.has_value(), b.first_below_0V.has_value());
}

/// Four layers with their own recording intervals, two steps and a few missing rows.
std::vector<std::vector<RecordedRow>> uneven_run(std::mt19937_64& random) {
    std::vector<std::vector<RecordedRow>> layers(4);
    std::uniform_real_distribution<double> noise_A{-0.001, 0.001};
    std::uniform_int_distribution<int> one_in_40{0, 39};
    for (int k = 0; k < 4; ++k) {
        const double interval_s = 9.0 + k;
        std::int64_t seqid = 0;
        for (int i = 0; i < 500; ++i) {
            const int step = i / 250;
            RecordedRow next =
                row(++seqid, step, interval_s * (i % 250), -0.006 + 0.001 * k + noise_A(random));
            next.aux = {{"V1", 0.1 - 0.0003 * i}};
            if (one_in_40(random) != 0) layers[std::size_t(k)].push_back(next);
        }
    }
    return layers;
}

struct Outcome {
    std::vector<std::vector<LayerPoint>> points;
    std::vector<SpreadPoint> spread;
    RunSummary summary;
};

/// Feeds the layers in pages of random length and order.
Outcome in_random_pages(const std::vector<std::vector<RecordedRow>>& layers, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    RunAnalysis analysis{setup(4)};
    analysis.set_away(3, 4000.0, 4300.0);
    Outcome outcome;
    outcome.points.resize(layers.size());
    std::vector<std::size_t> done(layers.size());
    const auto take = [&] {
        for (const SpreadPoint& point : analysis.take_spread()) outcome.spread.push_back(point);
    };
    while (true) {
        std::vector<std::size_t> open;
        for (std::size_t k = 0; k < layers.size(); ++k) {
            if (done[k] < layers[k].size()) open.push_back(k);
        }
        if (open.empty()) break;
        const std::size_t k = open[random() % open.size()];
        const std::size_t end = std::min(layers[k].size(), done[k] + 1 + random() % 90);
        for (; done[k] < end; ++done[k]) {
            outcome.points[k].push_back(analysis.add(int(k) + 1, layers[k][done[k]]));
        }
        if (random() % 2 == 0) take();
    }
    analysis.finish();
    take();
    outcome.summary = analysis.summary();
    return outcome;
}

TEST(RunAnalysis, gives_the_same_bits_however_the_pages_interleave) {
    std::mt19937_64 random{2025};
    const auto layers = uneven_run(random);
    const Outcome first = in_random_pages(layers, 0);
    ASSERT_GT(first.spread.size(), 1000U);
    EXPECT_GT(first.summary.layers[0].missing_rows, 0);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Outcome other = in_random_pages(layers, seed);
        ASSERT_EQ(bits(other.spread), bits(first.spread)) << "seed " << seed;
        for (std::size_t k = 0; k < layers.size(); ++k) {
            expect_same_bits(other.summary.layers[k], first.summary.layers[k]);
            ASSERT_EQ(other.points[k].size(), first.points[k].size());
            for (std::size_t i = 0; i < first.points[k].size(); ++i) {
                ASSERT_EQ(other.points[k][i].time_s, first.points[k][i].time_s);
                ASSERT_EQ(other.points[k][i].charge_C, first.points[k][i].charge_C);
                ASSERT_EQ(other.points[k][i].potential_V, first.points[k][i].potential_V);
            }
        }
    }
}

TEST(RunAnalysis, turns_a_row_into_current_density_charge_and_soc) {
    RunAnalysis analysis{setup(1)};
    analysis.add(1, row(1, 1, 0, -0.0168));
    RecordedRow later = row(2, 1, 1800, -0.0168);
    later.aux = {{"V1", 0.08}};
    const LayerPoint point = analysis.add(1, later);
    EXPECT_EQ(point.layer, 1);
    EXPECT_EQ(point.seqid, 2);
    EXPECT_EQ(point.time_s, 1800.0);
    EXPECT_EQ(point.voltage_V, 3.7);
    EXPECT_DOUBLE_EQ(point.current_A, 0.0168);
    EXPECT_DOUBLE_EQ(point.current_density_A_m2, 10.5);
    EXPECT_NEAR(point.charge_C, 30.24, 1e-13);
    EXPECT_NEAR(point.soc, 0.5, 1e-15);
    EXPECT_EQ(point.potential_V, 0.08);
    EXPECT_FALSE(point.after_gap);
}

TEST(RunAnalysis, counts_charge_out_of_a_layer_negative) {
    RunSetup full_cell = setup(1);
    full_cell.sign = 1;
    RunAnalysis analysis{full_cell};
    analysis.add(1, row(1, 1, 0, -0.01));
    const LayerPoint point = analysis.add(1, row(2, 1, 3600, -0.01));
    EXPECT_LT(point.soc, 0);
    EXPECT_EQ(analysis.summary().clipped.mean, 0.0);
    EXPECT_NEAR(analysis.summary().layers[0].peak_current_density_A_m2, -6.25, 1e-12);
}

TEST(RunAnalysis, waits_for_the_layer_that_is_least_far) {
    RunAnalysis analysis{setup(2)};
    for (int i = 0; i < 5; ++i) analysis.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    EXPECT_TRUE(analysis.take_spread().empty());
    EXPECT_EQ(analysis.watermark_s(), 0.0);
    EXPECT_EQ(analysis.newest_s(1), 40.0);
    EXPECT_FALSE(analysis.newest_s(2));
    for (int i = 0; i < 3; ++i) analysis.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    EXPECT_EQ(times_of(analysis.take_spread()), (std::vector{0.0, 10.0}));
    EXPECT_EQ(analysis.watermark_s(), 20.0);
    analysis.finish();
    EXPECT_EQ(times_of(analysis.take_spread()), (std::vector{20.0, 30.0, 40.0}));
    EXPECT_EQ(analysis.watermark_s(), 40.0);
}

TEST(RunAnalysis, makes_no_point_with_a_value_older_than_three_intervals) {
    RunAnalysis analysis{setup(2)};
    for (int i = 0; i < 3; ++i) analysis.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    for (int i = 0; i < 9; ++i) analysis.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    analysis.finish();
    const auto spread = analysis.take_spread();
    EXPECT_EQ(times_of(spread), (std::vector{0.0, 10.0, 20.0, 30.0, 40.0, 50.0}));
    EXPECT_GT(spread.back().share_layer1, 0.7);  // layer 2 as it was, nothing extrapolated
}

TEST(RunAnalysis, does_not_take_a_gap_for_a_recording_interval) {
    RunAnalysis analysis{setup(2)};
    analysis.add(2, row(1, 1, 0, -0.01));
    analysis.add(2, row(2, 1, 10, -0.01));
    analysis.add(2, row(90, 1, 900, -0.01));
    for (int i = 0; i <= 100; ++i) analysis.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    analysis.finish();
    EXPECT_EQ(times_of(analysis.take_spread()),
              (std::vector{0.0, 10.0, 20.0, 30.0, 40.0, 900.0, 910.0, 920.0, 930.0}));
}

std::vector<double> times_after_gap(RunAnalysis& analysis) {
    std::vector<double> times_s;
    for (const SpreadPoint& point : analysis.take_spread()) {
        if (point.after_gap) times_s.push_back(point.time_s);
    }
    return times_s;
}

TEST(RunAnalysis, says_where_a_combined_point_follows_on_moments_without_one) {
    RunAnalysis stale{setup(2)};
    for (int i = 0; i < 20; ++i) stale.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    for (const int i : {0, 1, 12, 13}) stale.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    EXPECT_EQ(times_after_gap(stale), std::vector{120.0});

    RunAnalysis away{setup(2)};
    away.set_away(2, 10.0, 50.0);
    for (int i = 0; i < 9; ++i) {
        for (const int layer : {1, 2}) away.add(layer, row(i + 1, 1, 10.0 * i, -0.01));
    }
    EXPECT_EQ(times_after_gap(away), std::vector{60.0});
}

TEST(RunAnalysis, says_that_rows_of_all_layers_are_missing_before_a_combined_point) {
    RunAnalysis analysis{setup(2)};
    for (const int i : {0, 1, 2, 12, 13, 15, 16}) {  // a single one is bridged by what is fresh
        for (const int layer : {1, 2}) analysis.add(layer, row(i + 1, 1, 10.0 * i, -0.01));
    }
    EXPECT_EQ(times_after_gap(analysis), std::vector{120.0});
}

TEST(RunAnalysis, takes_a_long_recording_interval_for_no_gap_between_combined_points) {
    RunAnalysis analysis{setup(2)};
    std::int64_t seqid = 0;
    for (const double time_s : {0.0, 10.0, 20.0, 600.0, 1200.0, 1800.0}) {
        ++seqid;
        for (const int layer : {1, 2}) analysis.add(layer, row(seqid, 1, time_s, -0.01));
    }
    EXPECT_EQ(times_after_gap(analysis), std::vector<double>{});
}

TEST(RunAnalysis, does_not_wait_for_a_layer_that_is_away_and_makes_no_point_without_it) {
    RunAnalysis analysis{setup(2)};
    for (int i = 0; i < 6; ++i) analysis.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    for (int i = 0; i < 2; ++i) analysis.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    EXPECT_EQ(times_of(analysis.take_spread()), std::vector{0.0});
    analysis.set_away(2, 10.0, std::nullopt);
    EXPECT_EQ(times_of(analysis.take_spread()), std::vector{10.0});
    EXPECT_EQ(analysis.watermark_s(), 50.0);
}

TEST(RunAnalysis, takes_a_layer_back_that_was_away) {
    RunAnalysis live{setup(2)};
    std::vector<SpreadPoint> seen;
    const auto take = [&] {
        for (const SpreadPoint& point : live.take_spread()) seen.push_back(point);
    };
    for (int i = 0; i < 6; ++i) live.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    for (int i = 0; i < 2; ++i) live.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    live.set_away(2, 10.0, std::nullopt);
    take();
    live.set_away(2, 10.0, 50.0);
    for (int i = 2; i < 9; ++i) live.add(2, row(i + 1, 1, 10.0 * i, -0.01));
    for (int i = 6; i < 9; ++i) live.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    live.finish();
    take();
    EXPECT_EQ(times_of(seen), (std::vector{0.0, 10.0, 60.0, 70.0, 80.0}));

    RunAnalysis review{setup(2)};
    review.set_away(2, 10.0, 50.0);
    for (const int layer : {2, 1}) {
        for (int i = 0; i < 9; ++i) review.add(layer, row(i + 1, 1, 10.0 * i, -0.01));
    }
    review.finish();
    EXPECT_EQ(bits(review.take_spread()), bits(seen));
    EXPECT_EQ(review.summary().layers[1].charge_C, live.summary().layers[1].charge_C);
}

TEST(RunAnalysis, joins_layers_whose_clocks_began_apart) {
    RunAnalysis analysis{setup(2)};
    analysis.set_offset_ms(2, 5'000);
    for (int i = 0; i < 3; ++i) analysis.add(1, row(i + 1, 1, 10.0 * i, -0.01));
    EXPECT_EQ(analysis.add(2, row(1, 1, 0.0, -0.01)).time_s, 5.0);
    analysis.add(2, row(2, 1, 10.0, -0.01));
    analysis.finish();
    // Of a first row no interval is known: it stands for three polls, here 3 s.
    EXPECT_EQ(times_of(analysis.take_spread()), (std::vector{15.0, 20.0}));
}

TEST(RunAnalysis, tells_a_crossing_once) {
    RunAnalysis analysis{setup(2)};
    analysis.add(1, made::row_with_V1(1, 0, 0.05));
    analysis.add(2, made::row_with_V1(1, 0, -0.05));  // layer 2 has no reference
    EXPECT_TRUE(analysis.take_crossings().empty());
    analysis.add(1, made::row_with_V1(2, 10, -0.001));
    const auto crossings = analysis.take_crossings();
    ASSERT_EQ(crossings.size(), 1U);
    EXPECT_EQ(crossings[0].layer, 1);
    EXPECT_EQ(crossings[0].seqid, 2);
    EXPECT_EQ(crossings[0].time_s, 10.0);
    EXPECT_DOUBLE_EQ(crossings[0].charge_C, 0.1);
    EXPECT_TRUE(analysis.take_crossings().empty());
    EXPECT_EQ(analysis.summary().layers[0].min_potential_V, -0.001);
    EXPECT_FALSE(analysis.summary().layers[1].min_potential_V);
}

TEST(RunAnalysis, reproduces_the_published_table_from_constant_currents) {
    // Table 1 at 0.33C of Yan, Wang, He, Energy Mater. 2025, 5, 500087, as one hour of constant
    // current.
    const std::vector<double> capacity_mAh{22.965, 9.108, 5.033, 4.224};
    RunAnalysis analysis{setup(4)};
    for (int i = 0; i <= 360; ++i) {
        for (int k = 1; k <= 4; ++k) {
            analysis.add(k, row(i + 1, 1, 10.0 * i, -0.001 * capacity_mAh[std::size_t(k) - 1]));
        }
    }
    const RunSummary summary = analysis.summary();
    EXPECT_NEAR((summary.charge_C * units::C).in(units::mAh), 41.33, 1e-11);
    EXPECT_NEAR(*summary.raw.cv, 0.7282450358368275, 1e-12);
    EXPECT_NEAR(summary.raw.slope, -0.35891666666666666, 1e-12);
    EXPECT_NEAR(*summary.clipped.cv, 0.5665380744201676, 1e-12);
    EXPECT_NEAR(summary.share_layer1, 0.5556496491652553, 1e-12);
}

TEST(RunAnalysis, works_with_one_layer_and_with_the_most) {
    for (const int n : {1, most_layers}) {
        RunAnalysis analysis{setup(n)};
        for (int i = 0; i < 3; ++i) {
            for (int k = 1; k <= n; ++k) analysis.add(k, row(i + 1, 1, 10.0 * i, -0.01));
        }
        analysis.finish();
        const auto spread = analysis.take_spread();
        ASSERT_EQ(spread.size(), 3U);
        EXPECT_TRUE(std::isnan(spread[0].share_layer1));
        EXPECT_NEAR(spread[2].share_layer1, 1.0 / n, 1e-15);
        EXPECT_EQ(analysis.summary().layers.size(), std::size_t(n));
    }
}

}  // namespace
}  // namespace layerscope
