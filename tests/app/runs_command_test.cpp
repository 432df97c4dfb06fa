#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/store/run_copy.h"
#include "tests/app/captured_program.h"
#include "tests/core/library/library_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// The user's folders are our own.
class RunsCommand : public testing::Test {
  protected:
    RunsCommand() {
        for (const char* name : {"XDG_CACHE_HOME", "XDG_DATA_HOME", "USER"}) {
            const char* value = std::getenv(name);
            before_.emplace_back(
                name, value != nullptr ? std::optional<std::string>{value} : std::nullopt);
        }
        ::setenv("XDG_CACHE_HOME", folder_.file("cache").c_str(), 1);
        ::setenv("XDG_DATA_HOME", folder_.file("data").c_str(), 1);
        ::setenv("USER", "anna", 1);
    }
    ~RunsCommand() override {
        for (const auto& [name, value] : before_) {
            value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
        }
    }

    std::string file(const std::string& name) const {
        return (folder_ / ("runs/" + name)).string();
    }
    std::string runs() const { return folder_.file("runs"); }
    static Json json(const std::vector<std::string>& words) {
        const auto outcome = run_captured(words);
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(outcome.err, "");
        return Json::parse(outcome.out);
    }
    Json listed() const { return json({"runs", runs(), "--json"}).at("runs"); }

    const TemporaryFolder folder_;

  private:
    std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

TEST_F(RunsCommand, prints_one_json_document) {
    make_run(file("a.lsrun"), named("night"));
    const auto document = json({"runs", runs(), "--json"});
    EXPECT_EQ(document.at("folder"), runs());
    const auto& run = document.at("runs").at(0);
    std::vector<std::string> keys;
    for (const auto& [key, value] : run.items()) keys.push_back(key);
    EXPECT_THAT(
        keys, ElementsAre("run", "uuid", "name", "cell", "origin", "created", "final_reason",
                          "rate", "length_s", "rows", "capacity_mAh", "first_below_0V_s", "alarms",
                          "open_alarms", "tags", "notes", "copy", "trouble"));
    EXPECT_EQ(run.at("run"), file("a.lsrun"));
    EXPECT_EQ(run.at("name"), "night");
    EXPECT_EQ(run.at("created"), "2026-11-22T17:53:20.123Z");
    EXPECT_EQ(run.at("final_reason"), "finish");
    EXPECT_EQ(run.at("length_s"), 30);
    EXPECT_EQ(run.at("rows"), 12);
    EXPECT_EQ(run.at("capacity_mAh").size(), 4U);
    EXPECT_EQ(run.at("first_below_0V_s"), nullptr);
    EXPECT_EQ(run.at("copy"), false);
    EXPECT_EQ(run.at("trouble"), nullptr);
}

TEST_F(RunsCommand, prints_a_table_that_fits_120_columns) {
    make_run(file("a.lsrun"), named("night with a name that is much too long for any table", 1));
    make_run(file("a folder that has a long name, too/" + std::string(100, 'x') + ".lsrun"));
    fs::copy(file("a.lsrun"), file("a2.lsrun"));
    folder_.write("runs/bad.lsrun", "text");
    for (const auto* tag : {"plating", "separator", "third layer is odd"}) {
        EXPECT_EQ(run_captured({"label", file("a.lsrun"), "--tag", tag}).code, 0);
    }
    const auto outcome = run_captured({"runs", runs()});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, testing::StartsWith("date              name "));
    EXPECT_THAT(outcome.out, HasSubstr("0.03 0.03 0.03 0.03"));
    EXPECT_THAT(outcome.out, HasSubstr("copy: a2.lsrun\n"));
    EXPECT_THAT(outcome.out, HasSubstr("\ntrouble with bad.lsrun: bad.lsrun: "));
    std::istringstream in{outcome.out};
    for (std::string line; std::getline(in, line) && !line.starts_with("trouble");) {
        const auto characters = std::count_if(line.begin(), line.end(), [](char byte) {
            return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
        });
        EXPECT_LE(characters, 120) << line;
    }
}

TEST_F(RunsCommand, lists_what_is_searched_for) {
    make_run(file("a.lsrun"), named("night"));
    make_run(file("b.lsrun"), named("day"));
    const auto outcome = run_captured({"runs", runs(), "--search", "DAY"});
    EXPECT_THAT(outcome.out, HasSubstr("b.lsrun"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("a.lsrun")));
    EXPECT_EQ(run_captured({"runs", runs(), "--search", "week"}).out,
              "no runs in " + runs() + "\n");
}

TEST_F(RunsCommand, lists_the_windows_runs_where_no_folder_is_named) {
    EXPECT_EQ(run_captured({"runs"}).out,
              "no runs in " + folder_.file("data/layerscope/runs") + "\n");
    make_run(folder_ / "data/layerscope/runs/a.lsrun");
    EXPECT_THAT(run_captured({"runs"}).out, HasSubstr("  a.lsrun\n"));
    EXPECT_TRUE(fs::exists(folder_ / "cache/layerscope/index.sqlite"));
}

