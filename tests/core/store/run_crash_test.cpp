#include <poll.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "core/store/run_copy.h"
#include "tests/core/store/crash_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// Goes on with the script from where the file stands and tells each commit that returned.
int record_until_killed(const fs::path& file, int tell) {
    constexpr std::int64_t commits_between_checkpoints = 9;
    auto writer = RunWriter::resume(file);
    if (!writer) return 1;
    const auto done = [&](std::int64_t commit) {
        if (!tell_number(tell, commit + 1)) return false;
        return commit % commits_between_checkpoints != 0 || writer->checkpoint().has_value();
    };
    constexpr std::int64_t longer_than_it_may_live = 100'000;
    play_script(*writer, writer->next_event_id() - 1, longer_than_it_may_live, done);
    return 2;  // something failed
}

/// Kills a recording somewhere after a random number of commits, mostly amid one; returns how many
/// commits it had acknowledged.
std::int64_t kill_a_recording(const fs::path& file, std::mt19937_64& random) {
    Child child{[&](int tell) { return record_until_killed(file, tell); }};
    std::int64_t acknowledged = 0;
    for (auto more = std::uniform_int_distribution{0, 14}(random); more > 0; --more) {
        acknowledged = child.hear().value_or(-1);
    }
    // Not to wait for anything: the time is the random moment.
    const timespec moment{0, std::uniform_int_distribution{0L, 4'000'000L}(random)};
    ppoll(nullptr, 0, &moment, nullptr);
    const int status = child.kill();
    EXPECT_TRUE(WIFSIGNALED(status)) << "the recording ended by itself, " << WEXITSTATUS(status);
    while (const auto heard = child.hear()) acknowledged = *heard;
    return acknowledged;
}

std::string opinion_of_sqlite(const fs::path& file) {
    auto database = Database::open(file, Database::Mode::read);
    auto answer = database->prepare("PRAGMA integrity_check");
    if (!answer || !answer->step()) return "not to be asked";
    return answer->text(0);
}

TEST(RunCrash, loses_no_acknowledged_commit_and_halves_none_when_it_is_killed_at_random_moments) {
    constexpr int recordings = 10;
    constexpr int kills = 10;  // of each
    std::mt19937_64 random{20261123};
    std::int64_t unacknowledged = 0;  // commits that were done, but not told yet
    for (int recording = 0; recording < recordings; ++recording) {
        const TemporaryFolder folder;
        const auto file = folder / "a.lsrun";
        leave_unclosed(file, [](RunWriter& writer) { return play_script(writer, 0, 1); });
        std::int64_t commits = 1;
        for (int i = 0; i < kills; ++i) {
            const auto acknowledged = std::max(commits, kill_a_recording(file, random));
            {
                auto reader = RunReader::open(file);
                ASSERT_TRUE(reader) << reader.error().sentence;
                commits = commits_in(*reader);
                ASSERT_GE(commits, acknowledged);
                ASSERT_LE(commits, acknowledged + 1);
                ASSERT_EQ(fault_of_script(*reader, commits), "") << "after " << commits;
            }
            unacknowledged += commits - acknowledged;
            ASSERT_EQ(faults_of_check(file), "") << "after " << commits;
            ASSERT_EQ(opinion_of_sqlite(file), "ok");
        }
        auto writer = RunWriter::resume(file);
        ASSERT_TRUE(writer) << writer.error().sentence;
        ASSERT_EQ(writer->rows(), script_rows_after(commits));
        ASSERT_TRUE(play_script(*writer, commits, commits + 20));
        ASSERT_EQ(first_difference(dump_of(file), dump_of_uninterrupted(commits + 20)), "");
    }
    RecordProperty("commits_that_were_not_told_yet", std::to_string(unacknowledged));
}

/// A run of several commits, as a killed process leaves it: most of it in the file, the newest in
/// the log beside it, blocks that were sealed there among them.
struct LeftRun {
    static constexpr std::int64_t first_in_log = 2;
    static constexpr std::int64_t commits = 12;

    std::string main;
    std::string log;

