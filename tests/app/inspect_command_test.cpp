#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/captured_program.h"
#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/core/store/run_fixture.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

class InspectCommand : public testing::Test {
  protected:
    InspectCommand() { synthetic::write_zip(folder_ / "cell.ndax", synthetic::two_step_test()); }
    std::string file(const std::string& name) const { return (folder_ / name).string(); }

    TemporaryFolder folder_;
};

TEST_F(InspectCommand, prints_one_json_document) {
    const auto outcome = run_captured({"inspect", file("cell.ndax"), "--json"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    const auto json = Json::parse(outcome.out);
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    EXPECT_THAT(
        keys, testing::ElementsAre("format", "version", "rows", "channels", "columns", "warnings"));
    EXPECT_EQ(json.at("channels"),
              Json::parse(R"([{"layer": null, "quantity": "current", "device": "Neware 21",
                               "address": "27-21-10-7", "rows": 8}])"));
    EXPECT_EQ(json.at("columns").at("cycle"),
              Json::parse(R"({"first": 1, "last": 2, "min": 1, "max": 2, "mean": 1.625,
                              "valid": 8})"));
    EXPECT_EQ(json.at("columns").at("step_type"),
              Json::parse(R"({"first": "Rest", "last": "CC Chg", "min": null, "max": null,
                              "mean": null, "valid": 8})"));
    EXPECT_EQ(json.at("columns").at("V2_V"),
              Json::parse(R"({"first": 0.125, "last": null, "min": 0.125, "max": 0.5,
                              "mean": 0.3125, "valid": 2})"));
    EXPECT_EQ(json.at("warnings"), Json::array());
}

TEST_F(InspectCommand, prints_a_table_for_people) {
    const auto outcome = run_captured({"inspect", file("cell.ndax")});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out,
                testing::StartsWith("ndax, ndc 17, 8 rows\n"
                                    "channel  no layer  current  Neware 21  27-21-10-7  8 "
                                    "rows\n\ncolumn "));
    EXPECT_THAT(outcome.out, testing::ContainsRegex("\nvoltage_V +3.5 +4 +0 +4 "));
}

TEST_F(InspectCommand, says_on_stderr_alone_why_it_failed) {
    folder_.write("cell.txt", "text");
    for (const std::string flag : {"", "--json"}) {
        std::vector<std::string> words{"inspect", file("cell.txt")};
        if (!flag.empty()) words.push_back(flag);
        const auto outcome = run_captured(words);
        EXPECT_EQ(outcome.code, 1);
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err, file("cell.txt") +
                                   ": its first bytes are those of no format that is read; name a "
                                   "Neware .ndax file or a .lsrun file\n");
    }
}

TEST_F(InspectCommand, verifies_every_byte_of_a_run_on_request) {
    {
        auto writer = RunWriter::create(folder_ / "a.lsrun", new_run());
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 5000), page(2, 1, 10)}));
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    const auto whole = run_captured({"inspect", "--verify", file("a.lsrun")});
    EXPECT_EQ(whole.code, 0);
    EXPECT_EQ(whole.out,
              "5010 rows, 3 blocks and 1 pages of the pyramid were checked\nnothing is damaged\n");

    auto database = Database::open(folder_ / "a.lsrun", Database::Mode::write);
    ASSERT_TRUE(database->execute("UPDATE block SET crc = crc + 1 WHERE last_seqid = 10"));
    const auto damaged = run_captured({"inspect", "--verify", file("a.lsrun")});
    EXPECT_EQ(damaged.code, 1);
    EXPECT_THAT(damaged.out, testing::HasSubstr("damaged: layer 2: block 0, the first rows, is "
                                                "damaged (its checksum is not that of what it "
                                                "holds)\nall other rows can be read"));
    const auto json =
        Json::parse(run_captured({"inspect", "--verify", "--json", file("a.lsrun")}).out);
    EXPECT_EQ(json.at("rows"), 5000);
    EXPECT_EQ(json.at("faults").size(), 1U);
    // What can be read is shown, and what cannot is named.
    const auto seen = run_captured({"inspect", file("a.lsrun")});
    EXPECT_EQ(seen.code, 0);
    EXPECT_THAT(seen.out, testing::HasSubstr("warning: layer 2: rows 1 to 4096 cannot be read"));
}

}  // namespace
}  // namespace layerscope
