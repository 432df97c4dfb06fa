#include "core/model/simulated_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <vector>

#include "core/analysis/stored_run.h"
#include "core/model/simulated_truth.h"
#include "core/series/stream_columns.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

class SimulatedRun : public testing::Test {
  protected:
    SimulatedRun() {
        cell.toml = builtin_cell_text("yan-2025-h").value();
        cell.model = parse_cell_model(cell.toml, "yan-2025-h").value();
    }

    Protocol lithiation(double rate_C) const {
        return lithiation_protocol(cell.model, rate_C, StartState::by_rate, 600);
    }

    Result<SimulationOutcome> run(const Protocol& protocol, std::uint64_t noise_seed = 0) const {
        SimulatedRunSettings settings;
        settings.path = path();
        settings.noise_seed = noise_seed;
        return simulate_into_run(cell, protocol, settings);
    }

    fs::path path() const { return folder / "fifth.lsrun"; }

    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{folder.path()}) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    std::vector<RecordedRow> rows(int layer) const {
        auto reader = RunReader::open(path()).value();
        std::vector<RecordedRow> read;
        const auto all = reader.read_rows(
            layer, 0, [&](const RecordedRow& row, const auto&) { read.push_back(row); });
        EXPECT_TRUE(all) << all.error().sentence;
        return read;
    }

    const TemporaryFolder folder;
    WrittenCell cell;
};

TEST_F(SimulatedRun, is_one_finished_file_that_says_it_was_simulated) {
    ASSERT_TRUE(run(lithiation(0.5)));
    EXPECT_EQ(files(), std::vector<std::string>{"fifth.lsrun"});
    const auto reader = RunReader::open(path());
    ASSERT_TRUE(reader) << reader.error().sentence;
    EXPECT_EQ(reader->info().origin, "simulated");
    EXPECT_EQ(reader->info().name, "fifth");
    EXPECT_EQ(reader->info().final_reason, "finish");
    EXPECT_EQ(reader->info().station.design.name, "yan-2025-h");
    EXPECT_EQ(reader->info().station.design_toml, cell.toml);
}

TEST_F(SimulatedRun, is_analysed_to_the_charges_of_the_model) {
    const auto outcome = run(lithiation(0.5));
    ASSERT_TRUE(outcome) << outcome.error().sentence;
    auto reader = RunReader::open(path()).value();
    const auto summary = analyse_stored_run(reader).value();
    for (std::size_t i = 0; i < 4; ++i) {
        // The trapezoid over rows 10 s apart is what differs.
        EXPECT_NEAR(summary.layers[i].charge_C, outcome->last.layers[i].charge_C, 0.02 * 3.6);
        EXPECT_EQ(summary.layers[i].missing_rows, 0);
    }
}

TEST_F(SimulatedRun, holds_what_opens_it_without_its_rows_being_read) {
    ASSERT_TRUE(run(lithiation(0.5)));
    auto reader = RunReader::open(path()).value();
    int rows_read = 0;
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint&) { ++rows_read; };
    const auto restored = restore_run_folds(reader, visitor).value();
    EXPECT_TRUE(restored.from_state);
    EXPECT_EQ(rows_read, 0);
    const auto summary = restored.folds.analysis().summary();
    auto again = RunReader::open(path()).value();
    std::int64_t points = 0;
    ReplayVisitor counter;
    counter.spread_point = [&](const SpreadPoint&) { ++points; };
    EXPECT_EQ(summary.charge_C, analyse_stored_run(again, counter).value().charge_C);
    auto combined = reader.series(combined_stream, {std::string{"sigma"}}).value();
    EXPECT_EQ(combined.rows(), points - 1) << "only the end settles the last";
    auto layer = reader.series(1, {stream_column::soc}).value();
    EXPECT_NEAR(layer.newest(0), summary.layers[0].soc, 1e-6);
}

