#include "core/series/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/core/series/sample_stream.h"

namespace layerscope {
namespace {

const std::vector<int> both{sample_column_V, sample_column_A};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void add(Series& series, const SampleStream& s, std::int64_t from = 0) {
    for (auto i = from; i < s.rows(); ++i) {
        series.add(s.time_ms[std::size_t(i)], s.gap[std::size_t(i)] != 0, s.row(i));
    }
}

Series live(const SampleStream& stream) {
    Series series{both};
    add(series, stream);
    return series;
}

Series opened(const SampleStream& stream, const std::shared_ptr<PackSource>& source) {
    const auto blocks = stream.rows() / rows_of_block;
    auto series = Series::open(both, blocks, source).value();
    add(series, stream, blocks * rows_of_block);
    return series;
}

SampleStream wave(std::int64_t rows) {
    SampleStream out;
    for (std::int64_t i = 0; i < rows; ++i) {
        out.time_ms.push_back(i * 1000);
        out.gap.push_back(0);
        out.values[0].push_back(std::sin(double(i) / 50));
        out.values[1].push_back(double(i));
    }
    return out;
}

std::ptrdiff_t breaks(const Polyline& line) {
    return std::ranges::count_if(line.value, [](double v) { return std::isnan(v); });
}

bool same(const Polyline& a, const Polyline& b) {
    return a.time_s == b.time_s && std::ranges::equal(a.value, b.value, [](double x, double y) {
               return x == y || (std::isnan(x) && std::isnan(y));
           });
}

TEST(Series, passes_few_rows_as_they_are_with_one_beyond_each_end) {
    auto series = live(wave(10'000));
    const auto line = series.trace(1, {5000.5, 5010.5}, 700);
    ASSERT_EQ(line.value.size(), 12U);
    EXPECT_EQ(line.value.front(), 5000);
    EXPECT_EQ(line.value.back(), 5011);
    EXPECT_EQ(line.time_s.front(), 5000);
}

TEST(Series, keeps_a_single_spike_of_a_million_rows) {
    auto stream = wave(1'000'000);
    stream.values[0][612'345] = 9;
    auto series = live(stream);
    const auto line = series.trace(0, {0, 1e6}, 700);
    EXPECT_LE(line.time_s.size(), 2U * 701);
    EXPECT_GE(line.time_s.size(), 1200U);
    EXPECT_EQ(std::ranges::max(line.value), 9);
    EXPECT_TRUE(std::ranges::is_sorted(line.time_s));
}

TEST(Series, breaks_at_a_gap_however_wide_or_narrow_it_is) {
    for (const std::int64_t width_ms : {0, 5000, 30'000'000}) {
        auto stream = wave(100'000);
        stream.gap[50'010] = 1;
        for (std::size_t i = 50'010; i < 100'000; ++i) stream.time_ms[i] += width_ms;
        auto series = live(stream);
        EXPECT_EQ(breaks(series.trace(0, {0, 140'000}, 500)), 1) << width_ms;
        EXPECT_EQ(breaks(series.trace(0, {50'000, 90'000}, 500)), 1) << width_ms;
        const auto near = series.trace(0, {50'000, 50'020}, 500);
        EXPECT_EQ(breaks(near), width_ms < 1'000'000 ? 1 : breaks(near));
        EXPECT_EQ(breaks(series.trace(0, {0, 40'000}, 500)), 0);
    }
}

TEST(Series, does_not_draw_over_a_stretch_without_values) {
    auto stream = wave(100'000);
    for (std::size_t i = 30'000; i < 60'000; ++i) stream.values[0][i] = nan;
    auto series = live(stream);
    const auto line = series.trace(0, {0, 1e5}, 500);
    EXPECT_EQ(breaks(line), 1);
    for (std::size_t i = 0; i < line.value.size(); ++i) {
        if (!std::isnan(line.value[i])) {
            // An entry at its edge is drawn to its end: less than a pixel column of 200 s.
            EXPECT_FALSE(line.time_s[i] > 30'200 && line.time_s[i] < 59'800) << line.time_s[i];
        }
    }
    EXPECT_EQ(breaks(series.trace(1, {0, 1e5}, 500)), 0);
}

/// The least and the greatest within one pixel around each row's column, as the eye compares.
TEST(Series, leaves_out_no_extreme_and_invents_none) {
    for (const unsigned seed : {1U, 2U, 3U}) {
        const auto stream = sample_stream(75'000, seed);
        auto series = live(stream);
        const double whole_s = series.last_s().value();
        std::mt19937_64 random{seed};
        for (int trial = 0; trial < 60; ++trial) {
            const double from = double(random() % 1000) / 1000 * whole_s;
            const double span = whole_s / double(1 + random() % (trial < 30 ? 4 : 4000));
            const int columns = 50 + int(random() % 1300);
            const double pixel_s = span / columns;
            for (const std::size_t c : {0U, 1U}) {
                const auto line = series.trace(c, {from, from + span}, columns);
                ASSERT_TRUE(std::ranges::is_sorted(line.time_s));
                ASSERT_LE(line.time_s.size(), std::size_t(4 * columns + 8 + 2 * breaks(line)));
                std::multimap<double, double> drawn;
                for (std::size_t i = 0; i < line.value.size(); ++i) {
                    drawn.emplace(line.time_s[i], line.value[i]);
                }
                for (std::size_t i = 0; i < stream.time_ms.size(); ++i) {
                    const double t = double(stream.time_ms[i]) / 1000;
                    const double value = stream.values[c][i];
                    if (t < from || t > from + span || std::isnan(value)) continue;
                    double least = INFINITY;
                    double greatest = -INFINITY;
                    for (auto at = drawn.lower_bound(t - 2 * pixel_s);
                         at != drawn.end() && at->first <= t + 2 * pixel_s; ++at) {
                        if (std::isnan(at->second)) continue;
                        least = std::min(least, at->second);
                        greatest = std::max(greatest, at->second);
                    }
                    ASSERT_LE(least, value) << t;
                    ASSERT_GE(greatest, value) << t;
                }
            }
        }
    }
}

TEST(Series, draws_nothing_that_is_in_no_row) {
    const auto stream = sample_stream(75'000);
    auto series = live(stream);
    const std::set<double> values(stream.values[0].begin(), stream.values[0].end());
    std::set<double> times;
    for (const auto time_ms : stream.time_ms) times.insert(double(time_ms) / 1000);
    const auto line = series.trace(0, {0, series.last_s().value()}, 900);
    for (std::size_t i = 0; i < line.value.size(); ++i) {
        EXPECT_TRUE(times.contains(line.time_s[i]));
        EXPECT_TRUE(std::isnan(line.value[i]) || values.contains(line.value[i]));
    }
}

TEST(Series, is_the_same_picture_live_and_stored) {
    for (const std::int64_t rows : {0, 1, 4095, 4096, 4097, 33 * 4096 + 77}) {
        const auto stream = sample_stream(rows);
        auto one = live(stream);
        auto other = opened(stream, stored(stream));
        ASSERT_EQ(one.rows(), other.rows());
        EXPECT_EQ(one.first_s(), other.first_s());
        EXPECT_EQ(one.last_s(), other.last_s());
        const double end = one.last_s().value_or(1000);
        for (const TimeRange range : {TimeRange{0, end}, TimeRange{end * 0.3, end * 0.5},
                                      TimeRange{end * 0.9, end * 0.91}, TimeRange{-100, 2 * end}}) {
            for (const std::size_t c : {0U, 1U}) {
                EXPECT_TRUE(same(one.trace(c, range, 300), other.trace(c, range, 300)));
            }
        }
        for (const std::size_t c : {0U, 1U}) {
            const auto a = one.extremes(c);
            const auto b = other.extremes(c);
            ASSERT_EQ(a.has_value(), b.has_value());
            EXPECT_EQ(a ? a->greatest : 0, b ? b->greatest : 0);
        }
    }
}

TEST(Series, goes_on_with_new_rows_after_it_was_opened) {
    const auto stream = sample_stream(9 * 4096 + 5);
    auto one = live(stream);
    SampleStream begin = sample_stream(2 * 4096);
    const auto source = stored(begin);
    auto other = Series::open(both, 2, source).value();
    add(other, stream, 2 * rows_of_block);
    const TimeRange all{0, one.last_s().value()};
    EXPECT_TRUE(same(one.trace(1, all, 200), other.trace(1, all, 200)));
    EXPECT_EQ(one.extremes(1)->least, other.extremes(1)->least);
}

TEST(Series, reads_pages_not_rows_for_a_picture_of_everything) {
    const auto stream = wave(600 * rows_of_block);
    const auto source = stored(stream);
    auto series = opened(stream, source);
    source->reads = 0;
    (void)series.trace(0, {0, series.last_s().value()}, 100);
    EXPECT_LT(source->reads, 40);
    source->reads = 0;
    (void)series.trace(1, {0, series.last_s().value()}, 100);
    EXPECT_EQ(source->reads, 0) << "what was read is kept";
}

TEST(Series, tells_the_value_of_the_last_row_at_or_before_a_moment) {
    auto stream = wave(10'000);
    stream.gap[7000] = 1;
    auto series = live(stream);
    EXPECT_EQ(series.value_at(1, 0), 0);
    EXPECT_EQ(series.value_at(1, 1234), 1234);
    EXPECT_EQ(series.value_at(1, 1234.9), 1234);
    EXPECT_EQ(series.value_at(1, 9999), 9999);
    EXPECT_EQ(series.value_at(1, 6999), 6999);
    EXPECT_TRUE(std::isnan(series.value_at(1, 6999.5)));
    EXPECT_EQ(series.value_at(1, 7000), 7000);
    EXPECT_TRUE(std::isnan(series.value_at(1, -0.5)));
    EXPECT_TRUE(std::isnan(series.value_at(1, 9999.5)));
    EXPECT_TRUE(std::isnan(series.value_at(1, nan)));
}

TEST(Series, stands_on_the_clock_of_the_run) {
    auto series = live(wave(5000));
    series.set_offset_ms(250);
    EXPECT_EQ(series.first_s(), 0.25);
    EXPECT_EQ(series.last_s(), 4999.25);
    EXPECT_EQ(series.value_at(1, 100.25), 100);
    EXPECT_EQ(series.trace(1, {100.25, 100.25}, 9).time_s.front(), 99.25);
}

TEST(Series, knows_its_newest_value_and_its_extremes) {
    auto stream = wave(4096 * 2);
    auto whole_blocks = live(stream);
    EXPECT_EQ(whole_blocks.newest(1), 8191);
    stream.values[1].back() = nan;
    auto series = live(stream);
    EXPECT_EQ(series.newest(1), 8190);
    EXPECT_EQ(series.extremes(1)->least, 0);
    EXPECT_EQ(series.extremes(1)->greatest, 8190);
}

TEST(Series, without_rows_or_values_is_empty_everywhere) {
    Series none{both};
    EXPECT_TRUE(none.trace(0, {0, 10}, 100).time_s.empty());
    EXPECT_EQ(none.first_s(), std::nullopt);
    EXPECT_EQ(none.last_s(), std::nullopt);
    EXPECT_TRUE(std::isnan(none.newest(0)));
    EXPECT_TRUE(std::isnan(none.value_at(0, 1)));
    EXPECT_EQ(none.extremes(0), std::nullopt);
    auto stream = wave(10'000);
    for (double& value : stream.values[0]) value = nan;
    auto absent = live(stream);
    EXPECT_TRUE(absent.trace(0, {0, 1e4}, 10).time_s.empty());
    EXPECT_EQ(absent.extremes(0), std::nullopt);
}

TEST(Series, survives_a_range_that_is_none) {
    auto series = live(sample_stream(10'000));
    const double end = series.last_s().value();
    for (const TimeRange range : {TimeRange{5, 5}, TimeRange{end, 0}, TimeRange{nan, nan},
                                  TimeRange{-INFINITY, INFINITY}, TimeRange{0, end}}) {
        (void)series.trace(0, range, 0);
        (void)series.trace(0, range, 100);
    }
}

TEST(Series, does_not_move_points_of_a_column_while_the_window_moves) {
    auto series = live(wave(1'000'000));
    const auto before = series.trace(0, {100'000, 300'000}, 500);
    const auto after = series.trace(0, {100'400, 300'400}, 500);  // by one pixel
    std::set<double> times(before.time_s.begin(), before.time_s.end());
    std::size_t moved = 0;
    for (const double time_s : after.time_s) moved += times.contains(time_s) ? 0 : 1;
    EXPECT_LE(moved, 12U);
}

// What cannot be read.

TEST(Series, goes_down_a_level_where_a_page_is_unreadable) {
    const auto stream = sample_stream(75 * 4096);
    auto whole = opened(stream, stored(stream));
    const auto source = stored(stream);
    for (auto& [where, pack] : source->packs) {
        if (where.first > 0 && where.second % 3 == 0) pack.resize(pack.size() / 2);
    }
    auto damaged = opened(stream, source);
    const TimeRange all{0, whole.last_s().value()};
    EXPECT_TRUE(same(whole.trace(0, all, 150), damaged.trace(0, all, 150)));
}

TEST(Series, has_a_gap_where_a_block_is_unreadable) {
    const auto stream = wave(20 * rows_of_block);
    const auto source = stored(stream);
    source->packs[{0, 5}][100] ^= 1;
    source->packs[{0, 5}][20] ^= 1;
    auto series = opened(stream, source);
    const double from = 5.0 * rows_of_block;
    EXPECT_TRUE(std::isnan(series.value_at(0, from + 100)));
    EXPECT_EQ(series.value_at(1, from - 1), from - 1);
    const auto line = series.trace(1, {from - 100, from + 5000}, 3000);
    EXPECT_GE(breaks(line), 1);
    for (std::size_t i = 0; i < line.value.size(); ++i) {
        if (std::isnan(line.value[i])) continue;
        EXPECT_FALSE(line.value[i] >= from && line.value[i] < from + 4096);
    }
}

TEST(Series, survives_whatever_a_source_gives) {
    const auto stream = sample_stream(9 * 4096);
    const auto whole = stored(stream);
    std::mt19937_64 random{7};
    for (int trial = 0; trial < 40; ++trial) {
        auto source = std::make_shared<StoredPacks>();
        for (const auto& [where, pack] : whole->packs) {
            const auto what = random() % 6;
            if (what == 0) continue;  // not there
            if (what == 1) source->packs[where] = pack.substr(0, random() % pack.size());
            if (what == 2) source->packs[where] = whole->packs[{0, 3}];  // another's
            if (what == 3) source->packs[where] = std::string(300, char(random()));
            if (what >= 4) source->packs[where] = pack;
        }
        auto series = Series::open(both, 9 + std::int64_t(random() % 60), source);
        ASSERT_TRUE(series);
        const double end = series->last_s().value_or(0);
        for (const TimeRange range : {TimeRange{0, end}, TimeRange{end / 2, end / 1.9}}) {
            (void)series->trace(0, range, 200);
        }
        (void)series->value_at(1, end / 3);
        (void)series->newest(0);
        (void)series->extremes(1);
    }
}

TEST(Curve, is_a_column_in_the_unit_that_is_shown) {
    auto series = live(wave(100));
    const Curve curve{&series, 1, -1000};
    EXPECT_EQ(curve.newest(), -99'000);
    EXPECT_EQ(curve.value_at(5), -5000);
    EXPECT_EQ(curve.trace({10, 12}, 50).value,
              (std::vector<double>{-9000, -10'000, -11'000, -12'000, -13'000}));
    EXPECT_FALSE(curve.empty());
    EXPECT_TRUE(Curve{}.empty());
    EXPECT_TRUE(std::isnan(Curve{}.newest()));
}

}  // namespace
}  // namespace layerscope
