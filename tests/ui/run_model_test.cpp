#include "ui/run_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/ui/sample_run.h"

namespace layerscope {
namespace {

using namespace std::chrono_literals;

/// All rows of a curve, none thinned out.
Polyline all_of(const Curve& curve) {
    return curve.trace({0, 1e9}, 1'000'000);
}

TEST(RunModel, leaves_rows_out_that_it_has) {
    const Station station = sample_station();
    RunModel run{station};
    run.apply(sample_rows(station, 1, 0, 100, sample_now()));
    run.apply(sample_rows(station, 1, 50, 150, sample_now()));
    EXPECT_EQ(run.row_count(), 15);
    EXPECT_EQ(all_of(run.soc(1)).time_s.size(), 15U);
}

TEST(RunModel, keeps_a_gap_as_a_gap) {
    const Station station = sample_station();
    RunModel run{station};
    run.apply(sample_rows(station, 1, 0, 50, sample_now()));
    run.apply(sample_rows(station, 1, 80, 100, sample_now()));
    EXPECT_EQ(run.missing_rows(), 3);
    const Polyline soc = all_of(run.soc(1));
    ASSERT_EQ(soc.time_s.size(), 8U);  // seven rows and the break
    EXPECT_TRUE(std::isnan(soc.value[5]));
    EXPECT_TRUE(std::isnan(all_of(run.current_density(1)).value[5]));
    EXPECT_GE(soc.time_s[5], 40);
    EXPECT_LE(soc.time_s[5], 80);
    EXPECT_EQ(soc.time_s[6], 80);
    EXPECT_TRUE(std::isnan(run.soc(1).value_at(60))) << "nobody knows what was there";
    EXPECT_EQ(run.soc(1).value_at(80), soc.value[6]);
}

TEST(RunModel, counts_lithiation_positive_in_the_units_of_the_plots) {
    const Station station = sample_station(1, {1});
    RunModel run{station};
    run.apply(sample_rows(station, 1, 0, 3610, sample_now()));
    EXPECT_NEAR(run.current_density(1).newest(), 22.18 / 16, 1e-9);
    EXPECT_NEAR(run.charge_mAh(1), 22.18, 1e-6);
    EXPECT_NEAR(run.soc(1).newest(), 22.18 / 16.8, 1e-6);
    EXPECT_NEAR(*run.current_share(1), 1.0, 1e-12);
}

TEST(RunModel, finds_the_crossing_at_the_first_row_at_or_below_0_V) {
    const Station station = sample_station();
    RunModel run{station};
    for (const auto& page : sample_pages(station, 0, 5000, sample_now())) run.apply(page);
    ASSERT_TRUE(run.first_crossing());
    EXPECT_EQ(run.first_crossing()->layer, 1);
    const double crossing_s = run.first_crossing()->time_s;
    EXPECT_LE(run.potential(1).value_at(crossing_s), 0);
    EXPECT_GT(run.potential(1).value_at(crossing_s - 10), 0);
    EXPECT_FALSE(run.crossing(3));
}

TEST(RunModel, lets_noise_around_0_V_neither_raise_nor_clear_what_stands) {
    const Station station = sample_station(1, {1});
    RunModel run{station};
    const auto add = [&](double from_s, double to_s, double potential_V) {
        RowPage page = sample_rows(station, 1, from_s, to_s, sample_now());
        for (RecordedRow& row : page.rows) row.aux.front().value = potential_V;
        run.apply(page);
    };
    add(0, 100, 0.001);
    EXPECT_FALSE(run.stands_at_zero(1));
    add(100, 110, -0.0001);
    EXPECT_TRUE(run.stands_at_zero(1));
    add(110, 700, 0.0001);
    EXPECT_TRUE(run.stands_at_zero(1)) << "590 s after the row at 100 s";
    add(700, 710, 0.0001);
    EXPECT_FALSE(run.stands_at_zero(1));
}

TEST(RunModel, remembers_since_when_a_link_is_lost) {
    RunModel run{sample_station()};
    using State = LinkReport::State;
    const auto at = [](int seconds) { return sample_now() + std::chrono::seconds{seconds}; };
    run.apply(LinkReport{"bts", State::connected, at(0), ""});
    EXPECT_TRUE(run.lost_links().empty());
    run.apply(LinkReport{"bts", State::lost, at(5), "closed"});
    run.apply(LinkReport{"bts", State::connecting, at(6), ""});
    run.apply(LinkReport{"bts", State::lost, at(9), "refused"});
    ASSERT_EQ(run.lost_links().size(), 1U);
    EXPECT_EQ(run.lost_links()[0].at, at(5));
    EXPECT_EQ(run.lost_links()[0].sentence, "refused");
    EXPECT_EQ(run.events().back().at, at(9));
    run.apply(LinkReport{"bts", State::connected, at(20), ""});
    EXPECT_TRUE(run.lost_links().empty());
}

TEST(RunModel, prefers_the_newer_of_row_and_live_query) {
    const Station station = sample_station();
    RunModel run{station};
    run.apply(sample_rows(station, 1, 0, 100, sample_now()));
    const double recorded_V = run.potential_V(1)->value;
    Snapshot snapshot;
    snapshot.layer = 1;
    snapshot.arrival = sample_now() + 1s;
    snapshot.aux = {{*station.channels[0].reference_field, 0.0123}, {"T1", 25.0}};
    run.apply(snapshot);
    EXPECT_EQ(run.potential_V(1)->value, 0.0123);
    EXPECT_EQ(run.potential_V(1)->arrival, sample_now() + 1s);
    run.apply(sample_rows(station, 1, 100, 110, sample_now() + 2s));
    EXPECT_NE(run.potential_V(1)->value, 0.0123);
    EXPECT_NEAR(run.potential_V(1)->value, recorded_V, 0.01);
    EXPECT_FALSE(run.potential_V(2)) << "layer 2 has no reference";
}

TEST(RunModel, counts_a_channel_as_alive_for_three_polls) {
    const Station station = sample_station();
    RunModel run{station};
    run.apply(sample_rows(station, 1, 0, 100, sample_now()));
    const auto limit = std::chrono::duration<double>(run.stale_after_s(1));
    const auto at = [&](double part) {
        return sample_now() + std::chrono::duration_cast<std::chrono::microseconds>(part * limit);
    };
    EXPECT_EQ(run.channels_alive(at(0.9)), 1);
    EXPECT_EQ(run.channels_alive(at(1.1)), 0);
}

TEST(RunModel, takes_an_alarm_once_and_its_acknowledgement) {
    RunModel run{sample_station()};
    const AlarmRaised alarm{7, "below_0V", 1, 3720, -0.0004, 10.7, sample_now()};
    run.apply(alarm);
    run.apply(alarm);
    ASSERT_EQ(run.alarms().size(), 1U);
    EXPECT_EQ(run.unacknowledged().size(), 1U);
    run.apply(AlarmAcknowledged{7, "ada", sample_now()});
    EXPECT_TRUE(run.unacknowledged().empty());
}

}  // namespace
}  // namespace layerscope
