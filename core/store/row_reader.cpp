#include "core/store/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/series/stream_columns.h"
#include "core/store/run_schema.h"
#include "core/store/tail_rows.h"

namespace layerscope {
namespace {

constexpr std::int64_t before_any_row = std::numeric_limits<std::int64_t>::min();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What a series holds of a row.
double value_of(const KeptRow& stored, const SeriesColumn& column) {
    const auto& row = stored.row;
    if (const auto* name = std::get_if<std::string>(&column)) {
        const auto found = std::find_if(row.aux.begin(), row.aux.end(),
                                        [&](const AuxValue& value) { return value.name == *name; });
        return found == row.aux.end() ? nan : found->value;
    }
    switch (std::get<int>(column)) {
        case stream_column::voltage_V:
            return row.voltage_V;
        case stream_column::current_A:
            return row.current_A;
        case stream_column::capacity_Ah:
            return row.capacity_Ah;
        case stream_column::energy_Wh:
            return row.energy_Wh;
        case stream_column::soc:
            return stored.soc;
        default:
            return nan;
    }
}

}  // namespace

struct RowReader::Walk {
    const RunReader::RowVisitor& visit;
    RowParts parts;
    std::int64_t rows_left;
    std::int64_t last_seqid;  // visited, or known to be passed
    // Rows that could not be read, until the next that can tell where they end.
    std::int64_t lost_blocks = 0;
    std::string why{};
    RecordedRow row{};  // its memory is used again from row to row
};

RowReader::RowReader(std::shared_ptr<Database> database, int stream, std::int64_t first_seqid)
    : database_{database},
      stream_{stream},
      first_seqid_{first_seqid},
      packs_{std::move(database), stream} {}

Result<void> RowReader::refresh() {
    auto words = Words::load(*database_);
    if (!words) return fail(words.error());
    auto dictionary = StreamDictionary::load(*database_, stream_);
    if (!dictionary) return fail(dictionary.error());
    const bool new_columns = dictionary->columns().size() != dictionary_.columns().size();
    words_ = std::move(*words);
    dictionary_ = std::move(*dictionary);
    if (new_columns) block_number_ = -1;
    return {};
}

std::vector<DamagedRows> RowReader::take_damage() {
    return std::exchange(damage_, {});
}

void RowReader::note_damage(std::int64_t from_seqid, std::int64_t to_seqid,
                            const std::string& why) {
    const bool known = std::any_of(damage_.begin(), damage_.end(), [&](const auto& damaged) {
        return damaged.from_seqid == from_seqid;
    });
    if (known) return;
    damage_.push_back(
        {stream_, from_seqid, to_seqid,
         fmt::format("layer {}: rows {} to {} cannot be read ({}); another copy of the "
                     "run may have them",
                     stream_, from_seqid, to_seqid, why)});
}

Result<std::optional<RowReader::Bounds>> RowReader::bounds(std::int64_t number) {
    auto line = database_->prepare("SELECT first_seqid, last_seqid FROM block WHERE id = ?1");
    if (!line) return fail(line.error());
    const auto there = line->bind(stream_base(stream_) + number).step();
    if (!there) return fail(there.error());
    if (!*there) return std::nullopt;
    return Bounds{line->integer(0), line->integer(1)};
}

/// The first block with a row after `seqid`. What a damaged line says is only a hint: a block is
/// believed when it was read.
std::int64_t RowReader::block_after(std::int64_t seqid, std::int64_t blocks) {
    if (seqid < first_seqid_) return 0;
    std::int64_t from = 0;
    std::int64_t to = blocks;
    while (from < to) {
        const auto middle = from + (to - from) / 2;
        auto probe = middle;  // the next one that can be read stands for it
        auto its = bounds(probe);
        while (probe + 1 < to && !(its && *its)) its = bounds(++probe);
        if (its && *its && (*its)->last_seqid <= seqid) {
            from = probe + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

Result<const RowBlock*> RowReader::block(std::int64_t number, RowParts parts) {
    const bool at_hand =
        block_number_ == number && (block_parts_ == parts || block_parts_ == RowParts::all);
    if (at_hand) return &block_;
    block_number_ = -1;
    const auto pack = packs_.read(0, number);
    if (!pack) return fail(pack.error());
    auto rows = RowBlock::unpack(*pack, dictionary_.columns(), parts);
    if (!rows) return fail(rows.error());
    if (auto known = check_words(*rows); !known) return fail(known.error());
    block_ = std::move(*rows);
    block_number_ = number;
    block_parts_ = parts;
    return &block_;
}

/// Every word that the rows use is in the dictionary, and their numbers rise.
Result<void> RowReader::check_words(const RowBlock& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const bool rises = i == 0 || rows.seqid[i] > rows.seqid[i - 1];
        const bool same = i > 0 && rows.steptype[i] == rows.steptype[i - 1] &&
                          rows.layout[i] == rows.layout[i - 1];
        const bool known = same || (words_.text(rows.steptype[i]) != nullptr &&
                                    dictionary_.layout(rows.layout[i], words_) != nullptr);
        if (!rises || !known) {
            return fail(ErrorKind::malformed, "its rows and the names of the run do not agree");
        }
    }
    return {};
}

void RowReader::visit_block(const RowBlock& rows, Walk& walk) {
    const auto from = std::upper_bound(rows.seqid.begin(), rows.seqid.end(), walk.last_seqid);
    const std::string* steptype = nullptr;
    const AuxLayout* layout = nullptr;
    auto i = std::size_t(from - rows.seqid.begin());
    for (const auto first = i; i < rows.rows() && walk.rows_left > 0; ++i, --walk.rows_left) {
        if (i == first || rows.steptype[i] != rows.steptype[i - 1]) {
            steptype = words_.text(rows.steptype[i]);
        }
        if (i == first || rows.layout[i] != rows.layout[i - 1]) {
            layout = dictionary_.layout(rows.layout[i], words_);
        }
        rows.copy_row(i, *steptype, *layout, walk.row);
        walk.last_seqid = walk.row.seqid;
        walk.visit(walk.row,
                   rows.arrival_us.empty() ? std::nullopt : arrival_of(rows.arrival_us[i]));
    }
}

/// Visits a block, or remembers that it is lost.
void RowReader::read_block(std::int64_t number, Walk& walk) {
    const auto rows = block(number, walk.parts);
    if (!rows) {
        ++walk.lost_blocks;
        walk.why = rows.error().sentence;
        return;
    }
    if (walk.lost_blocks > 0) {
        note_damage(walk.last_seqid + 1, (*rows)->seqid.front() - 1, walk.why);
        walk.lost_blocks = 0;
    }
    visit_block(**rows, walk);
}

Result<void> RowReader::read(std::int64_t after_seqid, const RunReader::RowVisitor& visit,
                             std::int64_t most_rows, RowParts parts) {
    const auto blocks = packs_.blocks();
    if (!blocks) return fail(blocks.error());
    Walk walk{visit, parts, most_rows < 0 ? std::numeric_limits<std::int64_t>::max() : most_rows,
              std::max(after_seqid, first_seqid_ - 1)};
    for (auto number = block_after(after_seqid, *blocks); number < *blocks && walk.rows_left > 0;
         ++number) {
        read_block(number, walk);
    }
    if (walk.rows_left <= 0) return {};
    const auto take = [&](KeptRow&& stored) {
        if (walk.lost_blocks > 0) {
            note_damage(walk.last_seqid + 1, stored.row.seqid - 1, walk.why);
            walk.lost_blocks = 0;
        }
        walk.last_seqid = stored.row.seqid;
        visit(stored.row, stored.arrival);
        return --walk.rows_left > 0;
    };
    auto read = read_tail(*database_, stream_, walk.last_seqid, dictionary_, words_, take);
    if (!read) {  // of the tail nobody knows how much there was: no more than a block
        ++walk.lost_blocks;
        walk.why = read.error().sentence;
    }
    if (walk.lost_blocks > 0) {
        note_damage(walk.last_seqid + 1, walk.last_seqid + walk.lost_blocks * rows_of_block,
                    walk.why);
    }
    return {};
}

Result<std::int64_t> RowReader::row_count() {
    const auto blocks = packs_.blocks();
    if (!blocks) return fail(blocks.error());
    std::int64_t rows = *blocks * rows_of_block;
    if (*blocks > 0) {  // the last of a run that has ended may be short
        const auto pack = packs_.read(0, *blocks - 1);
        const auto last = pack ? PackReader::open(*pack) : Result<PackReader>{fail(pack.error())};
        if (last) rows += std::int64_t(last->rows()) - rows_of_block;
    }
    auto tail = database_->prepare("SELECT count(*) FROM tail WHERE id >= ?1 AND id < ?2");
    if (!tail) return fail(tail.error());
    const auto counted = tail->bind(stream_base(stream_), stream_base(stream_ + 1)).step();
    return counted ? rows + tail->integer(0) : rows;
}

Result<std::vector<KeptRow>> RowReader::rows_of_end(std::int64_t from_block, std::int64_t blocks) {
    std::vector<KeptRow> end;
    for (auto number = from_block; number < blocks; ++number) {
        const auto rows = block(number, RowParts::all);
        if (!rows) {
            const auto its = bounds(number);
            if (its && *its) {
                note_damage((*its)->first_seqid, (*its)->last_seqid, rows.error().sentence);
            }
            continue;
        }
        for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
            KeptRow stored;
            (*rows)->copy_row(i, *words_.text((*rows)->steptype[i]),
                              *dictionary_.layout((*rows)->layout[i], words_), stored.row);
            stored.time_ms = (*rows)->time_ms[i];
            stored.gap = (*rows)->gap[i] != 0;
            stored.soc = (*rows)->soc[i];
            end.push_back(std::move(stored));
        }
    }
    auto read =
        read_tail(*database_, stream_, before_any_row, dictionary_, words_, [&](KeptRow&& stored) {
            end.push_back(std::move(stored));
            return true;
        });
    (void)read;  // what was read is good; reading the rows says what was not
    return end;
}

Result<std::optional<RecordedRow>> RowReader::last_row() {
    const auto blocks = packs_.blocks();
    if (!blocks) return fail(blocks.error());
    auto tail = database_->prepare(
        "SELECT seqid FROM tail WHERE id >= ?1 AND id < ?2 "
        "ORDER BY id DESC LIMIT 1");
    if (!tail) return fail(tail.error());
    const auto there = tail->bind(stream_base(stream_), stream_base(stream_ + 1)).step();
    std::optional<RecordedRow> last;
    if (there && *there) {
        const auto read = read_tail(*database_, stream_, tail->integer(0) - 1, dictionary_, words_,
                                    [&](KeptRow&& stored) {
                                        last = std::move(stored.row);
                                        return true;
                                    });
        if (!read) return fail(read.error());
        return last;
    }
    if (*blocks == 0) return last;
    const auto rows = block(*blocks - 1, RowParts::all);
    if (!rows) return last;
    const auto i = (*rows)->rows() - 1;
    (*rows)->copy_row(i, *words_.text((*rows)->steptype[i]),
                      *dictionary_.layout((*rows)->layout[i], words_), last.emplace());
    return last;
}

Result<Series> RowReader::series(const std::vector<SeriesColumn>& columns) {
    std::vector<int> ids;
    for (const auto& column : columns) {
        if (const auto* name = std::get_if<std::string>(&column)) {
            const auto found = dictionary_.find(*name);
            ids.push_back(found ? dictionary_.columns()[*found].id : stream_column::last);
        } else {
            ids.push_back(std::get<int>(column));
        }
    }
    const auto blocks = packs_.blocks();
    if (!blocks) return fail(blocks.error());
    const auto rows = row_count();
    if (!rows) return fail(rows.error());
    const auto whole = std::min(*blocks, *rows / rows_of_block);
    auto series =
        Series::open(std::move(ids), whole, std::make_shared<FilePacks>(database_, stream_));
    if (!series) return series;
    const auto end = rows_of_end(whole, *blocks);
    if (!end) return fail(end.error());
    std::vector<double> values;
    for (const auto& stored : *end) {
        values.clear();
        for (const auto& column : columns) values.push_back(value_of(stored, column));
        series->add(stored.time_ms, stored.gap, values);
    }
    return series;
}

}  // namespace layerscope
