#include "core/analysis/stored_run.h"

#include <gtest/gtest.h>

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

std::filesystem::path stored(const TemporaryFolder& folder, const NewRun& run,
                             const std::vector<RunEntry>& entries) {
    const auto path = folder / "run.lsrun";
    auto writer = RunWriter::create(path, run);
    EXPECT_TRUE(writer) << writer.error().sentence;
    const auto done = writer->commit(entries);
    EXPECT_TRUE(done) << done.error().sentence;
    return path;
}

RunEvent absence(int layer, std::string detail) {
    RunEvent event;
    event.kind = "away";
    event.layer = layer;
    event.text = "absent";
    event.detail = std::move(detail);
    return event;
}

std::vector<RunEntry> four_pages(std::int64_t rows) {
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) entries.emplace_back(page(layer, 1, rows));
    return entries;
}

TEST(StoredRun, gives_the_numbers_of_the_live_run_to_the_last_bit) {
    const TemporaryFolder folder;
    const NewRun run = new_run();
    RunAnalysis live{run_setup(run.station)};
    for (std::int64_t seqid = 1; seqid <= 2500; ++seqid) {
        for (int layer = 4; layer >= 1; --layer) live.add(layer, row(seqid));
    }
    live.finish();
    auto reader = RunReader::open(stored(folder, run, four_pages(2500)));
    ASSERT_TRUE(reader) << reader.error().sentence;
    std::vector<SpreadPoint> spread;
    ReplayVisitor visitor;
    visitor.spread_point = [&](const SpreadPoint& point) { spread.push_back(point); };
    const auto summary = analyse_stored_run(*reader, visitor);
    ASSERT_TRUE(summary) << summary.error().sentence;
    EXPECT_EQ(summary->charge_C, live.summary().charge_C);
    EXPECT_EQ(summary->raw.sigma, live.summary().raw.sigma);
    EXPECT_EQ(summary->layers[0].first_below_0V->seqid, 50);
    EXPECT_FALSE(summary->layers[1].first_below_0V);
    const auto live_spread = live.take_spread();
    ASSERT_EQ(spread.size(), live_spread.size());
    ASSERT_EQ(spread.size(), 2500U);
    for (std::size_t i = 0; i < spread.size(); ++i) {
        ASSERT_EQ(spread[i].time_s, live_spread[i].time_s);
        ASSERT_EQ(spread[i].raw.mean, live_spread[i].raw.mean);
        ASSERT_EQ(spread[i].share_layer1, live_spread[i].share_layer1);
    }
}

TEST(StoredRun, heeds_offsets_first_rows_and_absences) {
    const TemporaryFolder folder;
    NewRun run = new_run();
    run.streams[1].offset_ms = 3'000;
    run.streams[2].first_seqid = 5;
    auto entries =
        std::vector<RunEntry>{page(1, 1, 20), page(2, 1, 20), page(3, 5, 20), page(4, 1, 20)};
    entries.emplace_back(absence(4, R"({"from_time_s":100,"to_time_s":null})"));
    auto reader = RunReader::open(stored(folder, run, entries));
    ASSERT_TRUE(reader) << reader.error().sentence;
    double last_s = 0;
    ReplayVisitor visitor;
    visitor.spread_point = [&](const SpreadPoint& point) { last_s = point.time_s; };
    const auto summary = analyse_stored_run(*reader, visitor);
    ASSERT_TRUE(summary) << summary.error().sentence;
    EXPECT_EQ(last_s, 100.0);
    EXPECT_EQ(summary->layers[1].last_time_s, 203.0);
    EXPECT_EQ(summary->layers[2].missing_rows, 0);
    EXPECT_NEAR(summary->layers[2].charge_C, 150 * 0.00336, 1e-15);
}

TEST(StoredRun, names_the_file_whose_absence_cannot_be_read) {
    const TemporaryFolder folder;
    auto reader = RunReader::open(stored(folder, new_run(), {absence(2, "{}")}));
    ASSERT_TRUE(reader) << reader.error().sentence;
    const auto summary = analyse_stored_run(*reader);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().kind, ErrorKind::malformed);
    EXPECT_EQ(summary.error().sentence,
              "run.lsrun: event 1 (absence of layer 2): \"from_time_s\" is not a number; another "
              "program has changed the run file, use an unchanged copy");
}

