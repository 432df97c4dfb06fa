#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/series/stream_columns.h"
#include "core/store/run_check.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<RecordedRow> rows_of(RunReader& reader, int layer, std::int64_t after = 0,
                                 std::int64_t most = -1) {
    std::vector<RecordedRow> rows;
    auto read = reader.read_rows(
        layer, after, [&](const RecordedRow& row, std::optional<UtcTime>) { rows.push_back(row); },
        most);
    EXPECT_TRUE(read) << read.error().sentence;
    return rows;
}

std::vector<RecordedRow> rows_of(Result<RunReader> reader, int layer) {
    return rows_of(*reader, layer);
}

std::int64_t count(const std::filesystem::path& file, const std::string& table) {
    auto database = Database::open(file, Database::Mode::read);
    return database->query_integer("SELECT count(*) FROM " + table).value_or(-1);
}

TEST(RunBlocks, hold_every_row_as_it_was_however_it_was_committed) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer);
    std::int64_t from = 1;
    for (const std::int64_t size : {1, 999, 3096, 5000, 1, 4000}) {
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, from, from + size - 1)}));
        from += size;
    }
    EXPECT_EQ(count(file, "block"), 3);
    EXPECT_EQ(count(file, "tail"), from - 1 - 3 * 4096);
    auto reader = RunReader::open(file);
    EXPECT_EQ(rows_of(*reader, 1), page(1, 1, from - 1).rows);
    EXPECT_EQ(reader->streams()->front().rows, from - 1);
    EXPECT_EQ(reader->streams()->front().last_row, row(from - 1));
    // Sealed at the end, and nothing else changes.
    ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    EXPECT_EQ(count(file, "tail"), 0);
    EXPECT_EQ(count(file, "block"), 4);
    auto ended = RunReader::open(file);
    EXPECT_EQ(rows_of(*ended, 1), page(1, 1, from - 1).rows);
    EXPECT_EQ(ended->streams()->front().rows, from - 1);
    EXPECT_EQ(ended->streams()->front().last_row, row(from - 1));
    EXPECT_TRUE(check_run(file)->faults.empty());
}

TEST(RunBlocks, are_read_from_any_row_on) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    RowPage with_hole = page(1, 1, 10'000);
    std::erase_if(with_hole.rows,
                  [](const auto& row) { return row.seqid > 3000 && row.seqid < 7000; });
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{with_hole}));
    auto reader = RunReader::open(file);
    for (const std::int64_t after :
         {0, 1, 2999, 3000, 5000, 6999, 7000, 8094, 8095, 8096, 9999, 10'000}) {
        std::vector<RecordedRow> wanted;
        for (const auto& one : with_hole.rows) {
            if (one.seqid > after && wanted.size() < 5) wanted.push_back(one);
        }
        EXPECT_EQ(rows_of(*reader, 1, after, 5), wanted) << "after " << after;
    }
}

TEST(RunBlocks, keep_auxiliaries_that_change_from_row_to_row) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    RowPage odd = page(2, 1, 5000);
    for (auto& one : odd.rows) {
        switch (one.seqid % 7) {
            case 0:
                one.aux.clear();
                break;
            case 1:
                one.aux = {{"T1", 1.5}, {"V1", -0.0}};
                break;
            case 2:
                one.aux = {{"V1", 1e-300}, {"V1", double(one.seqid)}};
                break;
            case 3:
                one.aux = {{"quote\" slash\\ \n", 3}, {"\xce\xc2\xb6\xc8", 4}};
                break;
            case 4:
                one.aux = {{"inf", std::numeric_limits<double>::infinity()}};
                break;
            default:
                break;
        }
        if (one.seqid > 4500) one.atime = one.seqid % 2 == 0 ? "" : "2026-02-30 10:00:00";
        if (one.seqid == 4100) one.steptype = "rest";
    }
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{odd}));
    EXPECT_EQ(rows_of(RunReader::open(file), 2), odd.rows) << "one block and a tail";
    ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    EXPECT_EQ(rows_of(RunReader::open(file), 2), odd.rows) << "two blocks";
    EXPECT_TRUE(check_run(file)->faults.empty());
}

