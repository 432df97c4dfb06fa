#include <algorithm>
#include <random>

#include "core/store/run_copy.h"
#include "tests/core/store/crash_fixture.h"
#include "tests/core/store/version_1_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t page_bytes = 4096;
constexpr int trace_pixels = 100;

/// All rows of a stream, as its series shows them.
using Drawn = std::vector<std::pair<double, double>>;  // time_s, value; in that order, no NaN

struct ColumnOfStream {
    int stream = 0;
    SeriesColumn column;
};

std::vector<ColumnOfStream> drawn_columns() {
    std::vector<ColumnOfStream> columns = {{combined_stream, std::string{"sigma"}},
                                           {combined_stream, std::string{"current_share"}}};
    for (int layer = 1; layer <= script_layers; ++layer) {
        columns.push_back({layer, stream_column::voltage_V});
        columns.push_back({layer, stream_column::current_A});
        columns.push_back({layer, std::string{"V1"}});
    }
    return columns;
}

Drawn points_of(const Polyline& line) {
    Drawn drawn;
    for (std::size_t i = 0; i < line.value.size(); ++i) {
        if (!std::isnan(line.value[i])) drawn.emplace_back(line.time_s[i], line.value[i]);
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
}

/// A finished run and all that it shows while it is whole.
struct WholeRun {
    std::string bytes;
    std::array<std::int64_t, script_layers> rows{};
    std::vector<Drawn> every_row;  // of each of `drawn_columns()`
    std::vector<Drawn> from_afar;

    explicit WholeRun(const std::array<std::int64_t, script_layers>& rows_of_layers)
        : rows{rows_of_layers} {
        const TemporaryFolder folder;
        const auto file = folder / "a.lsrun";
        record(file);
        bytes = bytes_of(file);
        auto reader = RunReader::open(file);
        for (const auto& [stream, column] : drawn_columns()) {
            auto series = reader->series(stream, {column});
            const TimeRange all{series->first_s().value_or(0), series->last_s().value_or(0)};
            every_row.push_back(points_of(series->trace(0, all, int(series->rows()) + 1)));
            from_afar.push_back(points_of(series->trace(0, all, trace_pixels)));
        }
    }

  private:
    void record(const fs::path& file) const {
        auto writer = RunWriter::create(file, new_run());
        constexpr std::int64_t rows_of_commit = 1500;
        for (std::int64_t first = 1; first <= *std::max_element(rows.begin(), rows.end());
             first += rows_of_commit) {
            std::vector<RunEntry> entries;
            for (int layer = 1; layer <= script_layers; ++layer) {
                const auto last =
                    std::min(rows[std::size_t(layer) - 1], first + rows_of_commit - 1);
                if (first <= last) entries.emplace_back(script_page(layer, first, last));
            }
            CombinedRows combined;
            for (auto second = first; second < first + rows_of_commit; ++second) {
                combined.push_back({second * 1000, false, 1e-6 * double(second % 977), 0.25});
            }
            entries.emplace_back(std::move(combined));
            entries.emplace_back(script_fold_state(first));
            ASSERT_TRUE(writer->commit(entries));
        }
        ASSERT_TRUE(writer->close("finish", UtcTime{}, RunWriter::Ending::for_good));
    }
};

const WholeRun& short_run() {
    static const WholeRun made{{9000, 4500, 4096, 100}};
    return made;
}

/// What a damaged file still gives.
struct Judgement {
    std::string wrong;  // what no damage may do; "" where all is well
    bool opened = false;
    bool less = false;  // rows are missing, or a curve is another one
    std::int64_t missing_rows = 0;
};

bool one_sentence(const std::string& text) {
    return !text.empty() && text.find('\n') == std::string::npos && text.size() < 600;
}

bool is_named(const std::vector<DamagedRows>& damage, int layer, std::int64_t seqid) {
    return std::any_of(damage.begin(), damage.end(), [&](const DamagedRows& one) {
        return one.layer == layer && one.from_seqid <= seqid && seqid <= one.to_seqid &&
               one_sentence(one.sentence);
    });
}

/// Every row that comes is the one that was written, and what does not come is named.
void judge_rows(RunReader& reader, int layer, std::int64_t rows, Judgement& judgement) {
    std::vector<char> came(std::size_t(rows) + 1, 0);
    std::int64_t newest = 0;
    const auto where = "layer " + std::to_string(layer) + ": ";
    const auto read =
        reader.read_rows(layer, 0, [&](const RecordedRow& one, std::optional<UtcTime> arrival) {
            const auto seqid = one.seqid;
            if (seqid <= newest || seqid > rows) {
                judgement.wrong =
                    where + "row " + std::to_string(seqid) + " after " + std::to_string(newest);
                return;
            }
            newest = seqid;
            came[std::size_t(seqid)] = 1;
            if (!same_bits(one, script_row(layer, seqid)) || !arrival) {
                judgement.wrong = where + "other values in row " + std::to_string(seqid);
            }
        });
    if (!read && !one_sentence(read.error().sentence)) judgement.wrong = where + "no sentence";
    for (std::int64_t seqid = 1; seqid <= rows; ++seqid) {
        if (came[std::size_t(seqid)] != 0) continue;
        judgement.less = true;
        ++judgement.missing_rows;
        if (read && !is_named(reader.damage(), layer, seqid)) {
            judgement.wrong = where + "row " + std::to_string(seqid) + " is missing, unnamed";
        }
    }
}

/// A value is drawn only about where a row had it.
void judge_curve(Series& series, const ColumnOfStream& which, const Drawn& every_row,
                 const Drawn& from_afar, Judgement& judgement) {
    const TimeRange all{every_row.empty() ? 0 : every_row.front().first,
                        every_row.empty() ? 1 : every_row.back().first};
    const double tolerance_s = 3 * all.span_s() / trace_pixels + 1;
    const auto drawn = points_of(series.trace(0, all, trace_pixels));
    if (drawn != from_afar) judgement.less = true;
    for (const auto& [time_s, value] : drawn) {
        auto near = std::lower_bound(every_row.begin(), every_row.end(),
                                     std::pair{time_s - tolerance_s, -1e300});
        while (near != every_row.end() && near->first <= time_s + tolerance_s &&
               near->second != value) {
            ++near;
        }
        if (near == every_row.end() || near->first > time_s + tolerance_s) {
            judgement.wrong = "stream " + std::to_string(which.stream) + ": " +
                              std::to_string(value) + " drawn at " + std::to_string(time_s) + " s";
        }
    }
}

/// Single values: each is that of the row at that time, or none.
void judge_values(Series& series, const ColumnOfStream& which, const Drawn& every_row,
                  Judgement& judgement) {
    constexpr std::size_t rows_between = 397;
    for (std::size_t i = 0; i < every_row.size(); i += rows_between) {
        const double value = series.value_at(0, every_row[i].first);
        if (!std::isnan(value) && value != every_row[i].second) {
            judgement.wrong = "stream " + std::to_string(which.stream) + ": another value at " +
                              std::to_string(every_row[i].first) + " s";
        }
    }
    const auto is_of_a_row = [&](double value) {
        return std::any_of(every_row.begin(), every_row.end(),
                           [&](const auto& one) { return one.second == value; });
    };
    const auto extremes = series.extremes(0);
    if (extremes && (!is_of_a_row(extremes->least) || !is_of_a_row(extremes->greatest))) {
        judgement.wrong = "stream " + std::to_string(which.stream) + ": an extreme of no row";
    }
    const double newest = series.newest(0);
    if (!std::isnan(newest) && !is_of_a_row(newest)) {
        judgement.wrong = "stream " + std::to_string(which.stream) + ": newest is of no row";
    }
}

void judge_curves(RunReader& reader, const WholeRun& whole, Judgement& judgement) {
    const auto columns = drawn_columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto series = reader.series(columns[i].stream, {columns[i].column});
        if (!series) {
            judgement.less = true;
            if (!one_sentence(series.error().sentence)) judgement.wrong = "no sentence";
            continue;
        }
        judge_curve(*series, columns[i], whole.every_row[i], whole.from_afar[i], judgement);
        judge_values(*series, columns[i], whole.every_row[i], judgement);
    }
}