/// Ten rows a layer with a state after them, then the state of `folds`, then ten more.
RunFolds two_halves(RunWriter& writer, const Station& station) {
    RunFolds folds{station};
    for (int layer = 1; layer <= 4; ++layer) {
        for (const auto& one : page(layer, 1, 10).rows) folds.add(layer, one);
    }
    folds.take_spread();
    folds.analysis().take_crossings();
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) entries.emplace_back(page(layer, 1, 10));
    entries.emplace_back(absence(2, R"({"from_time_s":100,"to_time_s":null})"));
    folds.analysis().set_away(2, 100, std::nullopt);
    entries.emplace_back(folds.save(1));
    for (int layer = 1; layer <= 4; ++layer) entries.emplace_back(page(layer, 11, 20));
    entries.emplace_back(absence(2, R"({"from_time_s":100,"to_time_s":150})"));
    const auto done = writer.commit(entries);
    EXPECT_TRUE(done) << done.error().sentence;
    return folds;
}

TEST(StoredRun, takes_the_folds_up_from_the_stored_state_and_reads_what_is_after_it) {
    const TemporaryFolder folder;
    const NewRun run = new_run();
    auto writer = RunWriter::create(folder / "run.lsrun", run).value();
    two_halves(writer, run.station);
    auto reader = RunReader::open(folder / "run.lsrun").value();
    std::vector<std::int64_t> seqids;
    std::vector<double> times_s;
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint& point) {
        if (point.layer == 3) seqids.push_back(point.seqid);
    };
    visitor.spread_point = [&](const SpreadPoint& point) { times_s.push_back(point.time_s); };
    const auto restored = restore_run_folds(reader, visitor);
    ASSERT_TRUE(restored) << restored.error().sentence;
    EXPECT_TRUE(restored->from_state);
    EXPECT_EQ(seqids.size(), 10U);
    EXPECT_EQ(seqids.front(), 11);
    EXPECT_EQ(times_s, (std::vector{100.0, 160.0, 170.0, 180.0, 190.0}));
    const auto refolded = replay_stored_run(reader);
    ASSERT_TRUE(refolded);
    EXPECT_EQ(refolded->save(0).bytes, restored->folds.save(0).bytes);
}

TEST(StoredRun, folds_all_rows_where_the_state_is_none_that_can_be_used) {
    const TemporaryFolder folder;
    const NewRun run = new_run();
    auto writer = RunWriter::create(folder / "run.lsrun", run).value();
    RunFolds folds = two_halves(writer, run.station);
    const auto is_from_state = [&](const FoldState& state) {
        EXPECT_TRUE(writer.commit(std::vector<RunEntry>{state}));
        auto reader = RunReader::open(folder / "run.lsrun").value();
        const auto restored = restore_run_folds(reader);
        EXPECT_TRUE(restored);
        EXPECT_EQ(restored->folds.newest(1)->seqid, 20);
        EXPECT_EQ(restored->folds.analysis().summary().layers[1].rows, 20);
        return restored->from_state;
    };
    EXPECT_TRUE(is_from_state(folds.save(1)));
    FoldState other = folds.save(1);
    ++other.version;
    EXPECT_FALSE(is_from_state(other));
    FoldState damaged = folds.save(1);
    damaged.bytes.back() = char(damaged.bytes.back() ^ 1);
    EXPECT_FALSE(is_from_state(damaged));
    for (const auto& one : page(1, 11, 21).rows) folds.add(1, one);
    EXPECT_FALSE(is_from_state(folds.save(1))) << "it knows a row that the file has not";
}

TEST(StoredRun, without_a_row_has_layers_without_charge) {
    const TemporaryFolder folder;
    auto reader = RunReader::open(stored(folder, new_run(), {}));
    ASSERT_TRUE(reader) << reader.error().sentence;
    const auto summary = analyse_stored_run(*reader);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->layers.size(), 4U);
    EXPECT_EQ(summary->charge_C, 0.0);
}

}  // namespace
}  // namespace layerscope
