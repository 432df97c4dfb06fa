#include "core/library/run_library.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

#include "core/library/run_labels.h"
#include "core/store/run_copy.h"
#include "core/store/sql.h"
#include "tests/core/library/library_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Library : public testing::Test {
  protected:
    fs::path runs(const std::string& name) const { return folder / ("runs/" + name); }
    fs::path index() const { return folder / "cache/index.sqlite"; }

    std::vector<LibraryRun> list() const {
        auto all = RunLibrary{folder / "runs", folder / "cache"}.list();
        EXPECT_TRUE(all) << all.error().sentence;
        return all.value_or(std::vector<LibraryRun>{});
    }
    std::vector<std::string> files() const { return files(list()); }
    static std::vector<std::string> files(const std::vector<LibraryRun>& all) {
        std::vector<std::string> names;
        for (const LibraryRun& run : all) names.push_back(run.path.filename().string());
        return names;
    }
    std::vector<std::string> copies() const {
        auto all = list();
        std::erase_if(all, [](const LibraryRun& run) { return !run.is_copy; });
        return files(all);
    }
    const TemporaryFolder folder;
};

TEST_F(Library, lists_the_newest_first_and_trouble_at_the_end) {
    make_run(runs("old.lsrun"), named("old", 1));
    make_run(runs("sub/new.lsrun"), named("new", 3));
    make_run(runs("middle.lsrun"), named("middle", 2));
    folder.write("runs/bad.lsrun", "text");
    const auto all = list();
    EXPECT_THAT(files(all), ElementsAre("new.lsrun", "middle.lsrun", "old.lsrun", "bad.lsrun"));
    EXPECT_TRUE(all.back().trouble);
    EXPECT_EQ(all.back().name, "");
}

TEST_F(Library, of_an_empty_folder_is_empty) {
    fs::create_directory(folder / "runs");
    EXPECT_THAT(list(), IsEmpty());
}

TEST_F(Library, of_no_folder_is_an_error) {
    const auto all = RunLibrary{folder / "runs", folder / "cache"}.list();
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::not_found);
}

TEST_F(Library, does_not_open_again_what_has_not_changed) {
    make_run(runs("a.lsrun"));
    age(runs("a.lsrun"));
    const auto first = list();
    spoil_unseen(runs("a.lsrun"));
    EXPECT_EQ(list(), first);
    ASSERT_EQ(first.at(0).rows, 12);
}

TEST_F(Library, opens_again_what_has_changed) {
    make_run(runs("a.lsrun"));
    age(runs("a.lsrun"));
    EXPECT_THAT(list().at(0).tags, IsEmpty());
    ASSERT_TRUE(append_event(runs("a.lsrun"), tag_event("good")));
    EXPECT_THAT(list().at(0).tags, ElementsAre("good"));
}

TEST_F(Library, keeps_nothing_of_a_file_that_was_written_just_now) {
    make_run(runs("a.lsrun"));
    list();
    spoil_unseen(runs("a.lsrun"));
    EXPECT_TRUE(list().at(0).trouble);
}

TEST_F(Library, looks_at_a_trouble_again) {
    make_run(runs("a.lsrun"));
    const fs::path good = folder / "good";
    fs::copy(runs("a.lsrun"), good);
    age(runs("a.lsrun"));
    spoil_unseen(runs("a.lsrun"));
    const auto time = fs::last_write_time(runs("a.lsrun"));
    EXPECT_TRUE(list().at(0).trouble);
    fs::copy_file(good, runs("a.lsrun"), fs::copy_options::overwrite_existing);
    fs::last_write_time(runs("a.lsrun"), time);
    EXPECT_FALSE(list().at(0).trouble);
}

TEST_F(Library, sees_the_rows_of_a_run_that_is_being_recorded) {
    fs::create_directory(folder / "runs");
    auto writer = RunWriter::create(runs("live.lsrun"), new_run()).value();
    ASSERT_TRUE(writer.commit(std::vector<RunEntry>{page(1, 1, 3)}));
    EXPECT_EQ(list().at(0).rows, 3);
    EXPECT_EQ(list().at(0).final_reason, std::nullopt);
    ASSERT_TRUE(writer.commit(std::vector<RunEntry>{page(1, 4, 5)}));
    EXPECT_EQ(list().at(0).rows, 5);
}

TEST_F(Library, writes_nothing_when_nothing_changed) {
    make_run(runs("a.lsrun"));
    age(runs("a.lsrun"));
    list();
    age(index(), 2);
    const auto then = fs::last_write_time(index());
    list();
    EXPECT_EQ(fs::last_write_time(index()), then);
}

TEST_F(Library, loses_what_has_vanished_and_finds_what_was_moved) {
    make_run(runs("a.lsrun"), named("a"));
    make_run(runs("b.lsrun"), named("b"));
    for (const auto* file : {"a.lsrun", "b.lsrun"}) age(runs(file));
    list();
    fs::remove(runs("a.lsrun"));
    fs::create_directory(runs("sub"));
    fs::rename(runs("b.lsrun"), runs("sub/c.lsrun"));
    EXPECT_THAT(files(), ElementsAre("c.lsrun"));
    fs::rename(runs("sub/c.lsrun"), runs("b.lsrun"));
    spoil_unseen(runs("b.lsrun"));
    EXPECT_TRUE(list().at(0).trouble) << "the index still knew the file that had gone";
}