Judgement judge(const WholeRun& whole, const fs::path& file) {
    Judgement judgement;
    auto reader = RunReader::open(file);
    judgement.opened = reader.has_value();
    if (!reader) {
        if (!one_sentence(reader.error().sentence)) judgement.wrong = "no sentence";
        return judgement;
    }
    (void)reader->events();
    (void)reader->fold_state();
    (void)reader->streams();
    for (int layer = 1; layer <= script_layers; ++layer) {
        judge_rows(*reader, layer, whole.rows[std::size_t(layer) - 1], judgement);
    }
    judge_curves(*reader, whole, judgement);
    if (judgement.less && faults_of_check(file).empty()) {
        judgement.wrong = "the check finds no fault";
    }
    return judgement;
}

/// A random damage to the bytes of a file; says what it did.
std::string damage_bytes(std::string& bytes, std::mt19937_64& random) {
    const auto below = [&](std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random);
    };
    const auto flip = [&](std::size_t at) { bytes[at] ^= char(1U << below(8)); };
    const auto page = page_bytes * below(bytes.size() / page_bytes);
    const auto at = std::to_string(page);
    switch (below(7)) {
        case 0: {
            const auto byte = below(bytes.size());
            flip(byte);
            return "a bit of byte " + std::to_string(byte);
        }
        case 1:
            for (int i = 0; i < 40; ++i) flip(below(bytes.size()));
            return "forty bits";
        case 2: {  // where a page of a b-tree says what is in it
            const auto byte = page + below(60);
            flip(byte);
            return "a bit of byte " + std::to_string(byte) + ", in the head of a page";
        }
        case 3:
            bytes.replace(page, page_bytes, page_bytes, '\0');
            return "zeros from byte " + at;
        case 4:
            for (std::size_t i = 0; i < page_bytes; ++i) bytes[page + i] = char(random());
            return "nonsense from byte " + at;
        case 5:
            bytes.replace(page, page_bytes,
                          bytes.substr(page_bytes * below(bytes.size() / page_bytes), page_bytes));
            return "another page at byte " + at;
        default:
            bytes.resize(below(bytes.size()));
            return "cut at byte " + std::to_string(bytes.size());
    }
}