    LeftRun() {
        const TemporaryFolder folder;
        const auto file = folder / "a.lsrun";
        leave_unclosed(file, [](RunWriter& writer) {
            return play_script(writer, 0, first_in_log) && writer.checkpoint() &&
                   play_script(writer, first_in_log, commits);
        });
        main = bytes_of(file);
        log = bytes_of(file.string() + "-wal");
    }

    void write(const fs::path& file, std::string_view main_bytes,
               std::string_view log_bytes) const {
        for (const char* part : {"-wal", "-shm", "-lock"}) fs::remove(file.string() + part);
        write_bytes(file, main_bytes);
        write_bytes(file.string() + "-wal", log_bytes);
    }
};

/// What keeps the file from being the run of `commits` commits, for a reader and for a recording
/// that goes on; "" where nothing does.
std::string fault_of_left_run(const fs::path& file, std::int64_t commits) {
    {
        auto reader = RunReader::open(file);
        if (!reader) return reader.error().sentence;
        if (auto fault = fault_of_script(*reader, commits); !fault.empty()) return fault;
    }
    if (auto faults = faults_of_check(file); !faults.empty()) return faults;
    auto writer = RunWriter::resume(file);
    if (!writer) return writer.error().sentence;
    if (writer->rows() != script_rows_after(commits)) return "other rows for the writer";
    if (!play_script(*writer, commits, commits + 1)) return "takes no more commits";
    return "";
}

TEST(RunCrash, holds_the_commits_that_are_whole_when_its_log_is_cut_between_or_inside_them) {
    const LeftRun left;
    const Log log{left.log};
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    std::mt19937_64 random{3};
    auto commits = LeftRun::first_in_log;
    std::size_t end_of_commit = 32;  // the log's own head
    const auto rows = script_rows_after(LeftRun::commits);
    ASSERT_TRUE(std::any_of(rows.begin(), rows.end(), [](auto n) { return n >= 4096; }))
        << "a block must have been sealed in the log";
    for (const auto& frame : log.frames) {
        if (!frame.ends_commit) continue;
        // Inside the next commit, then at its very end.
        for (int i = 0; i < 3; ++i) {
            const auto cut = std::uniform_int_distribution{end_of_commit, frame.end - 1}(random);
            left.write(file, left.main, left.log.substr(0, cut));
            ASSERT_EQ(fault_of_left_run(file, commits), "")
                << "cut at byte " << cut << " after " << commits << " commits";
        }
        end_of_commit = frame.end;
        ++commits;
        left.write(file, left.main, left.log.substr(0, end_of_commit));
        ASSERT_EQ(fault_of_left_run(file, commits), "") << "cut after commit " << commits;
    }
    EXPECT_EQ(commits, LeftRun::commits);
}

TEST(RunCrash, passes_over_a_commit_in_the_log_of_which_a_bit_is_wrong) {
    const LeftRun left;
    const Log log{left.log};
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    std::mt19937_64 random{4};
    for (int i = 0; i < 20; ++i) {
        const auto broken =
            std::uniform_int_distribution<std::size_t>{0, log.frames.size() - 1}(random);
        auto bytes = left.log;
        const auto& frame = log.frames[broken];
        bytes[std::uniform_int_distribution{frame.begin, frame.end - 1}(random)] ^= char(0x10);
        const auto whole =
            std::count_if(log.frames.begin(), log.frames.begin() + std::ptrdiff_t(broken),
                          [](const LogFrame& one) { return one.ends_commit; });
        left.write(file, left.main, bytes);
        ASSERT_EQ(fault_of_left_run(file, LeftRun::first_in_log + whole), "")
            << "bit wrong in frame " << broken;
    }
}

/// Overwrites a page as a checkpoint that was cut off in the midst of it may have left it.
void tear(std::string& main, const LogFrame& frame, std::string_view newer,
          std::mt19937_64& random) {
    const auto size = newer.size();
    const auto at = std::size_t(frame.page - 1) * size;
    if (main.size() < at + size) main.resize(at + size);  // a file that grew: zeros, a hole
    const auto written = 512 * std::uniform_int_distribution<std::size_t>{0, size / 512}(random);
    switch (std::uniform_int_distribution{0, 3}(random)) {
        case 0:  // its first sectors are new
            main.replace(at, written, newer.substr(0, written));
            break;
        case 1:  // its last ones are
            main.replace(at + size - written, written, newer.substr(size - written));
            break;
        case 2:  // a disk that lost the rest
            main.replace(at, size, std::string(size, '\0'));
            break;
        default:  // or that wrote nonsense
            for (std::size_t i = 0; i < size; ++i) main[at + i] = char(random());
            break;
    }
}

