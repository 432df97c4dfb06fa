#include "core/acquire/run_keeper.h"

#include "tests/core/acquire/keeper_bench.h"

namespace layerscope {
namespace {

using Ids = std::vector<std::int64_t>;

TEST(RunKeeper, ends_the_run_when_all_channels_have_finished_in_two_polls) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    for (int layer = 1; layer <= 4; ++layer) bench.wait_for_row(layer, 3);
    for (auto& channel : bench.channels) {
        channel.status = "finish";
        channel.complete = true;
    }
    bench.channels[1].status = "stop";
    bench.poll();
    EXPECT_TRUE(bench.all<RunClosed>().empty()) << "one poll is not enough";
    bench.poll();
    const auto closed = bench.wait_for<RunClosed>();
    EXPECT_EQ(closed.reason, "stop");
    EXPECT_EQ(closed.rows, (Ids{3, 3, 3, 3}));
    EXPECT_EQ(RunReader::open(closed.path)->info().final_reason, "stop");
    EXPECT_EQ(stored(closed.path, 4), (Ids{1, 2, 3}));
}

TEST(RunKeeper, waits_for_rows_that_a_finished_channel_still_holds) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    for (int layer = 1; layer <= 4; ++layer) bench.wait_for_row(layer, 3);
    for (auto& channel : bench.channels) {
        channel.status = "finish";
        channel.complete = true;
    }
    bench.channels[2].complete = false;
    for (int i = 0; i < 5; ++i) bench.poll();
    bench.keeper->interrupt();
    EXPECT_EQ(bench.wait_for<RunClosed>().reason, "interrupted");
}

TEST(RunKeeper, resumes_an_interrupted_run_without_a_row_twice) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    bench.keeper->interrupt();
    const auto first = bench.wait_for<RunClosed>();
    EXPECT_EQ(first.reason, "interrupted");
    bench.forget();

    for (auto& channel : bench.channels) KeeperBench::grow(channel, 5);
    bench.start();
    const auto asked = bench.poll();
    EXPECT_EQ(asked[0]->first_seqid, 3) << "the last stored row is compared";
    bench.keeper->interrupt();
    const auto opened = bench.wait_for<RunOpened>();
    EXPECT_TRUE(opened.resumed);
    EXPECT_EQ(opened.path, first.path);
    EXPECT_EQ(stored(first.path, 1), (Ids{1, 2, 3, 4, 5}));
}

TEST(RunKeeper, takes_another_history_under_the_same_test_id_as_a_new_run) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    for (auto& channel : bench.channels) channel.rows[2].current_A = -0.5;
    bench.reconnect();
    bench.poll();  // compares
    bench.poll();  // ends the run
    const auto closed = bench.wait_for<RunClosed>();
    EXPECT_EQ(closed.reason, "superseded");
    bench.forget();
    while (bench.all<RunOpened>().empty()) bench.poll();  // once the writer is done
    bench.poll();
    bench.keeper->interrupt();
    const auto successor = bench.wait_for<RunOpened>();
    EXPECT_NE(successor.path, closed.path);
    const auto old_run = RunReader::open(closed.path);
    EXPECT_EQ(RunReader::open(successor.path)->info().predecessor_uuid, old_run->info().uuid);
    EXPECT_EQ(stored(successor.path, 1), (Ids{1, 2, 3}));
    const auto notes = events_of(closed.path, "note");
    ASSERT_FALSE(notes.empty());
    EXPECT_EQ(notes[0].text,
              "layer 1: test 7 shows another row 3 than was stored; taken as a new run");
}

TEST(RunKeeper, counts_fewer_rows_than_stored_as_a_new_run) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    for (auto& channel : bench.channels) channel.rows.resize(2);
    bench.poll();
    const auto closed = bench.wait_for<RunClosed>();
    EXPECT_EQ(closed.reason, "superseded");
    EXPECT_EQ(events_of(closed.path, "note").at(0).text,
              "layer 1: test 7 has 2 rows now where 3 were stored; taken as a new run");
}

TEST(RunKeeper, lets_unchanged_channels_go_on_in_the_successor_at_their_next_row) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    auto& changed = bench.channels[0];
    KeeperBench::grow(changed, 4);  // recorded after the last poll, before the new test
    KeeperBench::restart(changed, 8);
    KeeperBench::grow(changed, 2);
    KeeperBench::grow(bench.channels[1], 4);
    const auto asked = bench.poll();
    EXPECT_EQ(asked[0]->test_id, 7) << "the rest of the old test first";
    bench.poll();
    EXPECT_TRUE(bench.all<RunClosed>().empty());
    bench.now += std::chrono::seconds{60};
    bench.poll();
    const auto closed = bench.wait_for<RunClosed>();
    KeeperBench::grow(bench.channels[1], 6);
    bench.forget();
    while (bench.all<RunOpened>().empty()) bench.poll();
    bench.poll();
    bench.keeper->interrupt();
    const auto successor = bench.wait_for<RunOpened>();
    EXPECT_EQ(stored(closed.path, 1), (Ids{1, 2, 3, 4}));
    EXPECT_EQ(stored(closed.path, 2), (Ids{1, 2, 3, 4}));
    EXPECT_EQ(stored(successor.path, 1), (Ids{1, 2}));
    EXPECT_EQ(stored(successor.path, 2), (Ids{5, 6}));
    EXPECT_TRUE(events_of(successor.path, "gap").empty());
    EXPECT_EQ(successor.first_seqid.at(0), 1);
    EXPECT_EQ(successor.first_seqid.at(1), 5) << "so that nobody misses rows 1 to 4 here";
}

