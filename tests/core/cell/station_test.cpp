#include "core/cell/station.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

std::string valid() {
    const auto design =
        parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value();
    return demonstration_station_toml(design, 502, "C-07");
}

std::string with(const std::string& from, const std::string& to) {
    std::string toml = valid();
    const auto at = toml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return toml.replace(at, from.size(), to);
}

std::string sentence(const std::string& toml) {
    const auto station = parse_station(toml, "S.toml", fs::path{});
    return station ? "no fault" : station.error().sentence;
}

TEST(Station, of_the_demonstration_takes_a_cell_whatever_it_is_called) {
    const std::string text = builtin_cell_text("yan-2025").value();
    CellDesign design = parse_cell_design(text, "yan-2025").value();
    design.name = "my \"cell\" \\ 7";
    const auto station =
        parse_stored_station(demonstration_station_toml(design, 502, design.name), text, "S.toml");
    ASSERT_TRUE(station) << station.error().sentence;
    EXPECT_EQ(station->cell_name, design.name);
}

TEST(Station, reads_who_measures_what) {
    const auto station = parse_station(valid(), "S.toml", fs::path{});
    ASSERT_TRUE(station) << station.error().sentence;
    EXPECT_EQ(station->cell_name, "C-07");
    EXPECT_EQ(station->sign(), -1.0);
    ASSERT_EQ(station->channels.size(), 4U);
    EXPECT_EQ(to_text(station->channels[2].address), "27-21-1-3");
    EXPECT_EQ(station->channels[2].reference_field, "V1");
    EXPECT_FALSE(station->channels[1].reference_field);
    EXPECT_EQ(station->device("bts").poll, std::chrono::milliseconds{500});
    EXPECT_EQ(station->design.layer_count(), 4U);
}

TEST(Station, is_whole_again_from_the_two_texts_a_run_file_holds) {
    const auto first = parse_station(valid(), "S.toml", fs::path{}).value();
    const auto again = parse_stored_station(first.station_toml, first.design_toml, "run");
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(again->design.source, first.design.source);
}

TEST(Station, takes_a_design_written_out_in_place) {
    std::string design = builtin_cell_text("yan-2025").value();
    for (auto at = design.find("[[layer]]"); at != std::string::npos;
         at = design.find("[[layer]]", at + 20)) {
        design.replace(at, 9, "[[cell.design.layer]]");
    }
    std::string toml = with("design = \"yan-2025\"\n", "");
    const auto devices = toml.find("[[device]]");
    toml.insert(devices, "[cell.design]\n" + design + "\n");
    const auto station = parse_station(toml, "S.toml", fs::path{});
    ASSERT_TRUE(station) << station.error().sentence;
    EXPECT_EQ(station->design.layer_count(), 4U);
    const auto again = parse_stored_station(station->station_toml, station->design_toml, "run");
    ASSERT_TRUE(again) << again.error().sentence;
}

TEST(Station, says_each_fault_in_one_sentence_with_file_line_and_remedy) {
    EXPECT_EQ(sentence(with("layer = 2", "layer = 1")),
              "S.toml:19: layer 1 stands in line 14 already; give each layer one [[channel]]");
    EXPECT_EQ(sentence(valid().substr(0, valid().rfind("[[channel]]"))),
              "S.toml:13: layer 4 of 4 has no [[channel]]; add one");
    EXPECT_EQ(
        sentence(with("layer = 4", "layer = 5")),
        "S.toml:28: there is no layer 5 in the cell 'yan-2025' of 4 layers; correct the layer "
        "or the design");
    EXPECT_EQ(
        sentence(with("address = \"27-21-1-2\"", "address = \"27-21-1-1\"")),
        "S.toml:20: layers 1 and 2 are both on channel 27-21-1-1 of 'bts'; give each layer its "
        "own channel");
    EXPECT_EQ(sentence(with("device = \"bts\", address = \"27-21-1-4\"",
                            "device = \"daq\", address = \"27-21-1-4\"")),
              "S.toml:29: layer 4 names the device 'daq', but no [[device]] has this id; add it or "
              "correct the name");
    EXPECT_EQ(sentence(with("lithiation = \"discharge\"\n", "")),
              "S.toml:1: [cell] needs the key 'lithiation'; add it");
    EXPECT_EQ(sentence(with("\"discharge\"", "\"up\"")),
              "S.toml:4: 'lithiation' is what the cycler calls it: \"discharge\" in a half cell, "
              "\"charge\" in a full cell");
    EXPECT_EQ(sentence(with("neware-bts", "scpi-daq")),
              "S.toml:8: there is no driver 'scpi-daq'; known is neware-bts");
    EXPECT_EQ(sentence(with("port = 502", "port = 0")),
              "S.toml:10: 'port' must be a whole number from 1 to 65535");
    EXPECT_EQ(
        sentence(with("poll_s = 0.5", "pol_s = 0.5")),
        "S.toml:11: [[device]] 1 has an unknown key 'pol_s'; known are id, driver, host, port, "
        "poll_s, zone");
    EXPECT_EQ(sentence(with("27-21-1-4", "27-21-4")),
              "S.toml:29: '27-21-4' is not a channel address; write device type, machine, unit and "
              "channel like \"27-21-1-1\"");
    EXPECT_EQ(sentence(with("27-21-1-1\", field", "27-21-1-2\", field")),
              "S.toml:16: the reference of layer 1 must be an auxiliary voltage on the layer's own "
              "channel; map it to 27-21-1-1 in the cycler's program and name that address here");
    EXPECT_EQ(sentence(with("yan-2025", "yan-1999")),
              "S.toml:3: there is no built-in cell 'yan-1999'; there are yan-2025, yan-2025-h, "
              "yan-2025-m, yan-2025-r, or name a TOML file");
    EXPECT_EQ(sentence(""),
              "S.toml:1: the station needs a [cell] with name, design and lithiation; "
              "add it");
}

TEST(Station, reads_a_zone_as_an_offset) {
    const auto station =
        parse_station(with("poll_s = 0.5", "zone = \"+08:00\""), "S.toml", fs::path{});
    ASSERT_TRUE(station) << station.error().sentence;
    EXPECT_EQ(station->device("bts").zone_offset_min, 480);
    EXPECT_EQ(sentence(with("poll_s = 0.5", "zone = \"Berlin\"")),
              "S.toml:11: 'zone' must be an offset from UTC like \"+08:00\"");
}

TEST(Station, says_what_is_wrong_with_the_file_itself) {
    EXPECT_EQ(read_station("/nowhere/S.toml").error().sentence,
              "/nowhere/S.toml: there is no such file; check the path");
    EXPECT_EQ(read_station("/").error().sentence, "/: this is not a file; name a TOML file");
}

}  // namespace
}  // namespace layerscope
