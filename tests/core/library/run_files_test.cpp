#include "core/library/run_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>

#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class RunFilesIn : public testing::Test {
  protected:
    void touch(const std::string& name) const {
        fs::create_directories((folder / name).parent_path());
        folder.write(name, "x");
    }
    static std::vector<std::string> names(const fs::path& in) {
        const auto found = find_run_files(in).value();
        std::vector<std::string> names;
        for (const RunFile& file : found.files) {
            names.push_back(file.path.lexically_relative(in).string());
        }
        return names;
    }
    std::vector<std::string> names() const { return names(folder.path()); }

    const TemporaryFolder folder;
};

TEST_F(RunFilesIn, are_found_in_folders_below_too) {
    touch("b.lsrun");
    touch("2026/november/a.lsrun");
    touch("2026/c.lsrun");
    EXPECT_THAT(names(), ElementsAre("2026/c.lsrun", "2026/november/a.lsrun", "b.lsrun"));
}

TEST_F(RunFilesIn, are_told_by_their_ending) {
    for (const auto* name : {"a.lsrun-wal", "a.lsrun-lock", "a.lsrun.123.part", "a.txt", "lsrun"}) {
        touch(name);
    }
    fs::create_directory(folder / "folder.lsrun");
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(RunFilesIn, hidden_ones_are_passed_over) {
    touch(".trash/a.lsrun");
    touch("._a.lsrun");
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(RunFilesIn, links_that_lead_in_circles_are_survived) {
    touch("sub/a.lsrun");
    fs::create_directory_symlink(folder.path(), folder / "sub/up");
    fs::create_directory_symlink(folder / "self", folder / "self");
    fs::create_symlink(folder / "nothing", folder / "b.lsrun");
    EXPECT_THAT(names(), ElementsAre("sub/a.lsrun"));
}

TEST_F(RunFilesIn, what_is_linked_from_elsewhere_is_found) {
    const TemporaryFolder elsewhere;
    elsewhere.write("far.lsrun", "x");
    elsewhere.write("single.lsrun", "x");
    fs::create_directory_symlink(elsewhere.path(), folder / "archive");
    EXPECT_THAT(names(), ElementsAre("archive/far.lsrun", "archive/single.lsrun"));
}

TEST_F(RunFilesIn, each_is_found_once_and_where_it_really_lies) {
    touch("z/real.lsrun");
    fs::create_symlink(folder / "z/real.lsrun", folder / "a.lsrun");
    fs::create_directory_symlink(folder / "z", folder / "b");
    EXPECT_THAT(names(), ElementsAre("z/real.lsrun"));
}

TEST_F(RunFilesIn, a_folder_that_is_not_there_is_named) {
    const auto found = find_run_files(folder / "no");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::not_found);
    EXPECT_EQ(found.error().sentence,
              folder.file("no") + ": there is no such folder; name one that holds runs");
}

TEST_F(RunFilesIn, a_folder_that_is_closed_to_us_does_not_hide_the_others) {
    if (::geteuid() == 0) GTEST_SKIP() << "nothing is closed to root";
    touch("closed/a.lsrun");
    touch("open/b.lsrun");
    fs::permissions(folder / "closed", fs::perms::none);
    const auto found = find_run_files(folder.path()).value();
    fs::permissions(folder / "closed", fs::perms::owner_all);
    ASSERT_EQ(found.closed.size(), 1U);
    EXPECT_EQ(found.closed[0].sentence,
              folder.file("closed") +
                  ": cannot be looked into (Permission denied); check its permissions");
    EXPECT_EQ(found.files.size(), 1U);
}

FileStamp stamp_of(const TemporaryFolder& folder) {
    return find_run_files(folder.path()).value().files.at(0).stamp;
}

TEST_F(RunFilesIn, have_a_stamp_that_changes_with_the_file_and_its_log) {
    touch("a.lsrun");
    const FileStamp first = stamp_of(folder);
    EXPECT_EQ(stamp_of(folder), first);
    folder.write("a.lsrun-wal", "");
    EXPECT_EQ(stamp_of(folder), first) << "an empty log is none";
    folder.write("a.lsrun-wal", "rows");
    const FileStamp logged = stamp_of(folder);
    EXPECT_NE(logged, first);
    fs::last_write_time(folder / "a.lsrun-wal",
                        fs::last_write_time(folder / "a.lsrun-wal") + std::chrono::microseconds{1});
    EXPECT_NE(stamp_of(folder), logged);
    fs::remove(folder / "a.lsrun-wal");
    fs::last_write_time(folder / "a.lsrun",
                        fs::last_write_time(folder / "a.lsrun") + std::chrono::microseconds{1});
    EXPECT_NE(stamp_of(folder), first);
}

TEST(FileStamp, is_settled_when_a_tick_of_any_file_system_is_over) {
    const UtcTime now{seconds{1'800'000'000}};
    const auto at = [&](seconds ago) {
        return std::chrono::nanoseconds{now.time_since_epoch() - ago}.count();
    };
    EXPECT_TRUE((FileStamp{1, at(seconds{3}), 0, 0}.settled(now)));
    EXPECT_FALSE((FileStamp{1, at(seconds{2}), 0, 0}.settled(now)));
    EXPECT_FALSE((FileStamp{1, at(seconds{3}), 1, at(seconds{0})}.settled(now)));
    EXPECT_TRUE((FileStamp{1, at(seconds{-3600}), 0, 0}.settled(now))) << "a clock that is ahead";
    EXPECT_TRUE((FileStamp{1, std::numeric_limits<std::int64_t>::min(), 0, 0}.settled(now)));
}

}  // namespace
}  // namespace layerscope
