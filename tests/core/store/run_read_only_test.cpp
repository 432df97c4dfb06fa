#include "tests/core/store/crash_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// Opens the run as somebody who may read the folder and its files and write nothing, and reads
/// all of it; "" where that goes well.
std::string fault_for_a_guest(const TemporaryFolder& folder, const fs::path& file,
                              std::int64_t commits) {
    for (const auto& one : fs::directory_iterator{folder.path()}) {
        fs::permissions(one.path(), fs::perms{0444});
    }
    fs::permissions(folder.path(), fs::perms{0555});
    std::string fault = "no answer";
    {
        const auto answer = fs::temp_directory_path() / (folder.path().filename().string() + "-a");
        Child child{[&](int) {
            constexpr uid_t nobody = 65534;
            std::ofstream stream{answer};
            if (geteuid() == 0 && setuid(nobody) != 0) return 1;
            if (access(folder.path().c_str(), W_OK) == 0) return 2;
            auto reader = RunReader::open(file);
            stream << (reader ? fault_of_script(*reader, commits) : reader.error().sentence);
            return 0;
        }};
        const int status = child.wait();
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) fault = bytes_of(answer);
        fs::remove(answer);
    }
    fs::permissions(folder.path(), fs::perms::owner_all);
    return fault;
}

TEST(RunReadOnly, a_finished_run_opens_in_a_folder_without_permission_to_write) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer && play_script(*writer, 0, 12));
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    EXPECT_EQ(fault_for_a_guest(folder, file, 12), "");
}

TEST(RunReadOnly, a_finished_run_opens_there_that_somebody_was_reading_when_it_ended) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer && play_script(*writer, 0, 12));
        auto reader = RunReader::open(file);
        ASSERT_TRUE(reader->events());
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    EXPECT_EQ(fault_for_a_guest(folder, file, 12), "");
}

TEST(RunReadOnly, a_run_that_was_interrupted_in_order_opens_there) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer && play_script(*writer, 0, 12));
        ASSERT_TRUE(writer->close("interrupted", UtcTime{}, RunWriter::Ending::resumable));
    }
    EXPECT_EQ(fault_for_a_guest(folder, file, 12), "");
}

}  // namespace
}  // namespace layerscope
