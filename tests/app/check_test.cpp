#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/captured_program.h"
#include "tests/hw/scripted_cycler.h"

namespace layerscope {
namespace {

/// A station file for one test, gone with it.
class Check : public ::testing::Test {
  protected:
    /// The station of the cell with four layers, references on the first and the third.
    void write_station(std::uint16_t port) {
        std::string toml =
            "[cell]\nname = \"C-07\"\ndesign = \"yan-2025\"\nlithiation = \"discharge\"\n\n"
            "[[device]]\nid = \"bts\"\ndriver = \"neware-bts\"\nhost = \"127.0.0.1\"\n";
        toml += fmt::format("port = {}\n", port);
        for (int layer = 1; layer <= 4; ++layer) {
            const auto source = fmt::format("device = \"bts\", address = \"27-21-1-{}\"", layer);
            toml += fmt::format("[[channel]]\nlayer = {}\ncurrent = {{ {} }}\n", layer, source);
            if (layer % 2 == 1)
                toml += fmt::format("reference = {{ {}, field = \"V1\" }}\n", source);
        }
        std::ofstream{path_} << toml;
    }

    CapturedProgram run(std::vector<std::string> words) const {
        words.insert(words.begin(), {"check", "--station", path_.string()});
        return run_captured(std::move(words));
    }

    void TearDown() override { std::filesystem::remove(path_); }

    const std::filesystem::path path_ =
        std::filesystem::temp_directory_path() /
        fmt::format("layerscope-check-{}.toml",
                    ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Check, tells_people_what_every_channel_says) {
    ScriptedCycler cycler{4};
    cycler.record(1, 12);
    cycler.record(2, 7, true);
    write_station(cycler.port());
    const CapturedProgram ran = run({});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.out,
              fmt::format(
                  "bts (neware-bts, 127.0.0.1:{}): 4 of 4 channels answer\n"
                  "  layer 1  27-21-1-1  working, test 143, 12 rows, 0.2500 V, -1.5 mA, reference "
                  "0.1250 V\n"
                  "  layer 2  27-21-1-2  finish, test 143, 7 rows, 0.2500 V, -1.5 mA\n"
                  "  layer 3  27-21-1-3  working, test 143, 0 rows, 0.2500 V, -1.5 mA, reference "
                  "0.1250 V\n"
                  "  layer 4  27-21-1-4  working, test 143, 0 rows, 0.2500 V, -1.5 mA\n",
                  cycler.port()));
}

TEST_F(Check, tells_programs_what_every_channel_says) {
    ScriptedCycler cycler{3};
    cycler.record(1, 12);
    write_station(cycler.port());
    const CapturedProgram ran = run({"--json"});
    EXPECT_EQ(ran.code, 1);
    const std::string error =
        "channel 27-21-1-4 of layer 4 is not on bts; it has 27-21-1-1, 27-21-1-2, 27-21-1-3; "
        "correct "
        "the station or see to the cycler";
    EXPECT_EQ(ran.err, error + "\n");
    const auto document = nlohmann::json::parse(ran.out);
    const auto& device = document.at("devices").at(0);
    EXPECT_EQ(device.at("id"), "bts");
    EXPECT_EQ(device.at("driver"), "neware-bts");
    EXPECT_EQ(device.at("ok"), false);
    EXPECT_EQ(device.at("error"), error);
    ASSERT_EQ(device.at("channels").size(), 4U);
    EXPECT_EQ(device["channels"][0], nlohmann::json::parse(R"({"layer": 1, "address": "27-21-1-1",
        "status": "working", "test_id": 143, "rows": 12, "voltage_V": 0.25, "current_A": -0.0015,
        "reference_V": 0.125, "error": null})"));
    EXPECT_EQ(device["channels"][3], nlohmann::json::parse(R"({"layer": 4, "address": "27-21-1-4",
        "status": null, "test_id": null, "rows": null, "voltage_V": null, "current_A": null,
        "reference_V": null, "error": ")" + error + "\"}"));
}

TEST_F(Check, fails_with_one_sentence_when_nobody_listens) {
    const auto port = closed_port();
    write_station(port);
    const CapturedProgram ran = run({});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out,
              fmt::format("bts (neware-bts, 127.0.0.1:{}): 0 of 4 channels answer\n", port));
    EXPECT_EQ(ran.err, fmt::format("bts at 127.0.0.1:{}: connection refused; see that the cycler's "
                                   "program runs in API mode and that the port is right\n",
                                   port));
}

TEST_F(Check, says_nothing_on_stdout_when_the_station_cannot_be_read) {
    const CapturedProgram ran = run({"--json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(path_.string()), std::string::npos);
}

}  // namespace
}  // namespace layerscope
