#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/commands/program.h"

namespace layerscope {
namespace {

struct Outcome {
    int exit_code;
    std::string complaint;
};

/// Runs `layerscope cycler` with words that it must refuse before it listens.
Outcome refuse(std::vector<std::string> words) {
    words.insert(words.begin(), {"layerscope", "cycler"});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    testing::internal::CaptureStderr();
    const int exit_code = run_program(int(arguments.size()), arguments.data());
    return {exit_code, testing::internal::GetCapturedStderr()};
}

TEST(CyclerCommand, refuses_a_test_that_begins_in_the_future) {
    const Outcome outcome = refuse({"--began", "2999-01-01T00:00:00Z"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(outcome.complaint.rfind("--began 2999-01-01T00:00:00Z lies in the future (now ", 0),
              0U);
    EXPECT_TRUE(outcome.complaint.ends_with("; give a time that has passed\n"));
}

TEST(CyclerCommand, refuses_a_replay_that_leaves_a_layer_out) {
    const Outcome outcome = refuse({"--replay", "layer1=a.ndax,layer3=c.ndax"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(outcome.complaint,
              "--replay has no layer 2 but a layer 3; give every layer from 1 on a file\n");
}

TEST(CyclerCommand, refuses_a_replay_that_names_a_layer_twice_or_none) {
    EXPECT_EQ(refuse({"--replay", "layer1=a,layer1=b"}).complaint,
              "--replay names layer 1 twice; give each layer one file\n");
    EXPECT_EQ(refuse({"--replay", "a.ndax"}).complaint,
              "--replay 'a.ndax' is not layer1=FILE to layer16=FILE\n");
}

TEST(CyclerCommand, refuses_rates_and_speeds_that_are_none) {
    EXPECT_EQ(refuse({"--rate", "fast"}).complaint,
              "--rate fast is not a C-rate; write it like 0.2C\n");
    EXPECT_EQ(refuse({"--speed", "0"}).complaint,
              "--speed 0 is not a factor above 0 and up to 1000000; write it like 60\n");
    EXPECT_EQ(refuse({"--rate", "20C"}).exit_code, 2);
}

TEST(CyclerCommand, fails_on_a_cell_that_is_not_there) {
    EXPECT_EQ(refuse({"--cell", "nobody-2020"}).exit_code, 1);
}

TEST(CyclerCommand, takes_a_word_it_does_not_know_for_wrong_usage) {
    EXPECT_EQ(refuse({"--nonsense"}).exit_code, 2);
}

}  // namespace
}  // namespace layerscope