TEST(RunDamage, is_not_seen_where_there_is_none) {
    const TemporaryFolder folder;
    const auto file = folder.write("a.lsrun", short_run().bytes);
    const auto judgement = judge(short_run(), file);
    EXPECT_EQ(judgement.wrong, "");
    EXPECT_TRUE(judgement.opened);
    EXPECT_FALSE(judgement.less);
    EXPECT_EQ(faults_of_check(file), "");
    const auto check = check_run(file);
    EXPECT_EQ(check->rows, 9000 + 4500 + 4096 + 100);
    EXPECT_GT(check->blocks, 0);
    EXPECT_GT(check->pages, 0);
    // What the judgement compares with is what was written.
    const auto& voltages = short_run().every_row[2];
    ASSERT_EQ(voltages.size(), 9000U);
    for (std::int64_t seqid = 1; seqid <= 9000; ++seqid) {
        ASSERT_EQ(voltages[std::size_t(seqid) - 1].second, script_row(1, seqid).voltage_V);
    }
}

TEST(RunDamage, of_any_kind_gives_no_wrong_row_and_no_wrong_curve_and_is_found_by_the_check) {
    constexpr int trials = 400;
    const TemporaryFolder folder;
    std::mt19937_64 random{20261123};
    int opened = 0;
    int less = 0;
    for (int i = 0; i < trials; ++i) {
        auto bytes = short_run().bytes;
        const auto what = damage_bytes(bytes, random);
        const auto file = folder.write("a.lsrun", bytes);
        const auto judgement = judge(short_run(), file);
        EXPECT_EQ(judgement.wrong, "") << "trial " << i << ": " << what;
        opened += judgement.opened ? 1 : 0;
        less += judgement.less ? 1 : 0;
    }
    EXPECT_GT(opened, trials / 3);
    EXPECT_GT(less, trials / 4) << "most of these damages must have been felt";
}

