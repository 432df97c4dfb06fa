#include "core/acquire/recorder.h"

#include <sys/resource.h>
#include <csignal>

#include <condition_variable>
#include <mutex>

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

/// No file of this process may grow beyond `bytes` while it lives: the kernel cuts a write short in
/// its middle, as a disk that fills up does.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

/// Messages in order, with a way to wait for one.
class Told {
  public:
    Recorder::Publish publish() {
        return [this](LiveMessage message) {
            const std::lock_guard lock{mutex_};
            messages_.push_back(std::move(message));
            came_.notify_all();
        };
    }
    template <class Message>
    std::vector<Message> wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        std::vector<Message> found;
        came_.wait_for(lock, std::chrono::seconds{30}, [&] {
            found.clear();
            for (const auto& each : messages_) {
                if (const auto* one = std::get_if<Message>(&each)) found.push_back(*one);
            }
            return found.size() >= count;
        });
        return found;
    }

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<LiveMessage> messages_;
};

Recorder::Settings quick() {
    Recorder::Settings settings;
    settings.commit_period = std::chrono::milliseconds{1};
    return settings;
}

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