TEST_F(RunsCommand, says_that_a_folder_is_not_there) {
    const auto outcome = run_captured({"runs", runs()});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, runs() + ": there is no such folder; name one that holds runs\n");
}

using LabelCommand = RunsCommand;

TEST_F(LabelCommand, gives_and_takes_tags_and_writes_notes) {
    make_run(file("a.lsrun"));
    EXPECT_EQ(run_captured({"label", file("a.lsrun"), "--tag", "plating", "--tag", "odd", "--note",
                            "new separator"})
                  .out,
              "tags: plating, odd\nnote: new separator\n");
    EXPECT_EQ(json({"label", file("a.lsrun"), "--untag", "odd", "--tag", "good", "--json"}),
              Json({{"run", file("a.lsrun")},
                    {"tags", {"plating", "good"}},
                    {"notes", {"new separator"}}}));
    EXPECT_EQ(listed().at(0).at("tags"), Json({"plating", "good"}));
    EXPECT_EQ(listed().at(0).at("notes"), Json({"new separator"}));
    auto reader = RunReader::open(file("a.lsrun")).value();
    const auto events = reader.events().value();
    const auto note = std::find_if(events.begin(), events.end(),
                                   [](const auto& event) { return event.kind == "note"; });
    ASSERT_NE(note, events.end());
    EXPECT_EQ(note->detail, R"({"user":"anna"})");
}

TEST_F(LabelCommand, writes_nothing_where_a_tag_is_there_already) {
    make_run(file("a.lsrun"));
    run_captured({"label", file("a.lsrun"), "--tag", "good"});
    const auto before = RunReader::open(file("a.lsrun")).value().events().value().size();
    EXPECT_EQ(run_captured({"label", file("a.lsrun"), "--tag", "good"}).out, "tags: good\n");
    EXPECT_EQ(RunReader::open(file("a.lsrun")).value().events().value().size(), before);
}

TEST_F(LabelCommand, says_what_stands_in_the_way) {
    make_run(file("a.lsrun"));
    const auto fails = [&](const std::vector<std::string>& more, int code) {
        std::vector<std::string> words{"label", file("a.lsrun")};
        words.insert(words.end(), more.begin(), more.end());
        const auto outcome = run_captured(words);
        EXPECT_EQ(outcome.code, code);
        EXPECT_EQ(outcome.out, "");
        return outcome.err;
    };
    EXPECT_EQ(fails({}, 2), "nothing to do; give --tag, --untag or --note\n");
    EXPECT_EQ(fails({"--tag", "a,b"}, 2),
              "'a,b' is no tag; write a word or a few, without comma\n");
    EXPECT_EQ(fails({"--untag", "good", "--note", "x"}, 1),
              "a.lsrun: has no tag 'good'; layerscope runs shows those it has\n");
    EXPECT_EQ(listed().at(0).at("notes"), Json::array()) << "all or nothing";
}

TEST_F(LabelCommand, says_that_a_run_is_being_recorded) {
    fs::create_directory(runs());
    auto writer = RunWriter::create(file("a.lsrun"), new_run()).value();
    const auto outcome = run_captured({"label", file("a.lsrun"), "--tag", "good"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err,
              "a.lsrun: is being recorded now; label it when the recording has ended\n");
}

using CopyCommand = RunsCommand;

TEST_F(CopyCommand, makes_a_run_that_holds_the_same_rows) {
    make_run(file("a.lsrun"));
    EXPECT_EQ(run_captured({"copy", file("a.lsrun"), "-o", file("b.lsrun")}).code, 0);
    EXPECT_EQ(listed().at(0).at("rows"), 12);
    EXPECT_EQ(listed().at(1).at("rows"), 12);
    EXPECT_EQ(listed().at(0).at("copy"), false);
    EXPECT_EQ(listed().at(1).at("copy"), true);
}

TEST_F(CopyCommand, copies_a_run_while_it_is_recorded) {
    fs::create_directory(runs());
    auto writer = RunWriter::create(file("live.lsrun"), new_run()).value();
    ASSERT_TRUE(writer.commit(std::vector<RunEntry>{page(1, 1, 3)}));
    EXPECT_EQ(json({"copy", file("live.lsrun"), "-o", file("a.lsrun"), "--json"}),
              Json({{"run", file("live.lsrun")}, {"copy", file("a.lsrun")}}));
    for (const auto& run : listed()) {
        EXPECT_EQ(run.at("rows"), 3);
        EXPECT_EQ(run.at("copy"), run.at("run") == file("a.lsrun"));
    }
}

TEST_F(CopyCommand, never_replaces_a_file) {
    make_run(file("a.lsrun"));
    folder_.write("runs/b.lsrun", "precious");
    const auto outcome = run_captured({"copy", file("a.lsrun"), "-o", file("b.lsrun")});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("b.lsrun: exists already; choose another name\n"));
    EXPECT_EQ(fs::file_size(file("b.lsrun")), 8U);
}

}  // namespace
}  // namespace layerscope
