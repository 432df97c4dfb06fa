// What a recording finds when it goes on, and what it leaves for that.
#include "core/acquire/run_keeper.h"
#include "core/analysis/stored_run.h"
#include "tests/core/acquire/keeper_bench.h"
#include "tests/core/store/version_1_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

class RunKeeperResume : public testing::Test {
  protected:
    /// A run of four layers, three rows each.
    void begin() {
        bench_.start();
        bench_.poll();
        wait_for_rows(3);
        path_ = bench_.wait_for<RunOpened>().path;
    }

    void grow(std::int64_t last) {
        for (auto& channel : bench_.channels) KeeperBench::grow(channel, last);
    }
    void wait_for_rows(std::int64_t last) {
        for (int layer = 1; layer <= 4; ++layer) bench_.wait_for_row(layer, last);
    }

    /// The run as a power cut would leave it now.
    void copy_cut_off(const fs::path& folder) const {
        for (const char* part : {"", "-wal"}) {
            const fs::path from = path_.string() + part;
            if (fs::exists(from)) fs::copy_file(from, folder / from.filename());
        }
    }

    /// Up to where the stored state knows layer 1; 0 without a state.
    std::int64_t stored_state() const {
        auto reader = RunReader::open(path_).value();
        const auto state = reader.fold_state().value();
        RunFolds folds{reader.info().station};
        if (!state || !folds.load(*state)) return 0;
        return folds.analysis().last_seqid(1);
    }

    static std::string final_state(const fs::path& path) {
        auto reader = RunReader::open(path).value();
        return restore_run_folds(reader).value().folds.save(0).bytes;
    }

    TemporaryFolder folder_;
    KeeperBench bench_{folder_.path()};
    fs::path path_;
};

TEST_F(RunKeeperResume, says_what_is_there_of_a_run_that_was_closed) {
    begin();
    bench_.keeper->interrupt();
    bench_.wait_for<RunClosed>();
    bench_.keeper->acknowledge(1, "me");
    bench_.start();
    bench_.poll();
    bench_.keeper->interrupt();
    EXPECT_EQ(events_of(path_, "resumed").at(0).text,
              "recording goes on: 12 rows of 4 layers are there, the newest of "
              "1970-01-01T00:00:00Z");
}

TEST_F(RunKeeperResume, says_that_a_run_was_cut_off) {
    begin();
    grow(1000);
    bench_.channels[3].rows.clear();
    bench_.channels[3].answers = false;
    bench_.poll();
    for (const int layer : {1, 2, 3}) bench_.wait_for_row(layer, 1000);
    const TemporaryFolder other;
    copy_cut_off(other.path());
    KeeperBench second{other.path()};
    second.channels = bench_.channels;
    second.channels[3].answers = true;
    KeeperBench::grow(second.channels[3], 3);
    second.start();
    second.poll();
    second.keeper->interrupt();
    EXPECT_EQ(events_of(other / path_.filename(), "resumed").at(0).text,
              "recording goes on: 3 003 rows of 4 layers are there, the newest of "
              "1970-01-01T00:00:00Z; it had been cut off");
}

TEST_F(RunKeeperResume, ends_in_the_state_of_a_recording_that_was_not_cut_off) {
    begin();
    const TemporaryFolder other;
    copy_cut_off(other.path());
    grow(20);
    bench_.poll();
    wait_for_rows(20);
    bench_.keeper->interrupt();
    KeeperBench second{other.path()};
    second.channels = bench_.channels;
    second.start();
    second.poll();
    second.keeper->interrupt();
    EXPECT_EQ(stored(other / path_.filename(), 2).size(), 20U);
    EXPECT_EQ(final_state(other / path_.filename()), final_state(path_));
}

TEST_F(RunKeeperResume, finds_a_state_of_every_minute_and_of_the_end) {
    begin();
    EXPECT_EQ(stored_state(), 0) << "that of the beginning";
    bench_.now += std::chrono::seconds{50};
    grow(4);
    bench_.poll();
    wait_for_rows(4);
    EXPECT_EQ(stored_state(), 0);
    bench_.now += std::chrono::seconds{10};
    grow(5);
    bench_.poll();
    wait_for_rows(5);
    EXPECT_EQ(stored_state(), 4) << "as it was when the minute was over";
    bench_.keeper->interrupt();
    bench_.wait_for<RunClosed>();
    EXPECT_EQ(stored_state(), 5);
}

TEST_F(RunKeeperResume, finds_the_state_of_the_end_in_a_run_that_has_finished) {
    begin();
    bench_.finish();
    bench_.poll();
    bench_.poll();
    bench_.wait_for<RunClosed>();
    auto reader = RunReader::open(path_).value();
    int rows = 0;
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint&) { ++rows; };
    const auto restored = restore_run_folds(reader, visitor);
    ASSERT_TRUE(restored) << restored.error().sentence;
    EXPECT_TRUE(restored->from_state);
    EXPECT_EQ(rows, 0) << "none need be read";
    EXPECT_EQ(restored->folds.newest(4)->seqid, 3);
    EXPECT_TRUE(restored->folds.analysis().away_since_s(1)) << "its absence is in the state";
}

