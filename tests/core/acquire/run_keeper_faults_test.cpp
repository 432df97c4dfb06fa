// What cyclers do that they should not, and what becomes of the run.
#include "core/acquire/run_keeper.h"
#include "tests/core/acquire/keeper_bench.h"

namespace layerscope {
namespace {

using Ids = std::vector<std::int64_t>;

class RunKeeperFaults : public testing::Test {
  protected:
    /// A run of four layers, three rows each.
    void begin() {
        bench_.start();
        bench_.poll();
        for (int layer = 1; layer <= 4; ++layer) bench_.wait_for_row(layer, 3);
    }

    TemporaryFolder folder_;
    KeeperBench bench_{folder_.path()};
};

TEST_F(RunKeeperFaults, a_cycler_that_forgot_its_tests_leaves_a_gap_and_begins_a_run) {
    begin();
    for (auto& channel : bench_.channels) {
        KeeperBench::grow(channel, 5);
        channel.sends_rows = false;
    }
    bench_.poll();
    bench_.forget_tests(11);
    for (auto& channel : bench_.channels) channel.sends_rows = true;
    const auto asked = bench_.poll();
    EXPECT_EQ(asked[3]->test_id, 7) << "the rest of the old test first";
    bench_.poll();  // there is none
    const auto closed = bench_.wait_for<RunClosed>();
    EXPECT_EQ(closed.reason, "superseded");
    EXPECT_EQ(closed.rows, (Ids{3, 3, 3, 3}));
    const auto gaps = events_of(closed.path, "gap");
    ASSERT_EQ(gaps.size(), 4U);
    EXPECT_EQ(gaps[0].text,
              "layer 1: rows 4 to 5 are missing; their test has made way for another");
    const auto successor = bench_.record_successor();
    const auto streams = RunReader::open(successor.path).value().streams().value();
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_EQ(streams[k].test_id, 11 + std::int64_t(k));
        EXPECT_EQ(stored(closed.path, int(k) + 1), (Ids{1, 2, 3}));
        EXPECT_EQ(stored(successor.path, int(k) + 1), (Ids{1, 2}));
    }
    EXPECT_TRUE(events_of(successor.path, "gap").empty());
}

TEST_F(RunKeeperFaults, rows_that_wait_for_the_clock_are_not_lost_with_their_test) {
    bench_.channels[1].test_id = 8;  // so that the first rows of both tests tell the offsets
    bench_.channels[1].sends_rows = false;
    bench_.start();
    bench_.poll();
    bench_.poll();
    EXPECT_TRUE(bench_.all<RowPage>().empty()) << "they do wait";
    bench_.forget_tests(11);
    bench_.poll();
    bench_.poll();
    const auto closed = bench_.wait_for<RunClosed>();
    EXPECT_EQ(closed.rows, (Ids{3, 0, 3, 3}));
    EXPECT_EQ(events_of(closed.path, "gap").at(0).text,
              "layer 2: rows 1 to 3 are missing; their test has made way for another");
}

TEST_F(RunKeeperFaults, rows_that_began_to_wait_late_are_not_lost_either) {
    for (const std::size_t k : {0, 2, 3}) bench_.channels[k].rows.clear();
    bench_.channels[1].test_id = 8;
    bench_.channels[1].sends_rows = false;
    bench_.start();
    bench_.poll();
    KeeperBench::restart(bench_.channels[0], 12);
    bench_.poll();
    bench_.now += bench_.settings.patience / 2;
    KeeperBench::grow(bench_.channels[3], 2);
    bench_.poll();
    EXPECT_TRUE(bench_.all<RowPage>().empty()) << "they do wait";
    bench_.now += bench_.settings.patience / 2;
    bench_.poll();
    EXPECT_EQ(bench_.wait_for<RunClosed>().rows, (Ids{0, 0, 0, 2}));
}

TEST_F(RunKeeperFaults, a_channel_that_vanished_goes_on_where_it_was) {
    begin();
    bench_.channels[3].answers = false;
    bench_.reconnect();
    for (std::int64_t last = 4; last < 9; ++last) {
        for (auto& channel : bench_.channels) KeeperBench::grow(channel, last);
        bench_.keeper->note(4, "channel of layer 4 is not there");
        bench_.poll();
    }
    EXPECT_EQ(bench_.all<Note>().size(), 1U);
    bench_.channels[3].answers = true;
    bench_.reconnect();
    const auto asked = bench_.poll();
    EXPECT_EQ(asked[3]->first_seqid, 3) << "the last stored row is compared";
    bench_.keeper->note(4, "channel of layer 4 is not there");
    EXPECT_EQ(bench_.all<Note>().size(), 2U) << "it has vanished anew";
    bench_.keeper->interrupt();
    const auto path = bench_.wait_for<RunClosed>().path;
    EXPECT_EQ(stored(path, 4), (Ids{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_TRUE(events_of(path, "gap").empty());
    EXPECT_EQ(events_of(path, "away").size(), 2U);
}

TEST_F(RunKeeperFaults, a_run_does_not_end_without_a_channel_that_vanished) {
    begin();
    bench_.channels[3].answers = false;
    bench_.finish();
    for (int i = 0; i < 5; ++i) bench_.poll();
    EXPECT_TRUE(bench_.all<RunClosed>().empty());
    bench_.channels[3].answers = true;
    KeeperBench::grow(bench_.channels[3], 4);
    bench_.reconnect();
    bench_.poll();
    bench_.wait_for_row(4, 4);
    bench_.poll();
    bench_.poll();
    EXPECT_EQ(bench_.wait_for<RunClosed>().rows, (Ids{3, 3, 3, 4}));
}

TEST_F(RunKeeperFaults, one_channel_with_fewer_rows_takes_the_others_along_after_a_while) {
    begin();
    bench_.channels[0].rows.resize(2);
    KeeperBench::grow(bench_.channels[1], 4);
    EXPECT_FALSE(bench_.poll()[0]) << "the rest of another history cannot be asked for";
    bench_.wait_for_row(2, 4);
    EXPECT_TRUE(bench_.all<RunClosed>().empty());
    bench_.now += bench_.settings.patience;
    bench_.poll();
    const auto closed = bench_.wait_for<RunClosed>();
    EXPECT_EQ(closed.rows, (Ids{3, 4, 3, 3}));
    EXPECT_TRUE(events_of(closed.path, "gap").empty());
    KeeperBench::grow(bench_.channels[1], 6);
    const auto successor = bench_.record_successor();
    EXPECT_EQ(stored(successor.path, 1), (Ids{1, 2}));
    EXPECT_EQ(stored(successor.path, 2), (Ids{5, 6}));
}

TEST_F(RunKeeperFaults, a_halt_is_not_the_end) {
    begin();
    bench_.finish();
    for (const char* status : {"pause", "waitStart", "synCtrl", "waitTimeOut", "working"}) {
        bench_.channels[1].status = status;
        for (int i = 0; i < 3; ++i) bench_.poll();
        EXPECT_TRUE(bench_.all<RunClosed>().empty()) << status;
    }
    bench_.channels[1].status = "stop";
    bench_.poll();
    bench_.poll();
    EXPECT_EQ(bench_.wait_for<RunClosed>().reason, "stop");
}

TEST_F(RunKeeperFaults, a_finished_channel_without_rows_does_not_hold_the_end_up) {
    bench_.channels[2].rows.clear();
    bench_.finish();
    bench_.start();
    bench_.poll();
    for (const int layer : {1, 2, 4}) bench_.wait_for_row(layer, 3);
    bench_.poll();
    bench_.poll();
    EXPECT_EQ(bench_.wait_for<RunClosed>().rows, (Ids{3, 3, 0, 3}));
}

TEST_F(RunKeeperFaults, a_finished_channel_without_a_test_does_not_hold_the_end_up) {
    bench_.channels[2].rows.clear();
    bench_.channels[2].test_id = 0;
    bench_.finish();
    bench_.start();
    bench_.poll();
    EXPECT_TRUE(bench_.all<RunOpened>().empty()) << "it may tell its test yet";
    bench_.now += bench_.settings.patience;
    bench_.poll();
    bench_.poll();
    for (const int layer : {1, 2, 4}) bench_.wait_for_row(layer, 3);
    bench_.poll();
    bench_.poll();
    EXPECT_EQ(bench_.wait_for<RunClosed>().rows, (Ids{3, 3, 0, 3}));
}

TEST_F(RunKeeperFaults, rows_that_another_recorder_stores_get_no_second_file) {
    bench_.settings.name = "mine";
    begin();
    KeeperBench second{folder_.path()};
    second.settings.name = "other";
    second.start();
    second.poll();
    const auto trouble = second.all<RecordingTrouble>();
    ASSERT_EQ(trouble.size(), 1U);
    EXPECT_EQ(trouble[0].sentence,
              "mine.lsrun: is being recorded by another Layerscope; stop that one or record into "
              "another folder");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "other.lsrun"));
    bench_.keeper->interrupt();
    second.poll();
    EXPECT_EQ(second.all<RunOpened>().at(0).name, "other");
}

}  // namespace
}  // namespace layerscope
