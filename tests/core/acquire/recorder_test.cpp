#include "core/acquire/recorder.h"

#include "tests/core/acquire/recorder_fixture.h"

namespace layerscope {
namespace {

TEST(Recorder, tells_of_rows_once_another_reader_finds_them) {
    const TemporaryFolder folder;
    Told told;
    Recorder recorder{told.publish(), quick()};
    recorder.start(*RunWriter::create(folder / "a.lsrun", new_run()));
    EXPECT_FALSE(recorder.idle());
    ASSERT_TRUE(recorder.add(page(1, 1, 3)));
    ASSERT_EQ(told.wait_for<RowPage>(1).size(), 1U);
    EXPECT_EQ(recorder.committed_rows(1), 3);
    EXPECT_EQ(RunReader::open(folder / "a.lsrun")->streams()->at(0).rows, 3);
    recorder.close("finish", RunWriter::Ending::for_good);
    const auto closed = told.wait_for<RunClosed>(1);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].rows, (std::vector<std::int64_t>{3, 0, 0, 0}));
}

TEST(Recorder, loses_nothing_while_the_disk_refuses) {
    const TemporaryFolder folder;
    Told told;
    Recorder recorder{told.publish(), quick()};
    recorder.start(*RunWriter::create(folder / "a.lsrun", new_run()));
    recorder.add(page(1, 1, 3));
    ASSERT_EQ(told.wait_for<RowPage>(1).size(), 1U);
    {
        const FileSizeLimit full{std::filesystem::file_size(folder / "a.lsrun-wal")};
        recorder.add(page(1, 4, 500));
        const auto trouble = told.wait_for<RecordingTrouble>(1);
        ASSERT_EQ(trouble.size(), 1U);
        EXPECT_EQ(trouble[0].sentence,
                  "a.lsrun: reading or writing failed; check the disk (SQLite: disk I/O error)");
        recorder.add(page(1, 501, 510));
        EXPECT_EQ(recorder.committed_rows(1), 3);
    }
    const auto trouble = told.wait_for<RecordingTrouble>(2);
    ASSERT_EQ(trouble.size(), 2U) << "told once, and once when it is over";
    EXPECT_EQ(trouble[1].sentence, "");
    recorder.stop();
    std::int64_t expected = 0;
    const auto read = RunReader::open(folder / "a.lsrun")
                          ->read_rows(1, 0, [&](const RecordedRow& one, std::optional<UtcTime>) {
                              EXPECT_EQ(one, row(++expected));
                          });
    EXPECT_TRUE(read);
    EXPECT_EQ(expected, 510);
}

TEST(Recorder, keeps_an_alarm_where_there_is_no_room_for_rows) {
    const TemporaryFolder folder;
    Told told;
    auto settings = quick();
    settings.capacity = 2;
    Recorder recorder{told.publish(), settings};
    recorder.start(*RunWriter::create(folder / "a.lsrun", new_run()));
    {
        const FileSizeLimit full{std::filesystem::file_size(folder / "a.lsrun-wal")};
        recorder.add(page(1, 1, 2));
        ASSERT_EQ(told.wait_for<RecordingTrouble>(1).size(), 1U);
        recorder.add(page(1, 3, 4));
        EXPECT_EQ(recorder.room(), 0U);
        EXPECT_NE(recorder.add_event({0, {}, "below_0V", 1, 1.0, "layer 1 at or below 0 V", "{}"}),
                  0);
    }
    recorder.stop();
    const auto events = RunReader::open(folder / "a.lsrun")->events();
    ASSERT_TRUE(events);
    EXPECT_EQ(events->back().kind, "below_0V");
}

}  // namespace
}  // namespace layerscope
