#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/model/cell_model.h"
#include "tests/app/captured_program.h"
#include "tests/app/child_process.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Two of the published rates: quick to fit.
constexpr std::string_view two_rates =
    "rate_C,layer1_mAh,layer2_mAh,layer3_mAh,layer4_mAh\n"
    "0.2,20.714,10.143,6.034,5.772\n"
    "0.5,24.370,8.867,4.523,3.656\n";

CapturedProgram run(std::vector<std::string> words) {
    words.insert(words.begin(), "calibrate");
    return run_captured(std::move(words));
}

/// A fit of one number from few samples, to `output` in `folder`.
std::vector<std::string> small_fit(const TemporaryFolder& folder, const std::string& table,
                                   const std::string& output) {
    return {"--table",  table, "--fit", "layer.lead_ohm",    "--samples",         "3",
            "--starts", "1",   "-o",    folder.file(output), "--no-leave-one-out"};
}

std::string text_of(const std::string& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::size_t files_in(const TemporaryFolder& folder) {
    return std::size_t(std::distance(std::filesystem::directory_iterator{folder.path()}, {}));
}

TEST(CalibrateCommand, writes_a_cell_and_tells_programs_how_good_it_is) {
    const TemporaryFolder folder;
    auto words = small_fit(folder, folder.write("t.csv", two_rates).string(), "mine.toml");
    words.pop_back();
    words.emplace_back("--json");
    words.insert(words.begin(), "calibrate");
    const auto ran = run_to_end(words);
    ASSERT_EQ(ran.code, 0) << ran.errors;
    EXPECT_EQ(ran.errors, "");
    const auto document = nlohmann::json::parse(ran.out);
    EXPECT_EQ(document["cell"], "yan-2025-m");
    EXPECT_EQ(document["fit"], "layer.lead_ohm");
    EXPECT_EQ(document["stopped"], false);
    EXPECT_TRUE(document["observations"].is_null());
    ASSERT_EQ(document["rates"].size(), 2U);
    const auto& layer = document["rates"][1]["layers"][0];
    EXPECT_EQ(layer["layer"], 1);
    EXPECT_NEAR(layer["measured_mAh"].get<double>(), 24.370, 1e-9);
    EXPECT_NEAR(layer["error_mAh"].get<double>(),
                layer["model_mAh"].get<double>() - layer["measured_mAh"].get<double>(), 1e-9);
    EXPECT_LT(document["rmse_mAh"].get<double>(), 1.5);
    EXPECT_GE(document["largest_error_mAh"], document["rmse_mAh"]);
    ASSERT_EQ(document["parameters"].size(), 1U);
    EXPECT_EQ(document["parameters"][0]["determined"], true);
    EXPECT_EQ(document["leave_one_out"].size(), 2U);

    const auto cell = find_cell_model(folder.file("mine.toml"), ".");
    ASSERT_TRUE(cell) << cell.error().sentence;
    EXPECT_EQ(cell->design.name, "mine");
    EXPECT_DOUBLE_EQ(cell->parameters.layers[2].lead_ohm,
                     document["parameters"][0]["value"].get<double>());
    ASSERT_EQ(cell->charges.size(), 2U);
    EXPECT_NEAR(cell->charge_C(0.2), 42.663 * 3.6, 1e-6);
    EXPECT_THAT(
        text_of(folder.file("mine.toml")),
        StartsWith("# Fitted by layerscope calibrate: layer.lead_ohm of the cell yan-2025-m"));
    EXPECT_EQ(files_in(folder), 2U);
}

TEST(CalibrateCommand, tells_a_person_the_same_as_a_table) {
    const TemporaryFolder folder;
    const auto table = folder.write("t.csv", two_rates).string();
    const CapturedProgram ran = run(small_fit(folder, table, "mine.toml"));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("over 8 capacities, 1 parameters"));
    EXPECT_THAT(ran.out, HasSubstr("layer.lead_ohm"));
    EXPECT_THAT(ran.out, HasSubstr("mine.toml written after"));
}

TEST(CalibrateCommand, reads_what_was_observed_beside_its_table) {
    const TemporaryFolder folder;
    const auto table = folder.write("t.csv", two_rates).string();
    folder.write("t.observed.csv",
                 "rate_C,layer,quantity,bound,value,tolerance\n"
                 "0.5,4,plated_mAh,above,10,5\n");
    const CapturedProgram ran = run(small_fit(folder, table, "mine.toml"));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Observed, but not in the model: 0.5C: the lithium plated in "
                                   "layer 4 stays above 10 mAh"));
}

TEST(CalibrateCommand, leaves_a_file_that_exists_as_it_is) {
    const TemporaryFolder folder;
    const auto table = folder.write("t.csv", two_rates).string();
    folder.write("mine.toml", "precious");
    const CapturedProgram ran = run(small_fit(folder, table, "mine.toml"));
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, folder.file("mine.toml") + ": exists already; choose another name\n");
    EXPECT_EQ(text_of(folder.file("mine.toml")), "precious");
}

TEST(CalibrateCommand, says_what_is_wrong_before_it_computes) {
    const TemporaryFolder folder;
    const auto broken = folder.write("t.csv", "rate_C,layer1_mAh\n0.1,x\n").string();
    const CapturedProgram table = run(small_fit(folder, broken, "mine.toml"));
    EXPECT_EQ(table.code, 1);
    EXPECT_EQ(table.err, broken + ":2: layer1_mAh is 'x'; write a number in mAh, 0 or more\n");
    const auto one_layer = folder.write("one.csv", "rate_C,layer1_mAh\n0.1,5\n").string();
    EXPECT_EQ(run(small_fit(folder, one_layer, "mine.toml")).err,
              one_layer +
                  ": the table has 1 layers and the cell yan-2025-m has 4; name the cell that was "
                  "measured with --cell\n");
    EXPECT_EQ(run(small_fit(folder, folder.file("none.csv"), "mine.toml")).err,
              folder.file("none.csv") + ": there is no such table; name a CSV file\n");
    EXPECT_THAT(
        run(small_fit(folder, broken, "none/mine.toml")).err,
        HasSubstr("there is no folder " + folder.file("none") + "; make it, or name another"));
    auto unknown = small_fit(folder, broken, "mine.toml");
    unknown[3] = "layer.colour";
    EXPECT_EQ(run(unknown).code, 2);
    EXPECT_EQ(files_in(folder), 2U);  // the two tables
}

TEST(CalibrateCommand, writes_the_best_so_far_when_it_is_interrupted) {
    const TemporaryFolder folder;
    auto words = small_fit(folder, folder.write("t.csv", two_rates).string(), "mine.toml");
    words[5] = "100000";  // samples: far more than the signal lets it take
    const std::jthread person{[](const std::stop_token& stop) {
        struct sigaction now {};
        while (now.sa_handler == SIG_DFL && !stop.stop_requested()) {
            sigaction(SIGINT, nullptr, &now);
            std::this_thread::yield();
        }
        if (!stop.stop_requested()) ::kill(::getpid(), SIGINT);
    }};
    const CapturedProgram ran = run(words);
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Stopped before its end: this is the best up to then"));
    EXPECT_TRUE(find_cell_model(folder.file("mine.toml"), "."));
}

}  // namespace
}  // namespace layerscope