/// Where the file holds a piece of `blob`; SQLite cuts long ones into pages.
std::size_t place_of(const std::string& bytes, const std::string& blob) {
    constexpr std::size_t piece = 24;
    for (std::size_t tried = 0; tried + piece <= blob.size(); tried += piece / 3) {
        const auto from = (blob.size() / 2 + tried) % (blob.size() - piece);
        const auto at = bytes.find(blob.substr(from, piece));
        // Packs of regular data look alike: only a piece that no other one has will do.
        if (at != std::string::npos && bytes.rfind(blob.substr(from, piece)) == at) {
            return at;
        }
    }
    return std::string::npos;
}

/// The packs of `table` with their ids.
std::vector<std::pair<std::int64_t, std::string>> packs_of(const std::string& bytes,
                                                           const std::string& table) {
    const TemporaryFolder folder;
    auto database = Database::open(folder.write("a.lsrun", bytes), Database::Mode::read);
    auto lines = database->prepare("SELECT id, pack FROM " + table + " ORDER BY id");
    std::vector<std::pair<std::int64_t, std::string>> packs;
    while (lines && lines->step().value_or(false)) {
        packs.emplace_back(lines->integer(0), lines->text(1));
    }
    return packs;
}

TEST(RunDamage, in_a_block_costs_the_rows_of_that_block_and_no_others) {
    const TemporaryFolder folder;
    const auto packs = packs_of(short_run().bytes, "block");
    ASSERT_GT(packs.size(), 6U);
    for (const auto& [id, pack] : packs) {
        auto bytes = short_run().bytes;
        const auto at = place_of(bytes, pack);
        ASSERT_NE(at, std::string::npos);
        bytes[at] ^= char(4);
        const auto file = folder.write("a.lsrun", bytes);
        const auto judgement = judge(short_run(), file);
        EXPECT_EQ(judgement.wrong, "") << "block " << id;
        EXPECT_TRUE(judgement.opened);
        EXPECT_LE(judgement.missing_rows, rows_of_block);
        // Of the combined stream there are curves only.
        const bool has_rows = id >> 40U != combined_stream;
        EXPECT_EQ(judgement.missing_rows > 0, has_rows) << "block " << id;
        EXPECT_NE(faults_of_check(file), "") << "block " << id;
    }
}

TEST(RunDamage, in_the_pyramid_costs_no_row_and_is_found_by_the_check) {
    const TemporaryFolder folder;
    const auto packs = packs_of(short_run().bytes, "pyramid");
    ASSERT_GT(packs.size(), 3U);
    for (const auto& [id, pack] : packs) {
        auto bytes = short_run().bytes;
        const auto at = place_of(bytes, pack);
        ASSERT_NE(at, std::string::npos);
        bytes[at] ^= char(4);
        const auto file = folder.write("a.lsrun", bytes);
        const auto judgement = judge(short_run(), file);
        EXPECT_EQ(judgement.wrong, "") << "page " << id;
        EXPECT_EQ(judgement.missing_rows, 0) << "page " << id;
        EXPECT_NE(faults_of_check(file), "") << "page " << id;
    }
}

/// An integer key as SQLite writes it into a page.
std::string key_bytes(std::uint64_t id) {
    std::string bytes(1, char(id & 0x7fU));
    for (id >>= 7U; id != 0; id >>= 7U) bytes.insert(bytes.begin(), char(0x80U | (id & 0x7fU)));
    return bytes;
}

