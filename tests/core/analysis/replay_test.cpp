#include "core/analysis/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/analysis/lithiation_rate.h"
#include "tests/core/analysis/made_rows.h"

namespace layerscope {
namespace {

using made::row;
using made::setup;

/// Rows in memory, read as a run file reads them.
struct Shelf {
    std::map<int, std::vector<RecordedRow>> rows;
    std::int64_t most_asked = 0;

    ReadPage reader() {
        return [this](int layer, std::int64_t after_seqid, std::int64_t most_rows,
                      const std::function<void(const RecordedRow&)>& visit) -> Result<void> {
            most_asked = std::max(most_asked, most_rows);
            for (const RecordedRow& next : rows[layer]) {
                if (next.seqid <= after_seqid) continue;
                if (most_rows-- == 0) break;
                visit(next);
            }
            return {};
        };
    }
};

Shelf two_layers(int rows_each) {
    Shelf shelf;
    for (int i = 0; i < rows_each; ++i) {
        shelf.rows[1].push_back(row(i + 1, 1, 10.0 * i, -0.008));
        shelf.rows[2].push_back(row(i + 1, 1, 10.0 * i, -0.004));
    }
    return shelf;
}

TEST(Replay, visits_every_row_once_and_keeps_only_pages_waiting) {
    Shelf shelf = two_layers(10'000);
    RunFolds folds{setup(2)};
    std::int64_t rows = 0;
    double farthest_s = 0;
    double most_waiting_s = 0;
    std::vector<double> times_s;
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint& point) {
        ++rows;
        farthest_s = std::max(farthest_s, point.time_s);
        most_waiting_s = std::max(most_waiting_s, farthest_s - folds.analysis().watermark_s());
    };
    visitor.spread_point = [&](const SpreadPoint& point) { times_s.push_back(point.time_s); };
    ASSERT_TRUE(replay({1, 2}, shelf.reader(), folds, visitor));
    EXPECT_EQ(rows, 20'000);
    EXPECT_LE(most_waiting_s, 40'960.0);  // one page of 4096 rows, 10 s apart
    EXPECT_EQ(times_s.size(), 9999U);     // the last moment may still get rows
    EXPECT_TRUE(std::is_sorted(times_s.begin(), times_s.end()));
    EXPECT_EQ(folds.analysis().summary().layers[1].rows, 10'000);
}

TEST(Replay, gives_what_the_live_analysis_gave) {
    Shelf shelf = two_layers(1500);
    RunAnalysis live{setup(2)};
    for (std::size_t i = 0; i < 1500; ++i) {
        live.add(1, shelf.rows[1][i]);
        live.add(2, shelf.rows[2][i]);
    }
    RunFolds review{setup(2)};
    ASSERT_TRUE(replay({1, 2}, shelf.reader(), review));
    EXPECT_EQ(review.analysis().summary().charge_C, live.summary().charge_C);
    EXPECT_EQ(review.analysis().summary().raw.sigma, live.summary().raw.sigma);
    EXPECT_EQ(review.analysis().watermark_s(), live.watermark_s());
}

TEST(Replay, can_be_followed_by_live_rows) {
    Shelf shelf = two_layers(10);
    RunFolds folds{setup(2)};
    ASSERT_TRUE(replay({1, 2}, shelf.reader(), folds));
    EXPECT_FALSE(folds.add(1, row(11, 1, 100.0, -0.008)).after_gap);
    EXPECT_NEAR(folds.analysis().summary().layers[0].charge_C, 0.8, 1e-15);
}

TEST(Replay, goes_on_after_the_rows_that_the_folds_know) {
    Shelf shelf = two_layers(10);
    RunFolds folds{setup(2)};
    for (std::size_t i = 0; i < 4; ++i) folds.add(1, shelf.rows[1][i]);
    std::vector<std::int64_t> seqids;
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint& point) {
        if (point.layer == 1) seqids.push_back(point.seqid);
    };
    ASSERT_TRUE(replay({1, 2}, shelf.reader(), folds, visitor));
    EXPECT_EQ(seqids, (std::vector<std::int64_t>{5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(folds.analysis().summary().layers[1].rows, 10);
}

TEST(Replay, hands_a_failure_to_read_on) {
    const ReadPage broken = [](int, std::int64_t, std::int64_t, const auto&) -> Result<void> {
        return fail(ErrorKind::io, "run.lsrun: cannot be read");
    };
    RunFolds folds{setup(1)};
    const auto done = replay({1}, broken, folds);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().sentence, "run.lsrun: cannot be read");
}

RunEvent absence(std::int64_t id, std::string detail) {
    RunEvent event;
    event.id = id;
    event.kind = "away";
    event.layer = 2;
    event.detail = std::move(detail);
    return event;
}

TEST(Replay, leaves_out_a_layer_while_it_was_away) {
    Shelf shelf = two_layers(10);
    RunFolds folds{setup(2)};
    RunEvent other = absence(1, "no JSON at all");
    other.kind = "note";
    ASSERT_TRUE(apply_absences({other, absence(2, R"({"from_time_s":20,"to_time_s":null})"),
                                absence(3, R"({"from_time_s":20,"to_time_s":70.0})")},
                               folds.analysis()));
    std::vector<double> times_s;
    ReplayVisitor visitor;
    visitor.spread_point = [&](const SpreadPoint& point) { times_s.push_back(point.time_s); };
    ASSERT_TRUE(replay({1, 2}, shelf.reader(), folds, visitor));
    folds.analysis().finish();
    for (const SpreadPoint& point : folds.take_spread()) times_s.push_back(point.time_s);
    EXPECT_EQ(times_s, (std::vector{0.0, 10.0, 20.0, 80.0, 90.0}));
}

TEST(Replay, refuses_an_absence_that_says_no_time) {
    RunAnalysis analysis{setup(2)};
    const auto sentence = [&](std::string detail) {
        const auto applied = apply_absences({absence(7, std::move(detail))}, analysis);
        return applied ? std::string{} : applied.error().sentence;
    };
    const std::string from =
        "event 7 (absence of layer 2): \"from_time_s\" is not a number; another program has "
        "changed "
        "the run file, use an unchanged copy";
    EXPECT_EQ(sentence("{"), from);
    EXPECT_EQ(sentence("[]"), from);
    EXPECT_EQ(sentence(R"({"from_time_s":"20"})"), from);
    EXPECT_EQ(sentence(R"({"from_time_s":20,"to_time_s":"x"})"),
              "event 7 (absence of layer 2): \"to_time_s\" is not a number; another program has "
              "changed the run file, use an unchanged copy");
    EXPECT_EQ(sentence(R"({"from_time_s":20})"), "");
}

TEST(Replay, takes_the_setup_from_the_station) {
    Station station;
    station.design = made::design(2);
    station.lithiation = Lithiation::charge;
    station.devices.resize(2);
    station.devices[1].poll = std::chrono::milliseconds{2500};
    station.channels.resize(2);
    station.channels[1].reference_field = "V1";
    const RunSetup made = run_setup(station);
    EXPECT_EQ(made.design.layer_count(), 2U);
    EXPECT_EQ(made.sign, 1.0);
    EXPECT_EQ(made.poll_s, 2.5);
    EXPECT_FALSE(made.reference_fields.at(0));
    EXPECT_EQ(made.reference_fields.at(1), "V1");
}

TEST(LithiationRate, is_the_mean_total_current_while_lithium_goes_in) {
    const RunSetup cell = setup(2);  // 1C is 33.6 mA
    RunAnalysis analysis{cell};
    LithiationRate rate{cell.design};
    EXPECT_FALSE(rate.rate());
    for (int layer = 1; layer <= 2; ++layer) {
        std::int64_t seqid = 0;
        const double current_A = layer == 1 ? -0.0079 : -0.0033;
        for (int i = 0; i <= 100; ++i) {
            rate.add(analysis.add(layer, row(++seqid, 1, 10.0 * i, current_A)));
        }
        for (int i = 0; i <= 50; ++i) {
            rate.add(analysis.add(layer, row(++seqid, 2, 60.0 * i, -1e-6)));  // rest
        }
        for (int i = 0; i <= 50; ++i) {
            rate.add(analysis.add(layer, row(++seqid, 3, 10.0 * i, 0.02)));  // delithiation
        }
    }
    ASSERT_TRUE(rate.rate());
    EXPECT_NEAR(*rate.rate(), 0.0112 / 0.0336, 1e-12);
    EXPECT_EQ(rate_text(*rate.rate()), "0.33C");
}

TEST(LithiationRate, does_not_count_what_joined_layers_exchange_at_rest) {
    const RunSetup cell = setup(2);
    RunAnalysis analysis{cell};
    LithiationRate rate{cell.design};
    for (int layer = 1; layer <= 2; ++layer) {
        std::int64_t seqid = 0;
        for (int i = 0; i <= 100; ++i) {
            rate.add(analysis.add(layer, row(++seqid, 1, 10.0 * i, -0.0056)));
        }
        for (int i = 0; i <= 100; ++i) {
            RecordedRow exchange = row(++seqid, 2, 10.0 * i, layer == 1 ? 0.001 : -0.001);
            exchange.steptype = "rest";
            rate.add(analysis.add(layer, exchange));
        }
    }
    ASSERT_TRUE(rate.rate());
    EXPECT_NEAR(*rate.rate(), 0.0112 / 0.0336, 1e-12);
}

TEST(LithiationRate, is_written_as_a_person_writes_it) {
    EXPECT_EQ(rate_text(0.0499), "0.05C");
    EXPECT_EQ(rate_text(0.1003), "0.1C");
    EXPECT_EQ(rate_text(0.2), "0.2C");
    EXPECT_EQ(rate_text(0.9999), "1C");
    EXPECT_EQ(rate_text(2.04), "2C");
    EXPECT_EQ(rate_text(12.3), "12C");
}

TEST(LithiationRate, is_read_as_a_person_writes_it_and_as_a_plain_number) {
    EXPECT_EQ(parse_rate("0.33C"), 0.33);
    EXPECT_EQ(parse_rate("0.33"), 0.33);
    EXPECT_EQ(parse_rate("2C"), 2);
    for (const char* text : {"", "C", "0.2CC", "0,2C", "fast", "C/5", "0.2 C", "infC"}) {
        EXPECT_FALSE(parse_rate(text)) << text;
    }
}

}  // namespace
}  // namespace layerscope
