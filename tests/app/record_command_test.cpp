// How a recording ends that nobody finished: by the clock, by Ctrl-C, by another recorder.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/cell/station.h"
#include "core/store/run_file.h"
#include "tests/app/child_process.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class RecordCommand : public ::testing::Test {
  protected:
    RecordCommand() {
        const std::string line = cycler_.read_line();
        const int port = std::stoi(line.substr(line.rfind(':') + 1));
        const auto design =
            parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
        std::ofstream{folder_.file("S.toml")}
            << demonstration_station_toml(design, std::uint16_t(port), "cell");
    }

    std::vector<std::string> record(const std::vector<std::string>& more) const {
        std::vector<std::string> words = {"record", "--station", folder_.file("S.toml"),
                                          "--out",  runs(),      "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    std::string runs() const { return folder_.file("runs"); }

    /// The one run file; it has ended cleanly, may be resumed, and every layer's rows are there
    /// from the first on, each once.
    fs::path only_resumable_run() const {
        const std::vector<fs::path> files{fs::directory_iterator{runs()}, {}};
        EXPECT_EQ(files.size(), 1U) << "a second file, or one left beside it";
        auto reader = RunReader::open(files.at(0)).value();
        EXPECT_EQ(reader.info().final_reason, std::nullopt);
        EXPECT_EQ(reader.events().value().back().detail, R"({"reason":"interrupted"})");
        const auto streams = reader.streams().value();
        for (const auto& stream : streams) {
            EXPECT_EQ(stream.rows, stream.last_row ? stream.last_row->seqid : 0);
        }
        return files.at(0);
    }

    ChildProcess cycler_{{"cycler", "--speed", "1000"}};
    TemporaryFolder folder_;
};

/// Reads until the object of this kind; the end of the stream fails.
Json read_until(ChildProcess& recorder, const std::string& kind) {
    for (std::string line; !(line = recorder.read_line()).empty();) {
        const Json object = Json::parse(line);
        if (object.at("event") == kind) return object;
    }
    ADD_FAILURE() << "no '" << kind << "' came";
    return {};
}

std::int64_t all_rows(const fs::path& file) {
    std::int64_t rows = 0;
    const auto streams = RunReader::open(file).value().streams().value();
    for (const auto& stream : streams) rows += stream.rows;
    return rows;
}

TEST_F(RecordCommand, ends_cleanly_at_ctrl_c_and_goes_on_with_the_same_run) {
    std::int64_t rows_before = 0;
    for (const int stop : {SIGINT, SIGTERM}) {
        ChildProcess recorder{record({})};
        read_until(recorder, "sample");
        recorder.send_signal(stop);
        const Json closed = read_until(recorder, "closed");
        EXPECT_EQ(closed.at("reason"), "interrupted");
        EXPECT_EQ(recorder.read_rest(), "") << "closed is the last word";
        EXPECT_EQ(recorder.wait(), 0);
        const auto file = only_resumable_run();
        EXPECT_EQ(closed.at("path"), file.string());
        EXPECT_GT(all_rows(file), rows_before);
        rows_before = all_rows(file);
    }
}

TEST_F(RecordCommand, ends_by_itself_after_its_duration) {
    const auto recorded = run_to_end(record({"--duration", "4s"}));
    EXPECT_EQ(recorded.code, 0) << recorded.errors;
    std::istringstream lines{recorded.out};
    Json last;
    for (std::string line; std::getline(lines, line);) last = Json::parse(line);
    EXPECT_EQ(last.at("event"), "closed");
    EXPECT_EQ(last.at("reason"), "interrupted");
    only_resumable_run();
}

TEST_F(RecordCommand, refuses_to_record_what_another_one_records) {
    ChildProcess first{record({"--name", "mine"})};
    read_until(first, "sample");
    for (const char* name : {"mine", "other"}) {
        SCOPED_TRACE(name);
        const auto second = run_to_end(record({"--name", name}));
        EXPECT_EQ(second.code, 1);
        EXPECT_EQ(second.errors,
                  "layerscope record: mine.lsrun: is being recorded by another Layerscope; stop "
                  "that one or record into another folder\n");
    }
    first.send_signal(SIGINT);
    read_until(first, "closed");
    first.read_rest();
    EXPECT_EQ(first.wait(), 0);
    only_resumable_run();
}

}  // namespace
}  // namespace layerscope