TEST(RunDamage, of_a_key_passes_no_block_off_as_another) {
    const TemporaryFolder folder;
    int flipped = 0;
    for (const char* table : {"block", "pyramid"}) {
        for (const auto& [id, pack] : packs_of(short_run().bytes, table)) {
            const auto key = key_bytes(std::uint64_t(id));
            if (key.size() < 5) continue;  // of the combined stream: not to be found by its bytes
            for (auto at = short_run().bytes.find(key); at != std::string::npos;
                 at = short_run().bytes.find(key, at + 1)) {
                for (const auto bit : {0U, 2U}) {
                    for (std::size_t place = 0; place < key.size(); ++place) {
                        auto bytes = short_run().bytes;
                        bytes[at + place] ^= char(1U << bit);
                        const auto judgement = judge(short_run(), folder.write("a.lsrun", bytes));
                        ASSERT_EQ(judgement.wrong, "")
                            << table << " " << id << ", bit " << bit << " of byte " << place;
                        ++flipped;
                    }
                }
            }
        }
    }
    EXPECT_GT(flipped, 50);
}

TEST(RunDamage, that_swaps_whole_blocks_or_pages_is_seen) {
    const TemporaryFolder folder;
    for (const char* change : {
             "UPDATE block SET pack = (SELECT b.pack FROM block b WHERE b.id = (2 << 40)) "
             "WHERE id = (1 << 40)",
             "UPDATE block SET pack = (SELECT b.pack FROM block b WHERE b.id = (1 << 40) + 1) "
             "WHERE id = (1 << 40)",
             "UPDATE pyramid SET pack = (SELECT p.pack FROM pyramid p WHERE p.id = (2 << 48) + "
             "(1 << 40)) WHERE id = (1 << 48) + (1 << 40)",
             "UPDATE pyramid SET pack = (SELECT p.pack FROM pyramid p WHERE p.id = (1 << 48) + "
             "(1 << 40) + 1) WHERE id = (1 << 48) + (1 << 40)",
             "DELETE FROM block WHERE id = (1 << 40) + 1",
             "DELETE FROM pyramid WHERE id = (1 << 48) + (1 << 40) + 1",
         }) {
        const auto file = folder.write("a.lsrun", short_run().bytes);
        {
            auto database = Database::open(file, Database::Mode::write);
            ASSERT_TRUE(database->execute(change)) << change;
            ASSERT_EQ(database->query_integer("SELECT changes()"), 1) << change;
        }
        EXPECT_EQ(judge(short_run(), file).wrong, "") << change;
        EXPECT_NE(faults_of_check(file), "") << change;
    }
}

TEST(RunDamage, of_a_word_gives_no_wrong_name) {
    const TemporaryFolder folder;
    int found = 0;
    for (const std::string word :
         {"cc", "rest", "[\"V1\"]", "[\"T1\",\"V1\"]", "[\"T1\",\"t1\"]"}) {
        for (auto at = short_run().bytes.find(word); at != std::string::npos;
             at = short_run().bytes.find(word, at + 1)) {
            auto bytes = short_run().bytes;
            bytes[at + word.size() / 2] ^= char(1);
            const auto judgement = judge(short_run(), folder.write("a.lsrun", bytes));
            EXPECT_EQ(judgement.wrong, "") << word << " at byte " << at;
            ++found;
        }
    }
    EXPECT_GE(found, 5);
}

TEST(RunDamage, at_any_length_of_a_file_that_is_cut_short_is_told_in_one_sentence) {
    const TemporaryFolder folder;
    std::mt19937_64 random{9};
    const auto& whole = short_run().bytes;
    std::vector<std::size_t> lengths = {
        0, 1, 99, 100, 101, 511, 4095, 4096, 4097, whole.size() - 1, whole.size() - page_bytes};
    for (int i = 0; i < 60; ++i) {
        lengths.push_back(std::uniform_int_distribution<std::size_t>{0, whole.size() - 1}(random));
    }
    for (const auto length : lengths) {
        const auto file = folder.write("a.lsrun", whole.substr(0, length));
        const auto judgement = judge(short_run(), file);
        EXPECT_EQ(judgement.wrong, "") << "cut at byte " << length;
        if (judgement.opened && length < whole.size()) {
            EXPECT_NE(faults_of_check(file), "") << "cut at byte " << length;
        }
    }
}

