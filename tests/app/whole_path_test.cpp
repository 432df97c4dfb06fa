// The whole path, as a person walks it: recorded cells replayed by the simulated cycler, fetched
// over TCP through the real protocol, recorded, analysed. Nothing in between is replaced.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/cell/station.h"
#include "core/exchange/ndax.h"
#include "core/store/run_file.h"
#include "tests/app/child_process.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::array<const char*, 4> cells = {"nw4-120-6-1-36.ndax", "nw4-120-1-6-53.ndax",
                                          "TESTCELL0001-Test_Data_Collection_Ndc17.ndax",
                                          "interp-test.ndax"};

fs::path cell_file(std::size_t i) {
    return fs::path{LAYERSCOPE_REAL_DATA} / "ndax" / cells.at(i);
}

/// The port that a just started cycler says it listens on.
int listening_port(ChildProcess& cycler) {
    const std::string line = cycler.read_line();
    const auto colon = line.rfind(':');
    EXPECT_TRUE(line.starts_with("listening bts 127.0.0.1:")) << line;
    return colon == std::string::npos ? 0 : std::stoi(line.substr(colon + 1));
}

class WholePath : public ::testing::Test {
  protected:
    void SetUp() override {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (!fs::exists(cell_file(i))) {
                GTEST_SKIP() << "no real cycler files at " << LAYERSCOPE_REAL_DATA;
            }
        }
        began_ = to_iso8601(utc_now());
    }

    /// All four cells take about twelve seconds: the longest lasts two days.
    std::vector<std::string> cycler_arguments(int port) const {
        std::string replay;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            replay += fmt::format("{}layer{}={}", i == 0 ? "" : ",", i + 1, cell_file(i).string());
        }
        return {"cycler",  "--port", std::to_string(port), "--replay", replay, "--speed", "15000",
                "--began", began_};
    }

    void write_station(int port) {
        const auto design =
            parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
        std::string toml = demonstration_station_toml(design, std::uint16_t(port), "four-cells");
        // Recorded cells have no reference electrode.
        for (auto at = toml.find("reference"); at != std::string::npos;
             at = toml.find("reference")) {
            toml.erase(at, toml.find('\n', at) + 1 - at);
        }
        std::ofstream{station()} << toml;
    }

    std::string station() const { return folder_.file("station.toml"); }
    fs::path out() const { return folder_.path() / "runs"; }
    std::vector<std::string> record_arguments() const {
        return {"record", "--station", station(),          "--out", out().string(),
                "--name", "four",      "--until-finished", "--json"};
    }

    fs::path only_run() const {
        fs::path found;
        for (const auto& entry : fs::directory_iterator{out()}) {
            EXPECT_EQ(entry.path().extension(), ".lsrun") << "left behind: " << entry.path();
            EXPECT_TRUE(found.empty()) << "a second file: " << entry.path();
            found = entry.path();
        }
        return found;
    }

    void expect_every_row_once_and_the_same_charge() {
        auto reader = RunReader::open(only_run());
        ASSERT_TRUE(reader) << reader.error().sentence;
        EXPECT_EQ(reader->info().final_reason, "finish");
        const auto analysed = run_to_end({"analyse", only_run().string(), "--json"});
        ASSERT_EQ(analysed.code, 0) << analysed.errors;
        const Json layers = Json::parse(analysed.out).at("runs").at(0).at("layers");
        for (std::size_t i = 0; i < cells.size(); ++i) {
            SCOPED_TRACE(cells.at(i));
            const auto source = read_ndax(cell_file(i));
            ASSERT_TRUE(source) << source.error().sentence;
            expect_rows(*reader, int(i) + 1, *source);
            expect_charge(layers.at(i), *source);
        }
    }

  private:
    static void expect_rows(RunReader& reader, int layer, const CyclerTable& source) {
        std::size_t next = 0;
        const auto read = reader.read_rows(layer, 0, [&](const RecordedRow& row, auto) {
            ASSERT_LT(next, source.rows());
            ASSERT_EQ(row.seqid, std::int64_t(next) + 1);
            ASSERT_EQ(row.testtime_ms, source.step_time_ms[next]);
            ASSERT_EQ(float(row.voltage_V), float(source.voltage_V[next])) << "row " << next;
            ASSERT_EQ(float(row.current_A), float(source.current_A[next])) << "row " << next;
            ++next;
        });
        ASSERT_TRUE(read) << read.error().sentence;
        EXPECT_EQ(next, source.rows());
    }

    /// Integrates the file's own rows, independently of the folds: trapezoid within a step, the
    /// interval before a step's first row is its step time at its current.
    static void expect_charge(const Json& analysed, const CyclerTable& source) {
        long double signed_C = 0;
        long double absolute_C = 0;
        for (std::size_t i = 0; i < source.rows(); ++i) {
            const bool first = i == 0 || source.step_count[i] != source.step_count[i - 1];
            const long double before_s =
                (source.step_time_ms[i] - (first ? 0 : source.step_time_ms[i - 1])) / 1000.0L;
            const long double now_A = source.current_A[i];
            const long double then_A = first ? now_A : source.current_A[i - 1];
            signed_C += before_s * (now_A + then_A) / 2;
            absolute_C += before_s * (std::abs(now_A) + std::abs(then_A)) / 2;
        }
        const double tolerance_mAh = double(absolute_C) / 3.6 * 1e-6;
        // Lithiation is the cycler's discharge here, so that its charge counts negative.
        EXPECT_NEAR(analysed.at("capacity_mAh").get<double>(), double(-signed_C) / 3.6,
                    tolerance_mAh);
        EXPECT_NEAR(analysed.at("absolute_charge_mAh").get<double>(), double(absolute_C) / 3.6,
                    tolerance_mAh);
    }

    TemporaryFolder folder_;
    std::string began_;
};

/// Reads sample lines until `count` have passed or the stream ends.
int read_samples(ChildProcess& recorder, int count) {
    int seen = 0;
    for (std::string line; seen < count && !(line = recorder.read_line()).empty();) {
        if (Json::parse(line).at("event") == "sample") ++seen;
    }
    return seen;
}

TEST_F(WholePath, brings_every_row_of_four_real_cells_once) {
    ChildProcess cycler{cycler_arguments(0)};
    write_station(listening_port(cycler));
    const auto recorded = run_to_end(record_arguments());
    EXPECT_EQ(recorded.code, 0) << recorded.errors;
    expect_every_row_once_and_the_same_charge();
}

TEST_F(WholePath, survives_two_restarts_of_the_cycler_and_a_kill_of_the_recorder) {
    auto cycler = std::make_unique<ChildProcess>(cycler_arguments(0));
    const int port = listening_port(*cycler);
    write_station(port);
    const auto restart_cycler = [&] {
        cycler->send_signal(SIGKILL);
        cycler = std::make_unique<ChildProcess>(cycler_arguments(port));
        EXPECT_EQ(listening_port(*cycler), port);
    };
    {
        ChildProcess recorder{record_arguments()};
        EXPECT_EQ(read_samples(recorder, 1500), 1500);
        restart_cycler();
        EXPECT_EQ(read_samples(recorder, 1500), 1500);
        recorder.send_signal(SIGKILL);
    }
    ChildProcess recorder{record_arguments()};
    EXPECT_EQ(read_samples(recorder, 1500), 1500);
    restart_cycler();
    recorder.read_rest();
    EXPECT_EQ(recorder.wait(), 0);
    expect_every_row_once_and_the_same_charge();
}

}  // namespace
}  // namespace layerscope