TEST(RunCrash, comes_back_whole_when_a_checkpoint_left_torn_pages_and_the_log_is_whole) {
    const LeftRun left;
    const Log log{left.log};
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    std::mt19937_64 random{5};
    std::int64_t torn = 0;
    for (int i = 0; i < 60; ++i) {
        auto main = left.main;
        for (const auto& frame : log.frames) {
            if (std::uniform_int_distribution{0, 2}(random) != 0) continue;
            tear(main, frame, std::string_view{left.log}.substr(frame.begin, log.page_bytes),
                 random);
            ++torn;
        }
        left.write(file, main, left.log);
        ASSERT_EQ(fault_of_left_run(file, LeftRun::commits), "") << "trial " << i;
    }
    EXPECT_GT(torn, 200);
}

TEST(RunCrash, stands_as_at_the_newest_checkpoint_when_its_log_is_lost) {
    const LeftRun left;
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    left.write(file, left.main, "");
    EXPECT_EQ(fault_of_left_run(file, LeftRun::first_in_log), "");
}

TEST(RunCrash, is_copied_whole_while_it_is_recorded) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    const auto copy = folder / "copy.lsrun";
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer);
    ASSERT_TRUE(play_script(*writer, 0, 3));
    ASSERT_TRUE(writer->checkpoint());
    ASSERT_TRUE(play_script(*writer, 3, LeftRun::commits));
    {  // somebody adds to it at this very moment, and is not done yet
        auto other = Database::open(file, Database::Mode::write);
        ASSERT_TRUE(other->execute("BEGIN IMMEDIATE; DELETE FROM event"));
        const auto copied = copy_run(file, copy);
        ASSERT_TRUE(copied) << copied.error().sentence;
        ASSERT_TRUE(other->execute("ROLLBACK"));
    }
    EXPECT_FALSE(fs::exists(copy.string() + "-wal"));
    EXPECT_FALSE(fs::exists(copy.string() + "-shm"));
    auto reader = RunReader::open(copy);
    ASSERT_TRUE(reader) << reader.error().sentence;
    EXPECT_EQ(reader->info().uuid, writer->uuid());
    EXPECT_EQ(fault_of_script(*reader, LeftRun::commits), "");
    EXPECT_EQ(faults_of_check(copy), "");
    EXPECT_EQ(reader->info().final_reason, "copied") << "only the original takes more rows";
    // The original goes on and is as it was.
    ASSERT_TRUE(play_script(*writer, LeftRun::commits, LeftRun::commits + 2));
    EXPECT_EQ(first_difference(dump_of(file), dump_of_uninterrupted(LeftRun::commits + 2)), "");
}

TEST(RunCrash, copies_over_nothing_and_leaves_no_part_of_a_copy_that_failed) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    leave_unclosed(file, [](RunWriter& writer) { return play_script(writer, 0, 1); });
    folder.write("taken.lsrun", "something of somebody");
    EXPECT_FALSE(copy_run(file, folder / "taken.lsrun"));
    EXPECT_EQ(bytes_of(folder / "taken.lsrun"), "something of somebody");
    folder.write("foreign.lsrun",
                 "no run at all, and long enough to have a head of its own ......");
    EXPECT_FALSE(copy_run(folder / "foreign.lsrun", folder / "copy.lsrun"));
    EXPECT_FALSE(copy_run(folder / "missing.lsrun", folder / "copy.lsrun"));
    EXPECT_FALSE(copy_run(file, folder / "no-such-folder" / "copy.lsrun"));
    EXPECT_FALSE(fs::exists(folder / "copy.lsrun"));
}

}  // namespace
}  // namespace layerscope
