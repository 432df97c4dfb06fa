#include "app/commands/record_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/cell/station.h"

namespace layerscope {
namespace {

using testing::HasSubstr;

/// A stream that keeps what is written to it.
class MemoryStream {
  public:
    MemoryStream() : file_{open_memstream(&text_, &size_)} {}
    ~MemoryStream() {
        std::fclose(file_);
        std::free(text_);
    }
    MemoryStream(const MemoryStream&) = delete;
    MemoryStream& operator=(const MemoryStream&) = delete;

    std::FILE* file() const { return file_; }
    std::string text() const {
        std::fflush(file_);
        return {text_, size_};
    }

  private:
    char* text_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* file_;
};

Station four_layers() {
    const auto cell = builtin_cell_text("yan-2025").value();
    const auto design = parse_cell_design(cell, "yan-2025").value();
    return parse_stored_station(demonstration_station_toml(design, 502, "C-07"), cell, "S.toml")
        .value();
}

LinkReport lost(const std::string& why) {
    return {"bts", LinkReport::State::lost, UtcTime{}, "bts at 127.0.0.1:502: " + why};
}
const LinkReport back{"bts", LinkReport::State::connected, UtcTime{}, "4 of 4 channels found"};

RunClosed closed(const std::string& reason) {
    return {"runs/C-07.lsrun", reason, {1, 0, 0, 0}, UtcTime{}};
}

/// What a person is told does not depend on the form.
class RecordOutputTest : public testing::TestWithParam<RecordOutput::Form> {
  protected:
    MemoryStream results_;
    MemoryStream person_;
    RecordOutput output_{four_layers(), GetParam(), {results_.file(), person_.file()}};
};

INSTANTIATE_TEST_SUITE_P(Forms, RecordOutputTest,
                         testing::Values(RecordOutput::Form::text, RecordOutput::Form::json));

TEST_P(RecordOutputTest, tells_a_lost_link_once_until_its_cause_changes) {
    output_.take(lost("connection refused"));
    output_.take(lost("connection refused"));
    EXPECT_EQ(person_.text(), "layerscope record: bts at 127.0.0.1:502: connection refused\n");
    output_.take(lost("no answer within 10 s"));
    EXPECT_THAT(person_.text(), HasSubstr("no answer within 10 s\n"));
    EXPECT_EQ(results_.text(), "");
}

TEST_P(RecordOutputTest, tells_that_a_link_is_back_but_not_that_it_is_there) {
    output_.take(back);
    EXPECT_EQ(person_.text(), "");
    output_.take(lost("connection refused"));
    output_.take(back);
    output_.take(back);
    output_.take(lost("connection refused"));
    EXPECT_EQ(person_.text(),
              "layerscope record: bts at 127.0.0.1:502: connection refused\n"
              "layerscope record: bts: the link is back, 4 of 4 channels found\n"
              "layerscope record: bts at 127.0.0.1:502: connection refused\n");
}

TEST_P(RecordOutputTest, tells_a_note_again_only_after_its_layer_came_back) {
    const Note silent{3, "channel 27-21-1-3 of layer 3 does not answer", UtcTime{}};
    const std::string told = "layerscope record: " + silent.sentence + "\n";
    output_.take(silent);
    output_.take(LayerAway{3, 10, std::nullopt});
    output_.take(silent);
    output_.take(LayerAway{2, 10, 20});
    output_.take(silent);
    EXPECT_EQ(person_.text(), told);
    output_.take(LayerAway{3, 10, 20});
    output_.take(silent);
    EXPECT_EQ(person_.text(), told + told);
}

TEST_P(RecordOutputTest, tells_gaps_alarms_and_what_superseded_a_run) {
    output_.take(GapFound{3, 2, 4, "the cycler did not send them"});
    output_.take(AlarmRaised{1, "below_0V", 1, 40, -0.0123, 3, UtcTime{}});
    output_.take(closed("superseded"));
    EXPECT_EQ(person_.text(),
              "layerscope record: layer 3: rows 2 to 4 are missing; the cycler did not send them\n"
              "layerscope record: alarm: layer 1 at -0.0123 V against its reference\n"
              "layerscope record: runs/C-07.lsrun: superseded, the channels run other tests now; a "
              "new run follows\n");
}

TEST_P(RecordOutputTest, tells_trouble_with_an_open_run_and_its_end) {
    output_.take(RunOpened{"runs/C-07.lsrun", "u", "C-07", false, UtcTime{}});
    output_.take(RecordingTrouble{"C-07.lsrun: the disk is full; free some space", UtcTime{}});
    output_.take(RecordingTrouble{"", UtcTime{}});
    EXPECT_EQ(person_.text(),
              "layerscope record: C-07.lsrun: the disk is full; free some space\n"
              "layerscope record: stores again\n");
    EXPECT_EQ(output_.failure(), std::nullopt);
}

TEST_P(RecordOutputTest, leaves_trouble_before_any_run_to_the_end_of_the_command) {
    output_.take(RecordingTrouble{"C-07.lsrun: the disk is full; free some space", UtcTime{}});
    output_.conclude();
    EXPECT_EQ(output_.failure(), "C-07.lsrun: the disk is full; free some space");
    EXPECT_EQ(person_.text(), "");
    EXPECT_EQ(results_.text(), "");
}

TEST_P(RecordOutputTest, tells_no_progress_where_no_terminal_is) {
    output_.take(RunOpened{"runs/C-07.lsrun", "u", "C-07", false, UtcTime{}});
    output_.take(ChannelReport{1, "working", 7, 3, false});
    EXPECT_EQ(person_.text(), "");
}

TEST_P(RecordOutputTest, says_so_when_nobody_reads_the_results) {
    std::FILE* full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    RecordOutput output{four_layers(), GetParam(), {full, person_.file()}};
    output.take(closed("finish"));
    output.conclude();
    EXPECT_EQ(output.failure(), "nobody reads the output any more; the run can be resumed");
    std::fclose(full);
}

TEST(RecordOutput, is_one_object_a_line_as_json) {
    const MemoryStream results;
    const MemoryStream person;
    RecordOutput output{four_layers(), RecordOutput::Form::json, {results.file(), person.file()}};
    output.take(ChannelReport{1, "working", 7, 1, false});
    output.take(ChannelReport{1, "working", 7, 2, false});  // the same state
    output.take(LayerOffset{1, 4000});
    RecordedRow row;
    row.seqid = 1;
    row.testtime_ms = 10'000;
    row.voltage_V = 0.25;
    row.current_A = -0.5;
    row.aux = {{"V1", 0.125}};
    output.take(RowPage{1, 7, UtcTime{}, {row}});
    output.take(closed("finish"));
    output.conclude();
    EXPECT_EQ(results.text(),
              "{\"event\":\"state\",\"layer\":1,\"status\":\"working\",\"test_id\":7}\n"
              "{\"event\":\"sample\",\"device_time_s\":14.0,\"arrival_utc\":"
              "\"1970-01-01T00:00:00.000Z\",\"layer\":1,\"seqid\":1,\"voltage_V\":0.25,"
              "\"current_A\":-0.5,\"reference_V\":0.125}\n"
              "{\"event\":\"closed\",\"reason\":\"finish\",\"path\":\"runs/C-07.lsrun\","
              "\"rows\":[1,0,0,0]}\n");
}

TEST(RecordOutput, is_one_sentence_at_the_end_as_text) {
    const MemoryStream results;
    const MemoryStream person;
    const Station station = four_layers();
    RecordOutput output{station, RecordOutput::Form::text, {results.file(), person.file()}};
    output.take(RowPage{1, 7, UtcTime{}, {RecordedRow{}}});
    output.take(RunClosed{"runs/C-06.lsrun", "superseded", {9, 9, 9, 9}, UtcTime{}});
    output.take(RunClosed{"runs/C-07.lsrun", "finish", {3, 2, 2, 2}, UtcTime{}});
    output.conclude();
    EXPECT_EQ(results.text(), "runs/C-07.lsrun: 9 rows of 4 layers, finish\n");

    const MemoryStream none;
    RecordOutput idle{station, RecordOutput::Form::text, {none.file(), person.file()}};
    idle.conclude();
    EXPECT_EQ(none.text(), "nothing was recorded: no channel has told its test yet\n");
}

}  // namespace
}  // namespace layerscope