TEST_F(Library, shares_its_index_with_other_folders) {
    make_run(runs("a.lsrun"));
    make_run(folder / "runs2/b.lsrun");
    age(runs("a.lsrun"));
    age(folder / "runs2/b.lsrun");
    list();
    EXPECT_THAT(RunLibrary(folder / "runs2", folder / "cache").list().value(), SizeIs(1));
    spoil_unseen(runs("a.lsrun"));
    EXPECT_FALSE(list().at(0).trouble);
}

TEST_F(Library, does_without_an_index) {
    make_run(runs("a.lsrun"));
    folder.write("cache", "a file where the folder should be");
    EXPECT_THAT(files(), ElementsAre("a.lsrun"));
}

TEST_F(Library, may_be_listed_by_several_at_once) {
    for (int i = 0; i < 20; ++i) {
        const auto name = std::to_string(i);
        make_run(runs(name + ".lsrun"), named(name, i));
        age(runs(name + ".lsrun"));
    }
    std::vector<std::size_t> counts(4);
    {
        std::vector<std::jthread> programs;
        for (std::size_t& count : counts) {
            programs.emplace_back([&count, this] {
                for (int round = 0; round < 3; ++round) count += list().size();
            });
        }
    }
    EXPECT_THAT(counts, testing::Each(60U));
    EXPECT_EQ(Database::open(index(), Database::Mode::read)
                  .value()
                  .query_integer("SELECT count(*) FROM run"),
              20);
}

TEST_F(Library, tells_a_copy_from_its_original_whatever_their_times) {
    make_run(runs("night.lsrun"));
    fs::copy(runs("night.lsrun"), runs("night-copy.lsrun"));
    fs::create_directory(runs("a"));
    fs::copy(runs("night.lsrun"), runs("a/n.lsrun"));
    make_run(runs("other.lsrun"), named("other", -1));
    EXPECT_THAT(copies(), ElementsAre("n.lsrun", "night-copy.lsrun"));
    age(runs("night-copy.lsrun"), 5);
    EXPECT_THAT(copies(), ElementsAre("n.lsrun", "night-copy.lsrun"));
}

TEST_F(Library, never_takes_for_the_original_what_was_written_as_a_copy) {
    make_run(runs("b.lsrun"), named("b", 1));
    ASSERT_TRUE(copy_run(runs("b.lsrun"), runs("a.lsrun")));
    EXPECT_EQ(copies(), std::vector<std::string>{"a.lsrun"});
    EXPECT_EQ(copies(), std::vector<std::string>{"a.lsrun"}) << "from the index";
}

TEST_F(Library, takes_the_run_that_went_on_for_the_original) {
    fs::create_directories(runs("long name of a folder"));
    const fs::path original = runs("long name of a folder/night.lsrun");
    auto writer = RunWriter::create(original, new_run()).value();
    ASSERT_TRUE(writer.close("interrupted", new_run().created, RunWriter::Ending::resumable));
    fs::copy(original, runs("b.lsrun"));
    ASSERT_TRUE(writer.commit(std::vector<RunEntry>{page(1, 1, 3)}));
    EXPECT_THAT(copies(), ElementsAre("b.lsrun"));
}

TEST_F(Library, marks_no_copy_among_files_that_cannot_be_read) {
    fs::create_directory(folder / "runs");
    folder.write("runs/a.lsrun", "text");
    folder.write("runs/b.lsrun", "text");
    EXPECT_THAT(copies(), IsEmpty());
}

TEST(UserCacheFolder, is_where_the_desktop_says) {
    const char* before = std::getenv("XDG_CACHE_HOME");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("XDG_CACHE_HOME", "/tmp/c", 1);
    EXPECT_EQ(user_cache_folder(), "/tmp/c/layerscope");
    ::setenv("XDG_CACHE_HOME", "relative", 1);
    EXPECT_THAT(user_cache_folder().string(), testing::EndsWith("/.cache/layerscope"));
    if (before != nullptr) {
        ::setenv("XDG_CACHE_HOME", kept.c_str(), 1);
    } else {
        ::unsetenv("XDG_CACHE_HOME");
    }
}

class SearchIn : public testing::Test {
  protected:
    SearchIn() {
        run.path = "/runs/Night-1.lsrun";
        run.name = "Übung M";
        run.cell = "C-07";
        run.rate = 0.2;
        run.created = UtcTime{std::chrono::microseconds{1'795'370'000'000'000}};
        run.tags = {"plating", "good"};
        run.notes = {"new separator"};
    }
    bool finds(const std::string& text) const { return !search({run}, text).empty(); }
    LibraryRun run;
};

TEST_F(SearchIn, a_library_finds_a_word_wherever_it_stands) {
    for (const std::string word :
         {"night-1", "c-07", "0.2C", "2026-11", "plating", "separator", "M", "lsrun"}) {
        EXPECT_TRUE(finds(word)) << word;
    }
    EXPECT_FALSE(finds("0.3C"));
    EXPECT_FALSE(finds("runs")) << "the folder is not searched";
}

TEST_F(SearchIn, a_library_wants_every_word) {
    EXPECT_TRUE(finds("  good   C-07 "));
    EXPECT_FALSE(finds("good C-08"));
    EXPECT_FALSE(finds("platinggood"));
    EXPECT_TRUE(finds(""));
}

TEST_F(SearchIn, a_library_takes_upper_and_lower_case_for_one) {
    for (const std::string word : {"PLATING", "NiGhT", "übung", "ÜBUNG", "0.2c"}) {
        EXPECT_TRUE(finds(word)) << word;
    }
    run.name = "3×4÷2";
    EXPECT_FALSE(finds("3÷4"));
}

}  // namespace
}  // namespace layerscope
