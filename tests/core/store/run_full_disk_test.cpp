#include <sched.h>
#include <sys/mount.h>

#include <cerrno>

#include "tests/core/acquire/recorder_fixture.h"
#include "tests/core/store/crash_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t commits_before = 3;
constexpr std::int64_t commits_of_trouble = 12;  // blocks of three layers are sealed in them
constexpr std::int64_t commits_after = 4;

/// Adds the entries of some commits, as they would come from a cycler.
void add_commits(Recorder& recorder, std::int64_t from, std::int64_t to) {
    for (auto commit = from; commit < to; ++commit) {
        for (auto& entry : script_commit(commit)) ASSERT_TRUE(recorder.add(std::move(entry)));
    }
}

std::int64_t rows_told(Told& told, int layer) {
    std::int64_t rows = 0;
    for (const auto& page : told.wait_for<RowPage>(0)) {
        if (page.layer == layer) rows += std::int64_t(page.rows.size());
    }
    return rows;
}

/// A copy of the file and its log holds all that was told, as the one place where it is.
void expect_acknowledged_rows_are_stored(const fs::path& file, Told& told) {
    std::array<std::int64_t, script_layers> rows{};
    for (int layer = 1; layer <= script_layers; ++layer) {
        rows[std::size_t(layer) - 1] = rows_told(told, layer);
    }
    auto reader = RunReader::open(file);
    ASSERT_TRUE(reader) << reader.error().sentence;
    const auto streams = reader->streams();
    ASSERT_TRUE(streams) << streams.error().sentence;
    for (const auto& stream : *streams) {
        EXPECT_GE(stream.rows, rows[std::size_t(stream.layer) - 1]);
        EXPECT_EQ(fault_of_rows(*reader, stream.layer, stream.rows), "");
    }
}

/// The same from beginning to end on a disk that never was full.
std::string dump_of_untroubled(std::int64_t commits) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    if (!writer || !play_script(*writer, 0, commits) ||
        !writer->close("finish", UtcTime{}, RunWriter::Ending::for_good)) {
        return "not recorded";
    }
    return dump_of(file);
}

/// How a disk is made full, and how room comes back.
struct Disk {
    std::function<void(const fs::path& file)> fill;
    std::function<void()> make_room;
};

enum class Closing { after_there_is_room, while_it_is_full };

/// Records, meets a full disk, is given room again, and ends; the file must be as on any other
/// disk.
void record_through_a_full_disk(const fs::path& file, const Disk& disk, Closing closing,
                                Recorder::Settings settings) {
    Told told;
    Recorder recorder{told.publish(), settings};
    recorder.start(*RunWriter::create(file, new_run()));
    add_commits(recorder, 0, commits_before);
    ASSERT_EQ(told.wait_for<Snapshot>(commits_before).size(), std::size_t(commits_before));

    disk.fill(file);
    auto commits = commits_before + commits_of_trouble;
    add_commits(recorder, commits_before, commits);
    if (closing == Closing::while_it_is_full) {
        recorder.close("finish", RunWriter::Ending::for_good);
    }
    const auto trouble = told.wait_for<RecordingTrouble>(1);
    ASSERT_EQ(trouble.size(), 1U) << "told once, however often it is tried";
    EXPECT_NE(trouble[0].sentence.find("a.lsrun: "), std::string::npos) << trouble[0].sentence;
    EXPECT_TRUE(told.wait_for<RunClosed>(0).empty());
    expect_acknowledged_rows_are_stored(file, told);

    disk.make_room();
    const auto over = told.wait_for<RecordingTrouble>(2);
    ASSERT_EQ(over.size(), 2U);
    EXPECT_EQ(over[1].sentence, "");
    if (closing == Closing::after_there_is_room) {
        add_commits(recorder, commits, commits + commits_after);
        commits += commits_after;
        recorder.close("finish", RunWriter::Ending::for_good);
    }
    ASSERT_EQ(told.wait_for<RunClosed>(1).size(), 1U);
    recorder.stop();
    EXPECT_EQ(told.wait_for<RecordingTrouble>(0).size(), 2U);

    {
        auto reader = RunReader::open(file);
        ASSERT_TRUE(reader) << reader.error().sentence;
        EXPECT_EQ(fault_of_script(*reader, commits), "");
    }
    EXPECT_EQ(faults_of_check(file), "");
    EXPECT_EQ(first_difference(dump_of(file), dump_of_untroubled(commits)), "");
}