/// What the first version of the program leaves of a recording that was interrupted after three
/// rows of each layer.
void make_unfinished_version_1_run(const fs::path& path) {
    auto database = Database::open(path, Database::Mode::create).value();
    ASSERT_TRUE(database.execute(version_1_tables));
    const NewRun run = new_run();
    auto meta = database.prepare("INSERT INTO meta VALUES(?1, ?2)").value();
    for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
             {"uuid", "the-old-one"},
             {"name", "old"},
             {"origin", "recorded"},
             {"created", "2026-10-01T08:00:00.123456Z"},
             {"program_version", "0.1.0"},
             {"station_toml", run.station.station_toml},
             {"design_toml", run.station.design_toml}}) {
        ASSERT_TRUE(meta.bind(key, value).run());
    }
    auto stream = database.prepare("INSERT INTO stream VALUES(?1, ?2, ?3, ?4, 1, 0, NULL)").value();
    auto put = database
                   .prepare(
                       "INSERT INTO row VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                       "1795370000000000)")
                   .value();
    auto aux = database.prepare("INSERT INTO aux VALUES(?1, ?2, ?3, ?4, ?5)").value();
    for (const auto& one : run.streams) {
        ASSERT_TRUE(stream.bind(one.layer, one.device, to_text(one.address), one.test_id).run());
        for (const auto& made : page(one.layer, 1, 3).rows) {
            ASSERT_TRUE(put.bind(one.layer, made.seqid, made.stepid, made.cycleid, made.steptype,
                                 made.testtime_ms, made.atime, made.voltage_V, made.current_A,
                                 made.capacity_Ah, made.energy_Wh)
                            .run());
            for (std::size_t i = 0; i < made.aux.size(); ++i) {
                ASSERT_TRUE(
                    aux.bind(one.layer, made.seqid, int(i), made.aux[i].name, made.aux[i].value)
                        .run());
            }
        }
    }
}

TEST_F(RunKeeperResume, follows_on_a_run_of_version_1_without_a_row_in_both) {
    make_unfinished_version_1_run(folder_ / "old.lsrun");
    grow(5);
    bench_.start();
    bench_.poll();
    wait_for_rows(5);
    bench_.keeper->interrupt();
    const auto opened = bench_.wait_for<RunOpened>();
    EXPECT_FALSE(opened.resumed);
    EXPECT_EQ(opened.first_seqid, (std::vector<std::int64_t>{4, 4, 4, 4}));
    EXPECT_EQ(RunReader::open(opened.path)->info().predecessor_uuid, "the-old-one");
    EXPECT_EQ(events_of(opened.path, "note").at(0).text,
              "the rows before are in old.lsrun, a file of an earlier version that stays as it is");
    for (int layer = 1; layer <= 4; ++layer) {
        EXPECT_EQ(stored(opened.path, layer), (std::vector<std::int64_t>{4, 5}));
        EXPECT_EQ(stored(folder_ / "old.lsrun", layer), (std::vector<std::int64_t>{1, 2, 3}));
    }
    EXPECT_TRUE(events_of(opened.path, "gap").empty());
}

TEST_F(RunKeeperResume, follows_on_a_run_of_version_1_only_once) {
    make_unfinished_version_1_run(folder_ / "old.lsrun");
    bench_.start();
    bench_.poll();
    grow(4);
    bench_.poll();
    wait_for_rows(4);
    bench_.finish();
    bench_.poll();
    bench_.poll();
    const auto closed = bench_.wait_for<RunClosed>();
    EXPECT_EQ(closed.reason, "finish");
    bench_.forget();
    bench_.start();
    bench_.poll();
    bench_.keeper->interrupt();
    const auto info = RunReader::open(bench_.wait_for<RunOpened>().path)->info();
    EXPECT_FALSE(info.predecessor_uuid) << "the rows after the old run have their file";
}

TEST_F(RunKeeperResume, records_anew_beside_a_run_that_is_damaged_where_it_would_go_on) {
    grow(4096);  // one block, and nothing behind it
    begin();
    wait_for_rows(4096);
    bench_.keeper->interrupt();
    bench_.wait_for<RunClosed>();
    {
        auto database = Database::open(path_, Database::Mode::write);
        ASSERT_TRUE(database->execute("UPDATE block SET crc = crc + 1"));
    }
    bench_.forget();
    bench_.start();
    bench_.poll();
    wait_for_rows(4096);
    bench_.keeper->interrupt();
    const auto opened = bench_.wait_for<RunOpened>();
    EXPECT_NE(opened.path, path_);
    EXPECT_FALSE(opened.resumed);
    EXPECT_EQ(stored(opened.path, 1).size(), 4096U) << "the cycler still has them";
    EXPECT_EQ(
        events_of(opened.path, "note").at(0).text,
        path_.filename().string() +
            " is damaged where it would go on and stays as it is (its checksum is not that of "
            "what it holds); this run begins with all rows that the cycler still has");
}

}  // namespace
}  // namespace layerscope
