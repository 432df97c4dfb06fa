#include "core/library/run_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "core/store/file_lock.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

IndexedRun full_entry(const std::string& path) {
    IndexedRun entry;
    entry.stamp = {4096, 1'795'370'000'123'456'789, 512, 7};
    entry.run.path = path;
    entry.run.uuid = "8a9b";
    entry.run.name = "N 'quoted' é";
    entry.run.cell = "C-07";
    entry.run.origin = "simulated";
    entry.run.created = UtcTime{std::chrono::microseconds{1'795'370'000'123'456}};
    entry.run.final_reason = "finish";
    entry.run.rate = 1.0 / 3.0;
    entry.run.length_s = 12345.678;
    entry.run.rows = 10'000'000'000;
    entry.run.capacity_mAh = {0.1, -0.0, 2.0 / 3.0};
    entry.run.first_below_0V_s = 0.0;
    entry.run.alarms = 2;
    entry.run.open_alarms = 1;
    entry.run.tags = {"b", "a"};
    entry.run.notes = {"second", "first"};
    return entry;
}

class RunIndexFile : public testing::Test {
  protected:
    void change(const std::vector<IndexedRun>& keep, const std::vector<fs::path>& forget) const {
        auto index = RunIndex::open(file);
        ASSERT_TRUE(index);
        index->change(keep, forget);
    }
    /// As another program sees it.
    std::optional<LibraryRun> known(const std::string& path) const {
        const auto index = RunIndex::open(file);
        if (!index) return std::nullopt;
        const auto* run = index->find({path, full_entry(path).stamp});
        return run == nullptr ? std::nullopt : std::optional{*run};
    }

    const TemporaryFolder folder;
    const fs::path file = folder / "cache/index.sqlite";
};

TEST_F(RunIndexFile, gives_back_all_that_it_was_given) {
    change({full_entry("/runs/a.lsrun")}, {});
    EXPECT_EQ(known("/runs/a.lsrun"), full_entry("/runs/a.lsrun").run);
    EXPECT_EQ(known("/runs/b.lsrun"), std::nullopt);
}

TEST_F(RunIndexFile, keeps_what_is_absent_absent) {
    IndexedRun entry = full_entry("/runs/a.lsrun");
    entry.run.final_reason.reset();
    entry.run.rate.reset();
    entry.run.first_below_0V_s.reset();
    entry.run.capacity_mAh = {std::numeric_limits<double>::quiet_NaN(), 1};
    change({entry}, {});
    const auto run = known("/runs/a.lsrun").value();
    EXPECT_EQ(run.final_reason, std::nullopt);
    EXPECT_EQ(run.rate, std::nullopt);
    EXPECT_EQ(run.first_below_0V_s, std::nullopt);
    ASSERT_EQ(run.capacity_mAh.size(), 2U);
    EXPECT_TRUE(std::isnan(run.capacity_mAh[0]));
    EXPECT_EQ(run.capacity_mAh[1], 1.0);
}

TEST_F(RunIndexFile, knows_nothing_of_a_file_with_another_stamp) {
    change({full_entry("/runs/a.lsrun")}, {});
    const auto index = RunIndex::open(file);
    const FileStamp stamp = full_entry("").stamp;
    for (const auto part :
         {&FileStamp::size, &FileStamp::mtime_ns, &FileStamp::log_size, &FileStamp::log_mtime_ns}) {
        FileStamp other = stamp;
        other.*part += 1;
        EXPECT_EQ(index->find({"/runs/a.lsrun", other}), nullptr);
    }
}

TEST_F(RunIndexFile, replaces_what_it_knew) {
    change({full_entry("/runs/a.lsrun")}, {});
    IndexedRun newer = full_entry("/runs/a.lsrun");
    newer.run.tags = {"c"};
    newer.run.notes.clear();
    change({newer}, {});
    EXPECT_EQ(known("/runs/a.lsrun"), newer.run);
}

TEST_F(RunIndexFile, forgets_what_it_is_told_to) {
    change({full_entry("/runs/a.lsrun"), full_entry("/runs/b.lsrun")}, {});
    change({}, {"/runs/a.lsrun"});
    EXPECT_EQ(known("/runs/a.lsrun"), std::nullopt);
    EXPECT_EQ(known("/runs/b.lsrun"), full_entry("/runs/b.lsrun").run);
    change({full_entry("/runs/a.lsrun")}, {});
    EXPECT_EQ(known("/runs/a.lsrun")->tags.size(), 2U) << "old items were left";
}

TEST_F(RunIndexFile, tells_what_lies_below_a_folder) {
    change({full_entry("/runs/a.lsrun"), full_entry("/runs/x/b.lsrun"),
            full_entry("/runs2/c.lsrun"), full_entry("/run.lsrun")},
           {});
    const auto index = RunIndex::open(file);
    EXPECT_THAT(index->below("/runs"), ElementsAre("/runs/a.lsrun", "/runs/x/b.lsrun"));
    EXPECT_THAT(index->below("/runs/x"), ElementsAre("/runs/x/b.lsrun"));
    EXPECT_EQ(index->below("/").size(), 4U);
}

TEST_F(RunIndexFile, is_made_anew_when_it_is_damaged_or_foreign) {
    change({full_entry("/runs/a.lsrun")}, {});
    std::ifstream in{file, std::ios::binary};
    const std::string whole{std::istreambuf_iterator<char>{in}, {}};
    std::string torn = whole;
    std::fill(torn.begin() + 4096, torn.end(), '\x55');
    const TemporaryFolder other;
    auto foreign = Database::open(other / "foreign.sqlite", Database::Mode::create).value();
    ASSERT_TRUE(foreign.execute("CREATE TABLE run(path)"));
    std::ifstream foreign_in{other / "foreign.sqlite", std::ios::binary};
    const std::string strange{std::istreambuf_iterator<char>{foreign_in}, {}};

    for (const std::string& bytes :
         {std::string{}, std::string{"text"}, torn, whole.substr(0, 5000), strange}) {
        std::ofstream{file, std::ios::binary} << bytes;
        EXPECT_EQ(known("/runs/a.lsrun"), std::nullopt) << bytes.size();
        change({full_entry("/runs/b.lsrun")}, {});
        EXPECT_EQ(known("/runs/b.lsrun"), full_entry("/runs/b.lsrun").run) << bytes.size();
    }
}

TEST_F(RunIndexFile, is_made_anew_when_another_version_wrote_it) {
    change({full_entry("/runs/a.lsrun")}, {});
    ASSERT_TRUE(
        Database::open(file, Database::Mode::write).value().execute("PRAGMA user_version = 999"));
    EXPECT_EQ(known("/runs/a.lsrun"), std::nullopt);
    change({full_entry("/runs/a.lsrun")}, {});
    EXPECT_NE(known("/runs/a.lsrun"), std::nullopt);
}

TEST_F(RunIndexFile, does_not_fail_while_another_program_writes) {
    change({full_entry("/runs/a.lsrun")}, {});
    auto index = RunIndex::open(file);
    ASSERT_TRUE(index);
    auto other = Database::open(file, Database::Mode::write).value();
    ASSERT_TRUE(other.execute("BEGIN EXCLUSIVE"));
    EXPECT_FALSE(RunIndex::open(file)) << "done without";
    index->change({{full_entry("/runs/b.lsrun")}}, {});
    ASSERT_TRUE(other.execute("COMMIT"));
    EXPECT_EQ(known("/runs/a.lsrun"), full_entry("/runs/a.lsrun").run);
    EXPECT_EQ(known("/runs/b.lsrun"), std::nullopt);
    index->change({{full_entry("/runs/b.lsrun")}}, {});
    EXPECT_NE(known("/runs/b.lsrun"), std::nullopt);
}

TEST_F(RunIndexFile, is_not_made_while_another_program_makes_it) {
    fs::create_directories(file.parent_path());
    {
        const auto maker = FileLock::take(file);
        EXPECT_FALSE(RunIndex::open(file));
        EXPECT_FALSE(fs::exists(file));
    }
    EXPECT_TRUE(RunIndex::open(file));
}

TEST_F(RunIndexFile, is_done_without_where_it_cannot_be) {
    folder.write("cache", "a file where the folder should be");
    EXPECT_FALSE(RunIndex::open(file));
}

TEST_F(RunIndexFile, writes_nothing_when_nothing_changes) {
    change({full_entry("/runs/a.lsrun")}, {});
    const auto then = fs::last_write_time(file) - std::chrono::hours{1};
    fs::last_write_time(file, then);
    change({}, {});
    EXPECT_EQ(fs::last_write_time(file), then);
}

}  // namespace
}  // namespace layerscope