/// A write beyond `more_bytes` over what the longer of the file and its log has now is cut short.
Disk disk_with_room_for(std::uintmax_t more_bytes, std::unique_ptr<FileSizeLimit>& limit) {
    return {[=, &limit](const fs::path& file) {
                const auto now =
                    std::max(fs::file_size(file), fs::file_size(file.string() + "-wal"));
                limit = std::make_unique<FileSizeLimit>(now + more_bytes);
            },
            [&limit] { limit.reset(); }};
}

TEST(RunFullDisk, costs_no_row_wherever_a_write_is_cut_short) {
    for (const std::uintmax_t room : {0, 1000, 4200, 9000, 20'000, 30'000, 45'000}) {
        const TemporaryFolder folder;
        std::unique_ptr<FileSizeLimit> limit;
        SCOPED_TRACE("room for " + std::to_string(room) + " bytes");
        record_through_a_full_disk(folder / "a.lsrun", disk_with_room_for(room, limit),
                                   Closing::after_there_is_room, quick());
    }
}

TEST(RunFullDisk, costs_no_row_when_the_run_is_to_end_just_then) {
    for (const std::uintmax_t room : {0, 4200, 30'000}) {
        const TemporaryFolder folder;
        std::unique_ptr<FileSizeLimit> limit;
        SCOPED_TRACE("room for " + std::to_string(room) + " bytes");
        record_through_a_full_disk(folder / "a.lsrun", disk_with_room_for(room, limit),
                                   Closing::while_it_is_full, quick());
    }
}

TEST(RunFullDisk, costs_no_row_when_each_commit_is_folded_into_the_file_at_once) {
    auto settings = quick();
    settings.checkpoint_period = std::chrono::milliseconds{0};
    for (const rlim_t longest : {20'000, 100'000}) {  // shorter than the file is already
        const TemporaryFolder folder;
        std::unique_ptr<FileSizeLimit> limit;
        const Disk disk{[&](const fs::path&) { limit = std::make_unique<FileSizeLimit>(longest); },
                        [&] { limit.reset(); }};
        SCOPED_TRACE("no file beyond " + std::to_string(longest) + " bytes");
        record_through_a_full_disk(folder / "a.lsrun", disk, Closing::after_there_is_room,
                                   settings);
    }
}

/// A file system of its own for this process and no other; false where this is not allowed.
bool mount_small_disk(const fs::path& at) {
    const int spaces = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
    return unshare(spaces) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", at.c_str(), "tmpfs", 0, "size=16m") == 0;
}

/// Fills what is left with one file.
void fill_disk(const fs::path& filler) {
    const std::string block(4096, 'x');
    std::ofstream stream{filler, std::ios::binary};
    while (stream.write(block.data(), std::streamsize(block.size())).flush()) {
    }
    ASSERT_EQ(errno, ENOSPC);
}

TEST(RunFullDisk, costs_no_row_when_a_real_file_system_is_full) {
    constexpr int refused = 77;
    const TemporaryFolder folder;
    Child child{[&](int) {
        if (!mount_small_disk(folder.path())) return refused;
        const auto filler = folder / "filler";
        const Disk disk{[&](const fs::path&) { fill_disk(filler); }, [&] { fs::remove(filler); }};
        for (const auto closing : {Closing::after_there_is_room, Closing::while_it_is_full}) {
            record_through_a_full_disk(folder / "a.lsrun", disk, closing, quick());
            fs::remove(folder / "a.lsrun");
        }
        std::fflush(nullptr);
        return HasFailure() ? 1 : 0;
    }};
    const int status = child.wait();
    ASSERT_TRUE(WIFEXITED(status)) << status;
    if (WEXITSTATUS(status) == refused) {
        GTEST_SKIP() << "this machine lets nobody mount a file system of his own";
    }
    EXPECT_EQ(WEXITSTATUS(status), 0) << "see above, from the process with the full disk";
}

}  // namespace
}  // namespace layerscope
