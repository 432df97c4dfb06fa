#include "core/store/run_file.h"

#include <bit>
#include <fstream>

#include "core/store/sql.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

std::vector<RecordedRow> rows_of(RunReader& reader, int layer, std::int64_t after = 0) {
    std::vector<RecordedRow> rows;
    const auto read = reader.read_rows(
        layer, after, [&](const RecordedRow& one, std::optional<UtcTime>) { rows.push_back(one); });
    EXPECT_TRUE(read) << read.error().sentence;
    return rows;
}

void execute(const fs::path& file, const std::string& sql) {
    auto database = Database::open(file, Database::Mode::write);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute(sql));
}

std::string refusal(const fs::path& file) {
    const auto reader = RunReader::open(file);
    return reader ? "opened" : reader.error().sentence;
}

TEST(RunFile, gives_back_every_field_to_the_last_bit) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto run = new_run();
    run.predecessor_uuid = "before";
    run.accelerated = 120;
    run.streams[1].first_seqid = 42;
    run.streams[2].offset_ms = -250;
    auto writer = RunWriter::create(file, run);
    ASSERT_TRUE(writer) << writer.error().sentence;
    Snapshot now{1, 7, UtcTime{}, "working", "dc", 1, std::nullopt, 3.7, -0.0,
                 0, 0, 10,        10,        "",   {}};
    now.aux = {{"V1", 0.1}, {"v1", 0.2}};
    const std::vector<RunEntry> entries = {page(1, 1, 3),
                                           page(2, 42, 42),
                                           now,
                                           RunEvent{0, UtcTime{std::chrono::microseconds{-1}},
                                                    "note", 2, 1.5, "one \"sentence\"", "{}"},
                                           StreamUpdate{4, 99, 1000, "bar"},
                                           ClockSample{1, "2026-11-22 18:13:14", UtcTime{}}};
    ASSERT_TRUE(writer->commit(entries));

    auto reader = RunReader::open(file);
    ASSERT_TRUE(reader) << reader.error().sentence;
    const auto& info = reader->info();
    EXPECT_EQ(info.name, "C-07");
    EXPECT_EQ(info.origin, "recorded");
    EXPECT_EQ(info.created, run.created);
    EXPECT_EQ(info.predecessor_uuid, "before");
    EXPECT_EQ(info.accelerated, 120.0);
    EXPECT_EQ(info.final_reason, std::nullopt);
    EXPECT_EQ(info.uuid, writer->uuid());
    EXPECT_EQ(info.uuid.size(), 36U);
    EXPECT_EQ(info.station.station_toml, run.station.station_toml);
    EXPECT_EQ(info.station.design_toml, run.station.design_toml);

    const auto rows = rows_of(*reader, 1);
    EXPECT_EQ(rows, page(1, 1, 3).rows);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rows[0].aux[2].value),
              std::bit_cast<std::uint64_t>(-0.0));
    EXPECT_EQ(rows_of(*reader, 1, 2), page(1, 3, 3).rows);

    const auto streams = reader->streams();
    ASSERT_TRUE(streams);
    ASSERT_EQ(streams->size(), 4U);
    EXPECT_EQ(to_text((*streams)[1].address), "27-21-1-2");
    EXPECT_EQ((*streams)[1].first_seqid, 42);
    EXPECT_EQ((*streams)[1].last_row, row(42));
    EXPECT_EQ((*streams)[2].offset_ms, -250);
    EXPECT_EQ((*streams)[2].last_row, std::nullopt);
    EXPECT_EQ((*streams)[3].test_id, 99);
    EXPECT_EQ((*streams)[3].offset_ms, 1000);
    EXPECT_EQ((*streams)[0].rows, 3);

    const auto events = reader->events();
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 1U);
    EXPECT_EQ(events->front().text, "one \"sentence\"");
    EXPECT_EQ(events->front().device_time_s, 1.5);
    EXPECT_EQ(events->front().at, UtcTime{std::chrono::microseconds{-1}});
    EXPECT_TRUE(reader->events(1)->empty());
}

TEST(RunFile, opened_after_its_end_is_one_plain_file) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 3)}));
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    const auto entries = std::distance(fs::directory_iterator{folder.path()}, {});
    EXPECT_EQ(entries, 1);
    fs::permissions(file, fs::perms::owner_read);
    auto reader = RunReader::open(file);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->info().final_reason, "finish");
    EXPECT_EQ(rows_of(*reader, 1).size(), 3U);
    EXPECT_EQ(reader->events()->back().kind, "closed");
}

TEST(RunFile, says_what_is_wrong_in_one_sentence) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    EXPECT_EQ(refusal(file), "a.lsrun: there is no such file; check the path " + file.string());
    std::ofstream{file}
        << "PNG, in truth, or something else that is longer than one hundred bytes, "
           "as the header of every database has to be, or it is empty";
    EXPECT_EQ(refusal(file), "a.lsrun: not a run file (SQLite: file is not a database)");
    fs::remove(file);
    {
        auto foreign = Database::open(file, Database::Mode::create);
        ASSERT_TRUE(foreign->execute("CREATE TABLE photo(id)"));
    }
    EXPECT_EQ(refusal(file),
              "a.lsrun: an SQLite file, but not a run of Layerscope; give a .lsrun file");
    fs::remove(file);
    {
        auto writer = RunWriter::create(file, new_run());
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 500)}));
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    const auto whole = folder / "whole.lsrun";
    fs::copy_file(file, whole);
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_EQ(refusal(file),
              "a.lsrun: damaged or cut short; copy it again from where it was recorded (SQLite: "
              "database disk image is malformed)");
    execute(whole, "PRAGMA user_version = 3");
    EXPECT_EQ(refusal(whole),
              "whole.lsrun: made by a newer Layerscope (file version 3, this program reads up to "
              "2); update the program");
    execute(whole, "PRAGMA user_version = 2; DELETE FROM meta WHERE key = 'design_toml'");
    EXPECT_EQ(refusal(whole),
              "whole.lsrun: its 'design_toml' is missing; the file was changed by hand or is "
              "damaged, use another copy");
}

TEST(RunFile, needs_no_other_file_for_a_cell_that_came_from_one) {
    const TemporaryFolder folder;
    NewRun run = new_run();
    folder.write("my-cell.toml", run.station.design_toml);
    std::string toml = run.station.station_toml;
    toml.replace(toml.find("yan-2025"), 8, "my-cell.toml");
    run.station = *parse_station(toml, "station.toml", folder.path());
    ASSERT_TRUE(RunWriter::create(folder / "a.lsrun", run));
    std::filesystem::remove(folder / "my-cell.toml");
    const auto reader = RunReader::open(folder / "a.lsrun");
    ASSERT_TRUE(reader) << reader.error().sentence;
    EXPECT_EQ(reader->info().station.design.layer_count(), 4U);
}

}  // namespace
}  // namespace layerscope
