#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/app/captured_program.h"
#include "tests/app/child_process.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

/// Runs `layerscope cycler` with words that it must refuse before it listens.
CapturedProgram refuse(std::vector<std::string> words) {
    words.insert(words.begin(), "cycler");
    return run_captured(std::move(words));
}

TEST(CyclerCommand, refuses_a_test_that_begins_in_the_future) {
    const CapturedProgram outcome = refuse({"--began", "2999-01-01T00:00:00Z"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err.rfind("--began 2999-01-01T00:00:00Z lies in the future (now ", 0), 0U);
    EXPECT_TRUE(outcome.err.ends_with("; give a time that has passed\n"));
}

TEST(CyclerCommand, refuses_a_replay_that_leaves_a_layer_out) {
    const CapturedProgram outcome = refuse({"--replay", "layer1=a.ndax,layer3=c.ndax"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err,
              "--replay has no layer 2 but a layer 3; give every layer from 1 on a file\n");
}

TEST(CyclerCommand, refuses_a_replay_that_names_a_layer_twice_or_none) {
    EXPECT_EQ(refuse({"--replay", "layer1=a,layer1=b"}).err,
              "--replay names layer 1 twice; give each layer one file\n");
    EXPECT_EQ(refuse({"--replay", "a.ndax"}).err,
              "--replay 'a.ndax' is not layer1=FILE to layer16=FILE\n");
}

TEST(CyclerCommand, refuses_rates_and_speeds_that_are_none) {
    EXPECT_EQ(refuse({"--rate", "fast"}).err, "--rate fast is not a C-rate; write it like 0.2C\n");
    EXPECT_EQ(refuse({"--speed", "0"}).err,
              "--speed 0 is not a factor above 0 and up to 1000000; write it like 60\n");
    for (const std::string rate : {"0", "20C"}) EXPECT_EQ(refuse({"--rate", rate}).code, 2);
    EXPECT_EQ(refuse({"--rate", "12C"}).err,
              "a rate of 12C is outside what is simulated; choose 0.01C to 5C\n");
}

TEST(CyclerCommand, fails_on_a_cell_that_is_not_there_or_has_no_model) {
    EXPECT_EQ(refuse({"--cell", "nobody-2020"}).code, 1);
    const CapturedProgram outcome = refuse({"--cell", "yan-2025"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("choose yan-2025-h, yan-2025-m"), std::string::npos);
}

TEST(CyclerCommand, takes_either_a_rate_or_a_protocol) {
    EXPECT_EQ(refuse({"--rate", "1C", "--protocol", "P.toml"}).code, 2);
    EXPECT_EQ(refuse({"--protocol", "nowhere/P.toml"}).code, 1);
}

TEST(CyclerCommand, serves_a_cell_that_follows_a_protocol) {
    const TemporaryFolder folder;
    const auto protocol =
        folder.write("P.toml", "[[step]]\ndo = \"rest\"\nleads = \"open\"\nuntil_time_min = 5\n");
    ChildProcess cycler{{"cycler", "--protocol", protocol.string()}};
    EXPECT_TRUE(cycler.read_line().starts_with("listening bts 127.0.0.1:"));
}

TEST(CyclerCommand, takes_a_word_it_does_not_know_for_wrong_usage) {
    EXPECT_EQ(refuse({"--nonsense"}).code, 2);
}

}  // namespace
}  // namespace layerscope
