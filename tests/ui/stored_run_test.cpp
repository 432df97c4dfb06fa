#include "ui/stored_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <utility>

#include "core/analysis/run_folds.h"
#include "core/store/run_writer.h"
#include "tests/ui/sample_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// At full zoom, bit for bit, and not empty.
void expect_same(const Curve& stored, const Curve& live) {
    const Polyline of_stored = stored.trace({0, 1e9}, 1'000'000);
    const Polyline of_live = live.trace({0, 1e9}, 1'000'000);
    EXPECT_FALSE(of_live.time_s.empty());
    EXPECT_EQ(of_stored.time_s, of_live.time_s);
    EXPECT_TRUE(std::ranges::equal(of_stored.value, of_live.value, [](double a, double b) {
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);  // NaN too
    }));
}

/// A folder of this test's own that goes with it.
class StoredRun : public ::testing::Test {
  protected:
    StoredRun() : folder_{fs::temp_directory_path() / ("layerscope-" + make_uuid())} {
        fs::create_directories(folder_);
    }
    ~StoredRun() override {
        std::error_code ignored;  // a folder left behind harms nobody
        fs::remove_all(folder_, ignored);
    }
    StoredRun(const StoredRun&) = delete;
    StoredRun& operator=(const StoredRun&) = delete;

    RunWriter create(const Station& station) const {
        NewRun run;
        run.name = "run_0037";
        run.created = sample_now();
        run.station = station;
        for (const StationChannel& channel : station.channels) {
            RunStream stream;
            stream.layer = channel.layer;
            stream.device = channel.device;
            stream.address = channel.address;
            stream.test_id = 1;
            run.streams.push_back(stream);
        }
        return RunWriter::create(path(), run).value();
    }
    fs::path path() const { return folder_ / "run_0037.lsrun"; }

    /// A finished run of the sample: all rows, an alarm and who acknowledged it.
    fs::path write(const Station& station, double to_s) const {
        auto writer = create(station);
        std::vector<RunEntry> entries;
        for (const StationChannel& channel : station.channels)
            entries.emplace_back(sample_rows(station, channel.layer, 0, to_s, sample_now()));
        const std::int64_t alarm = writer.next_event_id();
        entries.emplace_back(RunEvent{alarm, sample_now(), "below_0V", 1, 3630.0, "Layer 1 at 0 V",
                                      R"({"seqid":364,"potential_V":-0.0004,"charge_mAh":13.2})"});
        entries.emplace_back(
            RunEvent{alarm + 1, sample_now(), "acknowledged", 1, std::nullopt, "Seen",
                     R"({"alarm":)" + std::to_string(alarm) + R"(,"user":"ada"})"});
        EXPECT_TRUE(writer.commit(entries));
        EXPECT_TRUE(writer.close("finish", sample_now(), RunWriter::Ending::for_good));
        return path();
    }

    /// Rows of the sample with what is folded beside them, as a recording stores them.
    static std::vector<RunEntry> folded(const Station& station, RunFolds& folds, double from_s,
                                        double to_s) {
        std::vector<RunEntry> entries;
        for (const StationChannel& channel : station.channels) {
            FoldedPage folded{sample_rows(station, channel.layer, from_s, to_s, sample_now()), {}};
            for (const RecordedRow& row : folded.page.rows)
                folded.soc.push_back(folds.add(channel.layer, row).soc);
            entries.emplace_back(std::move(folded));
        }
        CombinedRows combined;
        for (const SpreadPoint& point : folds.take_spread())
            combined.push_back({std::llround(point.time_s * 1e3), point.after_gap, point.raw.sigma,
                                point.current_share_layer1});
        folds.analysis().take_crossings();
        entries.emplace_back(std::move(combined));
        entries.emplace_back(folds.save(0));
        return entries;
    }

    /// The sample as the window shows it while it is recorded.
    static RunModel live(const Station& station, double to_s) {
        RunModel run{station};
        for (double from_s = 0; from_s < to_s; from_s += 250)
            for (const auto& page : sample_pages(station, from_s, from_s + 250, sample_now()))
                run.apply(page);
        return run;
    }

    fs::path folder_;
};

void expect_same(const RunModel& stored, const RunModel& live) {
    EXPECT_EQ(stored.row_count(), live.row_count());
    EXPECT_EQ(stored.missing_rows(), live.missing_rows());
    EXPECT_EQ(stored.rate(), live.rate());
    for (int layer = 1; layer <= live.layer_count(); ++layer) {
        expect_same(stored.current_density(layer), live.current_density(layer));
        expect_same(stored.soc(layer), live.soc(layer));
        EXPECT_EQ(stored.charge_mAh(layer), live.charge_mAh(layer));
        EXPECT_EQ(stored.current_share(layer), live.current_share(layer));
        EXPECT_EQ(stored.stands_at_zero(layer), live.stands_at_zero(layer));
        EXPECT_EQ(stored.reference_missing(layer), live.reference_missing(layer));
    }
    expect_same(stored.potential(1), live.potential(1));
    expect_same(stored.sigma(), live.sigma());
    expect_same(stored.share_percent(), live.share_percent());
    ASSERT_TRUE(stored.newest_spread());
    EXPECT_EQ(stored.newest_spread()->raw.range, live.newest_spread()->raw.range);
    ASSERT_TRUE(stored.first_crossing());
    EXPECT_EQ(stored.first_crossing()->seqid, live.first_crossing()->seqid);
}