/// Rows and events of a version 1 file and its copy, which must be the same.
void expect_same_content(RunReader& one, RunReader& other) {
    const auto streams = one.streams();
    const auto others = other.streams();
    ASSERT_TRUE(streams && others);
    ASSERT_EQ(streams->size(), others->size());
    for (std::size_t i = 0; i < streams->size(); ++i) {
        const auto& stream = (*streams)[i];
        EXPECT_EQ(stream.layer, (*others)[i].layer);
        EXPECT_EQ(stream.test_id, (*others)[i].test_id);
        EXPECT_EQ(stream.first_seqid, (*others)[i].first_seqid);
        EXPECT_EQ(stream.offset_ms, (*others)[i].offset_ms);
        EXPECT_EQ(stream.offset_known, (*others)[i].offset_known);
        EXPECT_EQ(stream.rows, (*others)[i].rows);
        std::vector<std::pair<RecordedRow, std::optional<UtcTime>>> rows;
        ASSERT_TRUE(one.read_rows(stream.layer, 0, [&](const RecordedRow& row, auto arrival) {
            rows.emplace_back(row, arrival);
        }));
        std::size_t next = 0;
        ASSERT_TRUE(other.read_rows(stream.layer, 0, [&](const RecordedRow& row, auto arrival) {
            ASSERT_LT(next, rows.size());
            EXPECT_TRUE(same_bits(row, rows[next].first)) << "row " << row.seqid;
            EXPECT_EQ(arrival, rows[next].second);
            ++next;
        }));
        EXPECT_EQ(next, rows.size());
    }
}

TEST(RunDamage, is_none_when_a_run_of_version_1_is_copied_into_one_of_today) {
    const TemporaryFolder folder;
    const auto old = folder / "old.lsrun";
    make_version_1_run(old);
    const auto before = bytes_of(old);
    const auto copied = copy_run(old, folder / "new.lsrun");
    ASSERT_TRUE(copied) << copied.error().sentence;
    EXPECT_EQ(bytes_of(old), before) << "the original is as it was";
    auto one = RunReader::open(old);
    auto other = RunReader::open(folder / "new.lsrun");
    ASSERT_TRUE(one) << one.error().sentence;
    ASSERT_TRUE(other) << other.error().sentence;
    EXPECT_EQ(one->info().schema_version, 1);
    EXPECT_EQ(other->info().schema_version, 2);
    EXPECT_EQ(other->info().uuid, one->info().uuid);
    EXPECT_EQ(other->info().created, one->info().created);
    EXPECT_EQ(other->info().final_reason, one->info().final_reason);
    EXPECT_EQ(other->info().predecessor_uuid, one->info().predecessor_uuid);
    EXPECT_EQ(other->info().accelerated, one->info().accelerated);
    EXPECT_EQ(other->info().station.station_toml, one->info().station.station_toml);
    expect_same_content(*one, *other);
    const auto events = one->events();
    const auto copies = other->events();
    ASSERT_EQ(events->size(), copies->size());
    for (std::size_t i = 0; i < events->size(); ++i) {
        EXPECT_EQ((*events)[i].id, (*copies)[i].id);
        EXPECT_EQ((*events)[i].text, (*copies)[i].text);
        EXPECT_EQ((*events)[i].device_time_s, (*copies)[i].device_time_s);
    }
    EXPECT_EQ(faults_of_check(folder / "new.lsrun"), "");
    // What is beside rows and events.
    auto database = Database::open(folder / "new.lsrun", Database::Mode::read);
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM snapshot"), 2);
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM snapshot_aux"), 3);
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM clock"), 1);
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM stream WHERE barcode = 'B-1'"), 1);
}

}  // namespace
}  // namespace layerscope
