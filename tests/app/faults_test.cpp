// What a person gets who asks for what cannot be had: one sentence on stderr, nothing on stdout,
// the exit code of the contract.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/cell/station.h"
#include "tests/app/child_process.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

using Json = nlohmann::json;

void expect_one_sentence(const Finished& finished, int code) {
    EXPECT_EQ(finished.code, code);
    EXPECT_EQ(finished.out, "");
    ASSERT_FALSE(finished.errors.empty());
    EXPECT_EQ(finished.errors.find('\n'), finished.errors.size() - 1) << finished.errors;
}

std::string demonstration(std::uint16_t port) {
    const auto design =
        parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
    return demonstration_station_toml(design, port, "cell");
}

class Faults : public ::testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream{folder_.file(name), std::ios::binary} << text;
        return folder_.file(name);
    }
    TemporaryFolder folder_;
};

TEST_F(Faults, every_command_helps_with_an_example) {
    for (const char* command : {"cycler", "record", "inspect", "analyse", "check"}) {
        const auto help = run_to_end({command, "--help"});
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_NE(help.out.find(std::string{"layerscope "} + command), std::string::npos)
            << help.out;
        EXPECT_EQ(help.errors, "") << command;
    }
}

TEST_F(Faults, wrong_usage_ends_with_2) {
    EXPECT_EQ(run_to_end({"inspect"}).code, 2);
    EXPECT_EQ(run_to_end({"record", "--nonsense"}).code, 2);
    EXPECT_EQ(run_to_end({"cycler", "--replay", "layer2=x"}).code, 2);
    EXPECT_EQ(run_to_end({"cycler", "--rate", "fast"}).code, 2);
    EXPECT_EQ(run_to_end({"cycler", "--began", "2999-01-01T00:00:00Z"}).code, 2);
}

TEST_F(Faults, a_wrong_station_file_is_one_sentence) {
    const auto station = write("S.toml", "[cell]\nname = 3\n");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"check", "--station", station},
          std::vector<std::string>{"record", "--station", station, "--out",
                                   folder_.file("runs")}}) {
        const auto finished = run_to_end(command);
        expect_one_sentence(finished, 1);
        EXPECT_NE(finished.errors.find("S.toml:2: 'name' must be a text in quotes"),
                  std::string::npos)
            << finished.errors;
    }
}

TEST_F(Faults, files_that_are_not_what_they_say_are_one_sentence) {
    for (const auto& file :
         {folder_.file("missing.ndax"), write("empty.ndax", ""), write("text.ndax", "hello\n"),
          write("zip.ndax", "PK\x03\x04 and no more"),
          write("foreign.lsrun", std::string("SQLite format 3\0 and no more", 29)),
          folder_.path().string()}) {
        SCOPED_TRACE(file);
        expect_one_sentence(run_to_end({"inspect", file, "--json"}), 1);
        expect_one_sentence(run_to_end({"analyse", file, "--json"}), 1);
    }
}

TEST_F(Faults, a_closed_port_is_told_by_check_and_survived_by_record) {
    // Port 1 of this machine: nobody listens there.
    const auto station = write("S.toml", demonstration(1));
    const auto checked = run_to_end({"check", "--station", station, "--json"});
    EXPECT_EQ(checked.code, 1);
    const Json device = Json::parse(checked.out).at("devices").at(0);
    EXPECT_EQ(device.at("ok"), false);
    EXPECT_NE(device.at("error").get<std::string>().find("refused"), std::string::npos);

    const auto recorded = run_to_end(
        {"record", "--station", station, "--out", folder_.file("runs"), "--duration", "1s"});
    EXPECT_EQ(recorded.code, 0) << recorded.errors;
    EXPECT_NE(recorded.errors.find("refused"), std::string::npos) << recorded.errors;
}

TEST_F(Faults, check_tells_what_every_channel_says_now) {
    ChildProcess cycler{{"cycler", "--speed", "1000"}};
    const std::string line = cycler.read_line();
    const int port = std::stoi(line.substr(line.rfind(':') + 1));
    const auto station = write("S.toml", demonstration(std::uint16_t(port)));
    const auto checked = run_to_end({"check", "--station", station, "--json"});
    ASSERT_EQ(checked.code, 0) << checked.errors;
    const Json channels = Json::parse(checked.out).at("devices").at(0).at("channels");
    ASSERT_EQ(channels.size(), 4U);
    EXPECT_TRUE(channels[0].at("reference_V").is_number());
    EXPECT_TRUE(channels[1].at("reference_V").is_null());
    cycler.send_signal(SIGTERM);
    EXPECT_EQ(cycler.wait(), 0);
}

}  // namespace
}  // namespace layerscope