TEST_F(StoredRun, is_bit_for_bit_the_run_that_was_shown_live) {
    const Station station = sample_station();
    RunModel shown = live(station, 5000);
    shown.finish("finish");
    const auto stored = load_run(write(station, 5000));
    ASSERT_TRUE(stored) << stored.error().sentence;
    EXPECT_EQ((*stored)->closed, "finish");
    expect_same(**stored, shown);
}

TEST_F(StoredRun, is_the_same_from_the_folds_and_curves_that_the_file_holds) {
    const Station station = sample_station();
    auto writer = create(station);
    RunFolds folds{station};
    for (double from_s = 0; from_s < 45000; from_s += 1000)  // more than a block of each layer
        ASSERT_TRUE(writer.commit(folded(station, folds, from_s, from_s + 1000)));
    const auto stored = load_run(path());
    ASSERT_TRUE(stored) << stored.error().sentence;
    expect_same(**stored, live(station, 45000));
    EXPECT_EQ((*stored)->potential_V(1)->arrival, sample_now()) << "the file says when it came";
}

TEST_F(StoredRun, goes_on_with_new_rows_where_the_file_ends) {
    const Station station = sample_station();
    auto writer = create(station);
    RunFolds folds{station};
    ASSERT_TRUE(writer.commit(folded(station, folds, 0, 4000)));
    auto without_state = folded(station, folds, 4000, 4500);
    without_state.pop_back();  // the state is stored once a minute, rows every second
    ASSERT_TRUE(writer.commit(without_state));
    const auto stored = load_run(path());
    ASSERT_TRUE(stored) << stored.error().sentence;
    for (const auto& page : sample_pages(station, 4250, 5000, sample_now())) (*stored)->apply(page);
    expect_same(**stored, live(station, 5000));
}

TEST_F(StoredRun, draws_what_the_file_derived_unless_other_folds_did) {
    const Station station = sample_station();
    for (const bool ours : {true, false}) {
        fs::remove(path());
        auto writer = create(station);
        RunFolds folds{station};
        auto entries = folded(station, folds, 0, 1000);
        std::get<FoldedPage>(entries[0]).soc.back() = 0.5;  // to be known again
        if (!ours) ++std::get<FoldState>(entries.back()).version;
        ASSERT_TRUE(writer.commit(entries));
        const auto stored = load_run(path());
        ASSERT_TRUE(stored) << stored.error().sentence;
        EXPECT_EQ((*stored)->soc(1).newest() == 0.5, ours);
        EXPECT_LT((*stored)->newest(1)->soc, 0.4);
    }
}

TEST_F(StoredRun, says_what_is_there_of_a_recording_that_nobody_closed) {
    const Station station = sample_station();
    {
        auto writer = create(station);
        RunFolds folds{station};
        ASSERT_TRUE(writer.commit(folded(station, folds, 0, 5000)));
    }
    const auto cut_off = load_run(path());
    ASSERT_TRUE(cut_off) << cut_off.error().sentence;
    ASSERT_TRUE((*cut_off)->not_closed);
    EXPECT_EQ((*cut_off)->not_closed->detail,
              "2000 rows of 4 layers are there, the newest at 1:23:10 of the test");
    auto writer = RunWriter::resume(path()).value();
    ASSERT_TRUE(writer.close("interrupted", sample_now(), RunWriter::Ending::resumable));
    EXPECT_FALSE(load_run(path()).value()->not_closed);
}

TEST_F(StoredRun, brings_its_alarms_and_who_acknowledged_them) {
    const auto stored = load_run(write(sample_station(), 4000));
    ASSERT_TRUE(stored) << stored.error().sentence;
    ASSERT_EQ((*stored)->alarms().size(), 1U);
    const ShownAlarm& alarm = (*stored)->alarms().front();
    EXPECT_TRUE(alarm.acknowledged);
    EXPECT_EQ(alarm.raised.device_time_s, 3630.0);
    EXPECT_EQ(alarm.raised.potential_V, -0.0004);
    EXPECT_EQ(alarm.raised.charge_mAh, 13.2);
}

TEST_F(StoredRun, passes_on_why_a_file_cannot_be_read) {
    const auto stored = load_run(folder_ / "missing.lsrun");
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, ErrorKind::not_found);
}

TEST_F(StoredRun, says_that_a_part_is_damaged_once_that_is_drawn) {
    const Station station = sample_station();
    {
        auto writer = create(station);
        RunFolds folds{station};
        ASSERT_TRUE(writer.commit(folded(station, folds, 0, 45'000)));
        ASSERT_TRUE(writer.close("finish", sample_now(), RunWriter::Ending::for_good));
    }
    {
        auto database = Database::open(path(), Database::Mode::write);
        ASSERT_TRUE(database->execute("UPDATE block SET crc = crc + 1 WHERE id = 1 << 40"));
    }
    const auto run = load_run(path());
    ASSERT_TRUE(run) << run.error().sentence;
    const auto events = (*run)->events().size();
    EXPECT_FALSE((*run)->tell_damage());
    (*run)->current_density(1).trace({0, 45'000}, 1200);
    EXPECT_TRUE((*run)->tell_damage());
    EXPECT_FALSE((*run)->tell_damage()) << "once is enough";
    ASSERT_EQ((*run)->events().size(), events + 1);
    EXPECT_EQ((*run)->events().back().text, "Layer 1: a part is damaged");
}

}  // namespace
}  // namespace layerscope
