#include "core/library/library_run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/acquire/run_journal.h"
#include "core/library/run_labels.h"
#include "tests/core/library/library_fixture.h"

namespace layerscope {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

class LibraryRunOf : public testing::Test {
  protected:
    std::filesystem::path path() const { return folder / "a.lsrun"; }
    void add(const RunEvent& event) const {
        const auto stored = append_event(path(), event);
        ASSERT_TRUE(stored) << stored.error().sentence;
    }
    const TemporaryFolder folder;
};

TEST_F(LibraryRunOf, a_finished_run_says_what_it_is) {
    make_run(path());
    const LibraryRun run = read_library_run(path());
    EXPECT_EQ(run.trouble, std::nullopt);
    EXPECT_EQ(run.path, path());
    EXPECT_EQ(run.uuid, RunReader::open(path()).value().info().uuid);
    EXPECT_EQ(run.name, "C-07");
    EXPECT_EQ(run.cell, "C-07");
    EXPECT_EQ(run.origin, "recorded");
    EXPECT_EQ(run.created, new_run().created);
    EXPECT_EQ(run.final_reason, "finish");
    EXPECT_EQ(run.rows, 12);
    EXPECT_EQ(run.alarms, 0);
    EXPECT_FALSE(run.is_copy);
}

TEST_F(LibraryRunOf, its_numbers_are_those_of_the_analysis) {
    make_run(path(), new_run(), 51);  // V1 falls by 10 mV a row from 490 mV: row 50 is at 0 V
    const LibraryRun run = read_library_run(path());
    EXPECT_EQ(run.length_s, 510.0);
    const double charge_mAh = 3.36 * 510 / 3600;  // mA from the start of the step on, s
    EXPECT_THAT(run.capacity_mAh,
                ElementsAre(DoubleNear(charge_mAh, 1e-9), DoubleNear(charge_mAh, 1e-9),
                            DoubleNear(charge_mAh, 1e-9), DoubleNear(charge_mAh, 1e-9)));
    EXPECT_EQ(run.first_below_0V_s, 500.0);
    const double one_c_mA = four_layers().design.one_c.in(units::mA);
    EXPECT_NEAR(run.rate.value(), 4 * 3.36 / one_c_mA, 1e-9);
}

TEST_F(LibraryRunOf, a_run_without_lithiation_has_no_rate) {
    NewRun run = new_run();
    ASSERT_TRUE(RunWriter::create(path(), run));
    const LibraryRun line = read_library_run(path());
    EXPECT_EQ(line.rate, std::nullopt);
    EXPECT_EQ(line.final_reason, std::nullopt);
    EXPECT_EQ(line.first_below_0V_s, std::nullopt);
    EXPECT_THAT(line.capacity_mAh, ElementsAre(0, 0, 0, 0));
}

TEST_F(LibraryRunOf, alarms_are_open_until_they_are_acknowledged) {
    make_run(path());
    const ZeroCrossing crossing{1, 2, 20, -0.001, 3};
    add(alarm_event(crossing));
    add(alarm_event(crossing));
    EXPECT_EQ(read_library_run(path()).alarms, 2);
    EXPECT_EQ(read_library_run(path()).open_alarms, 2);
    std::int64_t id = 0;
    const auto events = RunReader::open(path()).value().events().value();
    for (const auto& event : events) {
        if (event.kind == "below_0V") id = event.id;
    }
    add(make_event("acknowledged", 0, "seen", fmt::format(R"({{"alarm":{},"user":"anna"}})", id)));
    add(make_event("acknowledged", 0, "seen", R"({"alarm":"x"})"));
    add(make_event("acknowledged", 0, "seen", "no JSON"));
    EXPECT_EQ(read_library_run(path()).alarms, 2);
    EXPECT_EQ(read_library_run(path()).open_alarms, 1);
}

TEST_F(LibraryRunOf, tags_are_what_was_given_and_not_taken_off) {
    make_run(path());
    for (const auto& tag : {"plating", "good", "plating"}) add(tag_event(tag));
    EXPECT_THAT(read_library_run(path()).tags, ElementsAre("plating", "good"));
    add(untag_event("plating"));
    add(untag_event("never given"));
    EXPECT_THAT(read_library_run(path()).tags, ElementsAre("good"));
    add(tag_event("plating"));
    EXPECT_THAT(read_library_run(path()).tags, ElementsAre("good", "plating"));
}

TEST_F(LibraryRunOf, notes_are_those_of_people) {
    make_run(path());
    add(make_event("note", 0, "the program says"));
    add(note_event("new separator, \"thin\"", "anna"));
    EXPECT_THAT(read_library_run(path()).notes, ElementsAre("new separator, \"thin\""));
}

TEST(RunLabels, that_cannot_be_understood_are_none) {
    std::vector<RunEvent> events;
    for (const std::string detail :
         {"", "{", "[]", "null", R"({"tag":"x"})", R"({"on":true})", R"({"tag":1,"on":true})",
          R"({"tag":"x","on":"true"})", R"({"user":1})"}) {
        for (const std::string kind : {"tag", "note"}) {
            events.push_back(make_event(kind, 0, "text", detail));
        }
    }
    const RunLabels labels = labels_of(events);
    EXPECT_THAT(labels.tags, IsEmpty());
    EXPECT_THAT(labels.notes, IsEmpty());
}

TEST(RunLabels, survive_words_that_are_not_utf_8) {
    const std::vector<RunEvent> events = {tag_event("caf\xE9")};
    EXPECT_THAT(labels_of(events).tags, ElementsAre("caf\xEF\xBF\xBD"));
}

TEST_F(LibraryRunOf, a_file_that_is_no_run_has_trouble_and_a_path) {
    LibraryRun expected;
    expected.path = folder.write("a.lsrun", "text");
    expected.trouble = RunReader::open(path()).error().sentence;
    EXPECT_EQ(read_library_run(path()), expected);
    EXPECT_THAT(*expected.trouble, testing::StartsWith("a.lsrun: "));
}

}  // namespace
}  // namespace layerscope