TEST(RunBlocks, keep_a_value_that_is_not_there_as_such) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    RowPage odd = page(2, 1, 4097);
    for (auto& one : odd.rows) one.voltage_V = one.aux[0].value = nan;
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{odd}));
    const auto rows = rows_of(RunReader::open(file), 2);
    ASSERT_EQ(rows.size(), 4097U);
    for (const std::size_t i : {0, 4096}) {
        EXPECT_TRUE(std::isnan(rows[i].voltage_V));
        EXPECT_TRUE(std::isnan(rows[i].aux[0].value));
        EXPECT_EQ(rows[i].aux[1], odd.rows[i].aux[1]);
    }
}

TEST(RunBlocks, go_on_where_a_resumed_run_ends) {
    const TemporaryFolder folder;
    const auto once = folder / "once.lsrun";
    const auto often = folder / "often.lsrun";
    {
        auto writer = RunWriter::create(once, new_run());
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(3, 1, 70'000)}));
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
    { ASSERT_TRUE(RunWriter::create(often, new_run())); }
    for (std::int64_t from = 1; from <= 70'000;) {
        auto writer = RunWriter::resume(often);
        ASSERT_TRUE(writer) << writer.error().sentence;
        EXPECT_EQ(writer->rows(), (std::vector<std::int64_t>{0, 0, from - 1, 0}));
        const auto to = std::min<std::int64_t>(70'000, from + 7000 + from % 977);
        ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(3, from, to)}));
        from = to + 1;
        if (from > 70'000) {
            ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
        }
    }
    for (const auto& file : {once, often}) {
        const auto check = check_run(file);
        EXPECT_TRUE(check->faults.empty()) << check->faults.front();
        EXPECT_EQ(check->pages, 17 + 2) << "17 of level 1, 2 of level 2";
    }
    EXPECT_EQ(rows_of(RunReader::open(often), 3), rows_of(RunReader::open(once), 3));
}

TEST(RunBlocks, go_on_after_a_commit_that_failed) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 1, 4000)}));
    auto bad = page(1, 4090, 4091);
    // The first page seals a block before the second is refused.
    ASSERT_FALSE(writer->commit(std::vector<RunEntry>{page(1, 4001, 4100), bad}));
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{page(1, 4001, 4100)}));
    EXPECT_EQ(rows_of(RunReader::open(file), 1), page(1, 1, 4100).rows);
    EXPECT_EQ(writer->rows().front(), 4100);
}

TEST(RunBlocks, give_a_series_on_the_clock_of_the_run) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto run = new_run();
    run.streams[0].offset_ms = 5000;
    auto writer = RunWriter::create(file, run);
    FoldedPage folded{page(1, 1, 9000), {}};
    for (int i = 0; i < 9000; ++i) folded.soc.push_back(i / 9000.0);
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{
        folded, CombinedRows{{1000, false, 0.25, 0.5}, {2000, true, 0.125, nan}}}));
    auto reader = RunReader::open(file);
    auto series =
        reader->series(1, {stream_column::current_A, "V1", stream_column::soc, "nothing"});
    ASSERT_TRUE(series) << series.error().sentence;
    EXPECT_EQ(series->rows(), 9000);
    EXPECT_EQ(series->first_s(), 15.0);
    EXPECT_EQ(series->last_s(), 90'005.0);
    for (const int i : {1, 4095, 4096, 4097, 8999}) {
        const double time_s = 10.0 * i + 5;
        EXPECT_EQ(series->value_at(0, time_s), -0.00336);
        EXPECT_EQ(series->value_at(1, time_s), row(i).aux[0].value);
        EXPECT_EQ(series->value_at(2, time_s), std::round((i - 1) / 9000.0 * 1e6) / 1e6);
        EXPECT_TRUE(std::isnan(series->value_at(3, time_s)));
    }
    auto combined = reader->series(combined_stream, {"sigma", "current_share"});
    EXPECT_EQ(combined->value_at(0, 2), 0.125);
    EXPECT_TRUE(std::isnan(combined->value_at(0, 1.5))) << "the gap before the second";
    EXPECT_TRUE(std::isnan(combined->value_at(1, 2)));
}

TEST(RunBlocks, keep_the_newest_state_of_the_folds) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    EXPECT_FALSE(RunReader::open(file)->fold_state()->has_value());
    const std::string bytes{"\0\x01\xff", 3};
    ASSERT_TRUE(writer->commit(std::vector<RunEntry>{FoldState{1, "older"}, FoldState{2, bytes}}));
    const auto state = RunReader::open(file)->fold_state();
    EXPECT_EQ((*state)->version, 2);
    EXPECT_EQ((*state)->bytes, bytes);
}

}  // namespace
}  // namespace layerscope
