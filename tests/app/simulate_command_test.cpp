#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/captured_program.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SimulateCommand : public testing::Test {
  protected:
    CapturedProgram simulate(std::vector<std::string> words) const {
        words.insert(words.begin(), "simulate");
        words.insert(words.end(), {"-o", run()});
        return run_captured(std::move(words));
    }

    static nlohmann::json parsed(const CapturedProgram& ran) {
        EXPECT_EQ(ran.code, 0) << ran.err;
        return nlohmann::json::parse(ran.out);
    }

    std::string run() const { return folder.file("fifth.lsrun"); }
    bool nothing_written() const { return std::filesystem::is_empty(folder.path()); }

    const TemporaryFolder folder;
};

TEST_F(SimulateCommand, tells_programs_what_became_of_each_layer) {
    const auto ran = simulate({"--rate", "0.2C", "--json"});
    const auto document = parsed(ran);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(document["run"], run());
    EXPECT_EQ(document["cell"], "yan-2025-h");
    EXPECT_EQ(document["rate"], "0.2C");
    ASSERT_EQ(document["steps"].size(), 1U);
    EXPECT_EQ(document["steps"][0]["ended"], "charge");
    EXPECT_NEAR(document["steps"][0]["charge_mAh"].get<double>(), 42.663, 1e-6);
    ASSERT_EQ(document["layers"].size(), 4U);
    // Converged values of the parameter set, see docs/model.md.
    const std::vector<double> capacity_mAh{21.188, 8.840, 6.413, 6.221};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& layer = document["layers"][i];
        EXPECT_EQ(layer["layer"], i + 1);
        EXPECT_NEAR(layer["capacity_mAh"].get<double>(), capacity_mAh[i], 0.03);
    }
    const auto& first = document["layers"][0];
    EXPECT_NEAR(first["plated_mAh"].get<double>(), 5.606, 0.03);
    EXPECT_NEAR(first["min_potential_V"].get<double>(), -0.0565, 5e-4);
    EXPECT_GT(first["first_below_0V_s"].get<double>(), 6000);
    EXPECT_TRUE(document["layers"][3]["first_below_0V_s"].is_null());
    EXPECT_EQ(document["salt_exhausted"], false);
    EXPECT_GT(document["solver"]["newton_iterations"], document["solver"]["steps"]);
}

TEST_F(SimulateCommand, tells_people_the_same_in_a_table) {
    const auto ran = simulate({"--rate", "0.5C"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, StartsWith(run() + "  yan-2025-h 0.5C\n"));
    EXPECT_THAT(ran.out, HasSubstr("Step 1 ended by charge at "));
    EXPECT_THAT(ran.out, HasSubstr(" with 41.420 mAh in the cell\n"));
}

TEST_F(SimulateCommand, writes_a_run_that_the_other_commands_read) {
    ASSERT_EQ(simulate({"--rate", "0.5C"}).code, 0);
    const auto analysed = parsed(run_captured({"analyse", run(), "--json"}))["runs"][0];
    EXPECT_EQ(analysed["rate"], "0.5C");
    EXPECT_EQ(analysed["plating"]["status"], "possible");
    const auto columns = parsed(run_captured({"inspect", run(), "--json"}))["columns"];
    const auto& truth = columns["layer2_true_potential_V"];
    EXPECT_TRUE(truth.value("simulated_truth", false));
    EXPECT_GT(truth["valid"], 400);
    EXPECT_FALSE(columns["layer1_V1"].contains("simulated_truth"));
    EXPECT_THAT(run_captured({"inspect", run()}).out, HasSubstr("  simulated truth\n"));
}

TEST_F(SimulateCommand, follows_a_protocol) {
    const auto protocol = folder.write("P.toml",
                                       "[[step]]\ndo = \"lithiate\"\nrate_C = 0.2\n"
                                       "until_time_min = 30\n\n"
                                       "[[step]]\ndo = \"rest\"\nuntil_time_min = 10\n");
    const auto document = parsed(simulate({"--protocol", protocol.string(), "--json"}));
    EXPECT_TRUE(document["rate"].is_null());
    ASSERT_EQ(document["steps"].size(), 2U);
    EXPECT_EQ(document["steps"][1]["ended"], "time");
    EXPECT_NEAR(document["steps"][1]["time_s"].get<double>(), 2400, 1e-6);
    EXPECT_NEAR(document["steps"][1]["charge_mAh"].get<double>(), 6.72, 1e-6);
}

TEST_F(SimulateCommand, begins_as_it_is_told) {
    const auto fresh = parsed(simulate({"--rate", "0.5C", "--start", "fresh", "--json"}));
    std::filesystem::remove(run());
    const auto residual = parsed(simulate({"--rate", "0.5C", "--start", "residual", "--json"}));
    // Lithium that earlier tests left in layer 4 is still there at the end.
    EXPECT_GT(residual["layers"][3]["stoichiometry"].get<double>(),
              fresh["layers"][3]["stoichiometry"].get<double>() + 0.2);
}

TEST_F(SimulateCommand, ends_with_one_sentence_and_a_run_where_the_salt_is_exhausted) {
    const auto ran = simulate({"--rate", "3C", "--json"});
    const auto document = parsed(ran);
    EXPECT_EQ(document["salt_exhausted"], true);
    EXPECT_EQ(document["steps"][0]["ended"], "salt_exhausted");
    EXPECT_THAT(ran.err, StartsWith("at 3C the salt in layer "));
    EXPECT_THAT(ran.err, HasSubstr("; choose a lower rate to go further\n"));
    EXPECT_EQ(run_captured({"analyse", run()}).code, 0);
}

TEST_F(SimulateCommand, tells_when_a_layer_that_begins_below_0_V_does_so) {
    const auto document = parsed(simulate({"--rate", "3C", "--json"}));
    ASSERT_LT(document["layers"][0]["min_potential_V"].get<double>(), 0);
    EXPECT_FALSE(document["layers"][0]["first_below_0V_s"].is_null());
}

TEST_F(SimulateCommand, refuses_words_that_name_no_test) {
    EXPECT_EQ(simulate({}).err,
              "nothing is said of the test; give --rate like 0.2C, or --protocol\n");
    const std::vector<std::vector<std::string>> wrong{{},
                                                      {"--rate", "fast"},
                                                      {"--rate", "9C"},
                                                      {"--rate", "1C", "--protocol", "P.toml"},
                                                      {"--rate", "1C", "--start", "old"},
                                                      {"--rate", "1C", "--tolerance", "0"},
                                                      {"--rate", "1C", "--tolerance", "nan"},
                                                      {"--rate", "1C", "--nodes", "0"}};
    for (const auto& words : wrong) {
        const auto ran = simulate(words);
        EXPECT_EQ(ran.code, 2) << testing::PrintToString(words);
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    }
    EXPECT_EQ(simulate({"--rate", "1C", "--nodes", "900"}).err,
              "--nodes 900 is not between 1 and 64; leave it out for 4\n");
    EXPECT_TRUE(nothing_written());
}

TEST_F(SimulateCommand, fails_on_a_cell_without_model_and_on_a_run_that_is_there) {
    EXPECT_EQ(simulate({"--rate", "1C", "--cell", "yan-2025"}).code, 1);
    EXPECT_TRUE(nothing_written());
    folder.write("fifth.lsrun", "mine");
    const auto ran = simulate({"--rate", "1C"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.err, run() + ": exists already; choose another name\n");
}

}  // namespace
}  // namespace layerscope
