#include "core/store/run_writer.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <csignal>

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

TEST(RunWriter, commits_all_of_a_batch_or_nothing) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 2)}));
    // Row 2 a second time: somebody must see that, so nothing of the batch is taken.
    const auto twice = writer->commit(std::vector<RunEntry>{page(2, 1, 5), page(1, 2, 3)});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().sentence, "a.lsrun: holds row 2 of layer 1 already");
    EXPECT_EQ(writer->rows(), (std::vector<std::int64_t>{2, 0, 0, 0}));
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(2, 1, 5), page(1, 3, 3)}));
    EXPECT_EQ(writer->rows(), (std::vector<std::int64_t>{3, 5, 0, 0}));
}

TEST(RunWriter, is_alone_on_its_file) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer);
        const auto second = RunWriter::resume(file);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::busy);
        EXPECT_EQ(second.error().sentence,
                  "a.lsrun: is being recorded by another Layerscope; stop that one or record into "
                  "another folder");
    }
    EXPECT_TRUE(RunWriter::resume(file));
    EXPECT_FALSE(std::filesystem::exists(folder / "a.lsrun-lock"));
}

TEST(RunWriter, leaves_a_finished_run_alone_but_for_events) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer->close("interrupted", UtcTime{}, RunWriter::Ending::resumable));
    }
    {
        auto writer = RunWriter::resume(file);
        ASSERT_TRUE(writer) << writer.error().sentence;
        EXPECT_EQ(writer->next_event_id(), 2);
        ASSERT_TRUE(writer->close("stop", UtcTime{}, RunWriter::Ending::for_good));
    }
    const auto again = RunWriter::resume(file);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().sentence,
              "a.lsrun: this run has ended (stop) and takes no more rows; record into a new one");
    ASSERT_TRUE(append_event(file, {0, UtcTime{}, "acknowledged", 0, std::nullopt, "seen", "{}"}));
    EXPECT_EQ(RunReader::open(file)->events()->back().text, "seen");
}

TEST(RunWriter, refuses_a_name_that_is_taken) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    { ASSERT_TRUE(RunWriter::create(file, new_run())); }
    const auto second = RunWriter::create(file, new_run());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().sentence, "a.lsrun: exists already; choose another name");
    EXPECT_TRUE(RunWriter::resume(file)) << "the first run must not be harmed";
}

/// Commits rows of layer 1 one by one and tells each through `acknowledge` until it is killed.
[[noreturn]] void write_until_killed(const std::filesystem::path& file, int acknowledge) {
    auto writer = std::filesystem::exists(file) ? RunWriter::resume(file)
                                                : RunWriter::create(file, new_run());
    if (!writer) _exit(1);
    for (auto seqid = writer->rows()[0] + 1;; ++seqid) {
        if (!writer->commit(std::vector<RunEntry>{page(1, seqid, seqid)})) _exit(2);
        if (seqid % 50 == 0 && !writer->checkpoint()) _exit(3);
        if (write(acknowledge, &seqid, sizeof seqid) != sizeof seqid) _exit(4);
    }
}

TEST(RunWriter, keeps_every_acknowledged_row_once_when_it_is_killed) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    std::int64_t acknowledged = 0;
    for (const std::int64_t more : {1, 3, 49, 52}) {  // also around a checkpoint
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) write_until_killed(file, ends[1]);
        ::close(ends[1]);
        for (std::int64_t i = 0; i < more; ++i) {
            ASSERT_EQ(read(ends[0], &acknowledged, sizeof acknowledged), 8);
        }
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself, " << WEXITSTATUS(status);
        while (read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
        }
        ::close(ends[0]);

        auto reader = RunReader::open(file);
        ASSERT_TRUE(reader) << reader.error().sentence;
        std::int64_t expected = 0;
        ASSERT_TRUE(reader->read_rows(1, 0, [&](const RecordedRow& one, std::optional<UtcTime>) {
            EXPECT_EQ(one, row(++expected));
        }));
        EXPECT_GE(expected, acknowledged);
        EXPECT_LE(expected, acknowledged + 1);
    }
}

/// Commits rows 1 to 100 of layer 1, then as many again; the kernel kills it in the midst of the
/// write that makes its log longer than before by `more_bytes`.
[[noreturn]] void write_until_the_log_is_longer(const std::filesystem::path& file,
                                                std::uintmax_t more_bytes) {
    auto writer = RunWriter::create(file, new_run());
    if (!writer || !writer->commit(std::vector<RunEntry>{page(1, 1, 100)})) _exit(1);
    const auto log_bytes = std::filesystem::file_size(file.string() + "-wal");
    const rlimit limit{log_bytes + more_bytes, RLIM_INFINITY};
    const rlimit no_core{0, 0};
    std::signal(SIGXFSZ, SIG_DFL);
    if (setrlimit(RLIMIT_CORE, &no_core) != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    _exit(writer->commit(std::vector<RunEntry>{page(1, 101, 200)}) ? 0 : 3);
}

TEST(RunWriter, loses_only_what_was_not_committed_when_it_is_killed_in_a_write) {
    constexpr std::uintmax_t step_bytes = 1500;  // no part of a frame: some writes are torn
    int killed = 0;
    for (bool committed = false; !committed; ++killed) {
        const TemporaryFolder folder;
        const auto file = folder / "a.lsrun";
        const pid_t child = fork();
        if (child == 0) write_until_the_log_is_longer(file, std::uintmax_t(killed) * step_bytes);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        committed = WIFEXITED(status);
        ASSERT_TRUE(committed ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGXFSZ) << status;

        auto writer = RunWriter::resume(file);
        ASSERT_TRUE(writer) << writer.error().sentence;
        ASSERT_EQ(writer->rows()[0], committed ? 200 : 100);
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, writer->rows()[0] + 1, 300)}));
        std::int64_t expected = 0;
        ASSERT_TRUE(RunReader::open(file).value().read_rows(
            1, 0, [&](const RecordedRow& one, std::optional<UtcTime>) {
                EXPECT_EQ(one, row(++expected));
            }));
        EXPECT_EQ(expected, 300);
    }
    EXPECT_GT(killed, 5) << "the second commit must have been cut at several places";
}

}  // namespace
}  // namespace layerscope
