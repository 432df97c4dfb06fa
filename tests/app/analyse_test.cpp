#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/captured_program.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

/// Two hours at the capacities that Yan, Wang, He, Energy Mater. 2025, 5, 500087, Table 1, has at
/// 0.33C: layer 1 is at 0 V after 500 s.
std::string published_run(const TemporaryFolder& folder) {
    const double capacity_mAh[] = {22.965, 9.108, 5.033, 4.224};
    const auto path = folder / "night.lsrun";
    auto writer = RunWriter::create(path, new_run());
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) {
        RowPage rows = page(layer, 1, 720);
        for (RecordedRow& next : rows.rows) next.current_A = -0.0005 * capacity_mAh[layer - 1];
        entries.emplace_back(std::move(rows));
    }
    const auto done = writer->commit(entries);
    EXPECT_TRUE(done) << done.error().sentence;
    return path.string();
}

TEST(Analyse, tells_programs_what_a_run_holds) {
    const TemporaryFolder folder;
    const std::string path = published_run(folder);
    const CapturedProgram ran = run_captured({"analyse", path, path, "--json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto document = nlohmann::json::parse(ran.out);
    ASSERT_EQ(document["runs"].size(), 2U);
    const auto& first = document["runs"][0];
    EXPECT_EQ(first["run"], path);
    EXPECT_EQ(first["rate"], "0.31C");  // 20.665 mA over 67.2 mA
    ASSERT_EQ(first["layers"].size(), 4U);
    const auto& layer = first["layers"][0];
    EXPECT_EQ(layer["layer"], 1);
    EXPECT_EQ(layer["rows"], 720);
    EXPECT_EQ(layer["missing_rows"], 0);
    EXPECT_NEAR(layer["capacity_mAh"].get<double>(), 22.965, 1e-10);
    EXPECT_NEAR(layer["absolute_charge_mAh"].get<double>(), 22.965, 1e-10);
    EXPECT_NEAR(layer["soc"].get<double>(), 22.965 / 16.8, 1e-12);
    EXPECT_EQ(layer["soc_clipped"], 1.0);
    EXPECT_NEAR(layer["over_capacity_mAh"].get<double>(), 6.165, 1e-10);
    EXPECT_NEAR(layer["peak_current_density_mA_cm2"].get<double>(), 11.4825 / 16, 1e-12);
    EXPECT_NEAR(layer["device_capacity_mAh"].get<double>(), 2.4, 1e-12);
    EXPECT_EQ(first["layers"][1]["over_capacity_mAh"], 0.0);
    EXPECT_NEAR(first["total_capacity_mAh"].get<double>(), 41.33, 1e-10);
    const auto& spread = first["heterogeneity"];
    EXPECT_NEAR(spread["range"].get<double>(), 1.115535714285714, 1e-12);
    EXPECT_NEAR(spread["sigma"].get<double>(), 0.44789237099904883, 1e-12);
    EXPECT_NEAR(spread["cv"].get<double>(), 0.7282450358368275, 1e-12);
    EXPECT_NEAR(spread["slope"].get<double>(), -0.35891666666666666, 1e-12);
    EXPECT_NEAR(spread["share_layer1"].get<double>(), 0.5556496491652553, 1e-12);
    EXPECT_NEAR(spread["clipped"]["cv"].get<double>(), 0.5665380744201676, 1e-12);
    const auto& plating = first["plating"];
    EXPECT_EQ(plating["status"], "possible");
    EXPECT_EQ(plating["first_below_0V_s"], 500.0);
    EXPECT_NEAR(plating["min_potential_V"].get<double>(), -2.0, 1e-12);
    EXPECT_TRUE(plating["turning_point_s"].is_null());
    EXPECT_TRUE(plating["plated_lower_bound_mAh"].is_null());
}

TEST(Analyse, says_null_where_nothing_was_measured) {
    const TemporaryFolder folder;
    ASSERT_TRUE(RunWriter::create(folder / "empty.lsrun", new_run()));
    const CapturedProgram ran =
        run_captured({"analyse", (folder / "empty.lsrun").string(), "--json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto first = nlohmann::json::parse(ran.out)["runs"][0];
    EXPECT_TRUE(first["rate"].is_null());
    EXPECT_TRUE(first["heterogeneity"]["cv"].is_null());
    EXPECT_TRUE(first["heterogeneity"]["share_layer1"].is_null());
    EXPECT_EQ(first["plating"]["status"], "unknown");
    EXPECT_TRUE(first["plating"]["first_below_0V_s"].is_null());
}

TEST(Analyse, shows_people_a_table) {
    const TemporaryFolder folder;
    const std::string path = published_run(folder);
    const CapturedProgram ran = run_captured({"analyse", path});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, path + R"(  0.31C
  layer     rows  missing      Q/mAh     SOC  over/mAh peak/mA cm-2 cycler/mAh
      1      720        0     22.965   1.367     6.165        0.718      2.400
      2      720        0      9.108   0.542     0.000        0.285      2.400
      3      720        0      5.033   0.300     0.000        0.157      2.400
      4      720        0      4.224   0.251     0.000        0.132      2.400
  Total        41.330 mAh, layer 1 has 0.556 of it
  SOC raw      mean 0.615  range 1.116  sigma 0.448  CV 0.728  slope -0.359 per layer
  SOC clipped  mean 0.523  range 0.749  sigma 0.296  CV 0.567  slope -0.249 per layer
  Plating      possible: at or below 0 V from 500.0 s on, lowest -2000.0 mV
)");
}

TEST(Analyse, writes_nothing_to_stdout_when_one_run_fails) {
    const TemporaryFolder folder;
    const std::string good = published_run(folder);
    const std::string missing = (folder / "missing.lsrun").string();
    const auto expected = RunReader::open(missing);
    ASSERT_FALSE(expected);
    const CapturedProgram ran = run_captured({"analyse", good, missing, "--json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, expected.error().sentence + "\n");
}

}  // namespace
}  // namespace layerscope