TEST_F(SimulatedRun, holds_the_truth_of_every_layer_in_every_row) {
    ASSERT_TRUE(run(lithiation(0.5)));
    for (int layer = 1; layer <= 4; ++layer) {
        const auto read = rows(layer);
        ASSERT_GT(read.size(), 500U);
        for (const RecordedRow& row : read) {
            const auto truths =
                std::count_if(row.aux.begin(), row.aux.end(),
                              [](const AuxValue& aux) { return is_simulated_truth(aux.name); });
            ASSERT_EQ(truths, 5);
            ASSERT_EQ(row.aux.size(), layer % 2 == 1 ? 6U : 5U);
        }
    }
}

TEST_F(SimulatedRun, numbers_its_rows_without_holes_and_gives_each_a_wall_time) {
    ASSERT_TRUE(run(lithiation(0.5)));
    const auto read = rows(2);
    for (std::size_t i = 0; i < read.size(); ++i) {
        ASSERT_EQ(read[i].seqid, std::int64_t(i) + 1);
        ASSERT_TRUE(parse_wall_time(read[i].atime)) << read[i].atime;
    }
}

TEST_F(SimulatedRun, keeps_the_alarm_of_a_layer_that_reached_0_V) {
    ASSERT_TRUE(run(lithiation(0.5)));
    auto reader = RunReader::open(path()).value();
    const auto events = reader.events().value();
    const auto alarm = std::find_if(events.begin(), events.end(),
                                    [](const RunEvent& event) { return event.kind == "below_0V"; });
    ASSERT_NE(alarm, events.end());
    EXPECT_EQ(alarm->layer, 1);
    EXPECT_EQ(events.front().text, "simulation of yan-2025-h begins");
    EXPECT_EQ(events.back().kind, "closed");
}

TEST_F(SimulatedRun, is_exact_without_a_seed_and_measured_with_one) {
    ASSERT_TRUE(run(lithiation(0.5)));
    const RecordedRow exact = rows(1)[100];
    EXPECT_EQ(exact.aux[0].value, double(float(exact.aux[1].value)));
    fs::remove(path());
    ASSERT_TRUE(run(lithiation(0.5), 1));
    const RecordedRow measured = rows(1)[100];
    EXPECT_NE(measured.aux[0].value, exact.aux[0].value);
    EXPECT_EQ(measured.aux[1], exact.aux[1]);
}

TEST_F(SimulatedRun, ends_with_a_note_where_the_salt_is_exhausted) {
    const auto outcome = run(lithiation(3));
    ASSERT_TRUE(outcome) << outcome.error().sentence;
    ASSERT_TRUE(outcome->salt_exhausted);
    EXPECT_EQ(files(), std::vector<std::string>{"fifth.lsrun"});
    auto reader = RunReader::open(path()).value();
    EXPECT_EQ(reader.info().final_reason, "finish");
    const auto events = reader.events().value();
    ASSERT_GE(events.size(), 2U);
    const RunEvent& note = *std::prev(events.end(), 2);
    EXPECT_EQ(note.kind, "note");
    EXPECT_TRUE(note.text.starts_with("at 3C the salt in layer ")) << note.text;
}

TEST_F(SimulatedRun, leaves_a_file_that_is_there_as_it_is) {
    folder.write("fifth.lsrun", "mine");
    const auto outcome = run(lithiation(0.5));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().sentence, path().string() + ": exists already; choose another name");
    EXPECT_EQ(fs::file_size(path()), 4U);
    EXPECT_EQ(files().size(), 1U);
}

TEST_F(SimulatedRun, leaves_nothing_where_the_model_fails) {
    cell.model.parameters.graphite.exchange_current_A_m2 = std::nan("");
    EXPECT_FALSE(run(lithiation(0.5)));
    EXPECT_TRUE(files().empty());
}

TEST_F(SimulatedRun, wants_the_folder_to_be_there) {
    SimulatedRunSettings settings;
    settings.path = folder / "nowhere" / "fifth.lsrun";
    const auto outcome = simulate_into_run(cell, lithiation(0.5), settings);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().sentence,
              fmt::format("{}: there is no folder {}; make it, or name another",
                          settings.path.string(), settings.path.parent_path().string()));
}

}  // namespace
}  // namespace layerscope