TEST(RunKeeper, raises_an_alarm_once_even_over_a_restart) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    for (auto& one : bench.channels[0].rows) one.aux[0].value = 0.1;
    KeeperBench::grow(bench.channels[0], 4);
    bench.channels[0].rows[3].aux[0].value = -0.001;
    bench.start();
    bench.poll();
    const auto alarms = bench.all<AlarmRaised>();  // at once, no commit needed
    ASSERT_EQ(alarms.size(), 1U);
    EXPECT_EQ(alarms[0].kind, "below_0V");
    EXPECT_EQ(alarms[0].layer, 1);
    EXPECT_EQ(alarms[0].device_time_s, 40.0);
    EXPECT_EQ(alarms[0].potential_V, -0.001);
    bench.keeper->acknowledge(alarms[0].id, "me");
    bench.keeper->interrupt();
    const auto path = bench.wait_for<RunClosed>().path;
    bench.forget();
    KeeperBench::grow(bench.channels[0], 6);
    bench.channels[0].rows[5].aux[0].value = -0.002;
    bench.start();
    bench.poll();
    bench.keeper->interrupt();
    EXPECT_TRUE(bench.all<AlarmRaised>().empty());
    const auto stored_alarms = events_of(path, "below_0V");
    ASSERT_EQ(stored_alarms.size(), 1U);
    EXPECT_EQ(stored_alarms[0].id, alarms[0].id);
    EXPECT_EQ(stored_alarms[0].device_time_s, 40.0);
    EXPECT_EQ(events_of(path, "acknowledged").at(0).text,
              "alarm " + std::to_string(alarms[0].id) + " seen by me");
}

TEST(RunKeeper, stores_a_hole_as_a_gap) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.channels[2].rows = {row(1), row(4), row(5)};
    bench.start();
    bench.poll();
    bench.keeper->interrupt();
    const auto gap = bench.wait_for<GapFound>();
    EXPECT_EQ(gap.layer, 3);
    EXPECT_EQ(gap.from_seqid, 2);
    EXPECT_EQ(gap.to_seqid, 3);
    const auto path = bench.wait_for<RunClosed>().path;
    EXPECT_EQ(stored(path, 3), (Ids{1, 4, 5}));
    EXPECT_EQ(events_of(path, "gap").at(0).detail, R"({"from_seqid":2,"to_seqid":3})");
}

TEST(RunKeeper, asks_for_nothing_while_the_writer_has_no_room) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.settings.recorder.commit_period = std::chrono::hours{1};
    bench.settings.recorder.capacity = 20'100;
    KeeperBench::grow(bench.channels[0], 200);
    bench.start();
    EXPECT_TRUE(bench.poll()[0]);
    KeeperBench::grow(bench.channels[0], 300);
    EXPECT_FALSE(bench.poll()[0]);
    bench.keeper->interrupt();
    EXPECT_EQ(stored(bench.wait_for<RunClosed>().path, 1).size(), 200U);
}

TEST(RunKeeper, puts_different_tests_on_one_clock_by_their_first_rows) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.channels[1].test_id = 8;
    for (auto& one : bench.channels[1].rows) one.testtime_ms -= 4000;  // began 4 s after the others
    bench.start();
    bench.poll();
    bench.keeper->interrupt();
    const auto streams = *RunReader::open(bench.wait_for<RunClosed>().path)->streams();
    EXPECT_EQ(streams[0].offset_ms, 0);
    EXPECT_EQ(streams[1].offset_ms, 4000);
    EXPECT_TRUE(streams[1].offset_known);
    EXPECT_EQ(streams[1].rows, 3);
}

TEST(RunKeeper, lets_a_silent_layer_go_and_come_back) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.start();
    bench.poll();
    bench.channels[3].answers = false;
    for (std::int64_t i = 0; i < 5; ++i) {
        for (std::size_t k = 0; k < 3; ++k) KeeperBench::grow(bench.channels[k], 4 + i);
        bench.poll();
    }
    bench.channels[3].answers = true;
    bench.poll();
    bench.poll();
    bench.keeper->interrupt();
    bench.wait_for<RunClosed>();
    const auto away = bench.all<LayerAway>();
    ASSERT_EQ(away.size(), 2U);
    EXPECT_EQ(away[0].layer, 4);
    EXPECT_EQ(away[0].from_time_s, 30.0);
    EXPECT_EQ(away[0].to_time_s, std::nullopt);
    EXPECT_EQ(away[1].from_time_s, 30.0);
    EXPECT_EQ(away[1].to_time_s, 80.0);
}

TEST(RunKeeper, says_that_another_recorder_has_the_run) {
    const TemporaryFolder folder;
    KeeperBench bench{folder.path()};
    bench.settings.name = "mine";
    bench.start();
    bench.poll();
    KeeperBench second{folder.path()};
    second.settings.name = "mine";
    second.start();
    second.poll();
    second.poll();
    const auto trouble = second.all<RecordingTrouble>();
    ASSERT_EQ(trouble.size(), 1U) << "told once";
    EXPECT_EQ(trouble[0].sentence,
              "mine.lsrun: is being recorded by another Layerscope; stop that one or record into "
              "another folder");
    bench.keeper->interrupt();
    second.poll();
    EXPECT_TRUE(second.all<RunOpened>().at(0).resumed);
}

}  // namespace
}  // namespace layerscope
