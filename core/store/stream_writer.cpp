#include "core/store/stream_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/series/stream_columns.h"
#include "core/store/run_schema.h"
#include "core/store/word_list.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t before_any_row = std::numeric_limits<std::int64_t>::min();

// Of every stream, before its auxiliaries.
constexpr std::array real_columns = {stream_column::voltage_V, stream_column::current_A,
                                     stream_column::capacity_Ah, stream_column::energy_Wh,
                                     stream_column::soc};

enum StatementOf { put_word, put_column, put_block, put_page, put_sealed_rows };
constexpr std::array<const char*, 5> statement_texts = {
    "INSERT INTO word VALUES(?1, ?2, ?3)",
    "INSERT INTO col VALUES(?1, ?2, ?3, ?4, ?5)",
    "INSERT INTO block VALUES(?1, ?2, ?3, ?4, ?5)",
    "INSERT INTO pyramid VALUES(?1, ?2, ?3)",
    "UPDATE stream SET sealed_rows = ?2 WHERE id = ?1",
};

std::vector<int> pyramid_columns(const StreamDictionary& dictionary) {
    std::vector<int> ids{real_columns.begin(), real_columns.end()};
    for (const auto& column : dictionary.columns()) ids.push_back(column.id);
    return ids;
}

bool has_names(const std::vector<AuxValue>& aux, const AuxLayout& layout) {
    return std::equal(
        aux.begin(), aux.end(), layout.names.begin(), layout.names.end(),
        [](const AuxValue& value, const std::string& name) { return value.name == name; });
}

}  // namespace

Result<RowTables> RowTables::open(const std::shared_ptr<Database>& database) {
    auto words = Words::load(*database);
    if (!words) return fail(words.error());
    auto tail = TailWriter::open(*database);
    if (!tail) return fail(tail.error());
    std::vector<Statement> statements;
    for (const char* text : statement_texts) {
        auto statement = database->prepare(text);
        if (!statement) return fail(statement.error());
        statements.push_back(std::move(*statement));
    }
    return RowTables{database, std::move(*words), std::move(*tail), std::move(statements)};
}

Result<std::int64_t> RowTables::word(const std::string& text) {
    if (const auto known = words_.id(text)) return *known;
    const auto newest = database_->query_integer("SELECT max(id) FROM word");
    if (!newest) return fail(newest.error());
    const auto id = *newest + 1;
    auto put = statements_[put_word].bind(id, text, word_checksum(id, text)).run();
    if (!put) return fail(put.error());
    words_.add(id, text);
    return id;
}

Result<void> RowTables::insert_column(int stream, const StreamAux& column) {
    return statements_[put_column]
        .bind(stream, column.id, column.name, column.nth, column_checksum(stream, column))
        .run();
}

Result<void> RowTables::insert_block(int stream, std::int64_t number, const RowBlock& block,
                                     std::int64_t sealed_rows) {
    const auto pack = block.pack();
    const auto id = stream_base(stream) + number;
    auto put =
        statements_[put_block]
            .bind(id, block.seqid.front(), block.seqid.back(), Blob{pack}, pack_checksum(id, pack))
            .run();
    return put ? statements_[put_sealed_rows].bind(stream, sealed_rows).run() : put;
}

Result<void> RowTables::insert_page(std::int64_t id, const std::string& pack) {
    return statements_[put_page].bind(id, Blob{pack}, pack_checksum(id, pack)).run();
}

StreamWriter::StreamWriter(int stream, std::int64_t first_seqid, StreamDictionary dictionary)
    : stream_{stream},
      dictionary_{std::move(dictionary)},
      block_{dictionary_.columns()},
      last_seqid_{first_seqid - 1},
      last_time_ms_{before_any_row},
      edge_{pyramid_columns(dictionary_)} {}

Result<StreamWriter> StreamWriter::load(RowTables& tables, int stream, std::int64_t first_seqid) {
    auto dictionary = StreamDictionary::load(*tables.database(), stream);
    if (!dictionary) return fail(dictionary.error());
    StreamWriter writer{stream, first_seqid, std::move(*dictionary)};
    if (auto done = writer.take_up(tables); !done) return fail(done.error());
    return writer;
}

Result<void> StreamWriter::take_up(RowTables& tables) {
    FilePacks packs{tables.database(), stream_};
    const auto blocks = packs.blocks();
    if (!blocks) return fail(blocks.error());
    if (*blocks > 0) {
        if (auto done = take_up_sealed(tables, packs, *blocks); !done) return done;
    }
    Result<void> done;
    const auto take = [&](KeptRow&& stored) {
        const auto steptype = tables.word(stored.row.steptype);
        const auto layout = layout_of(tables, stored.row);
        if (!steptype || !layout) {
            done = fail(steptype ? layout.error() : steptype.error());
            return false;
        }
        append(stored, *steptype, **layout);
        go_on_after(stored.row, stored.time_ms);
        ++in_tail_;
        return true;
    };
    auto read =
        read_tail(*tables.database(), stream_, before_any_row, dictionary_, tables.words(), take);
    return read ? done : read;
}

/// Of the sealed rows only the last matters, and the end of the pyramid over them.
Result<void> StreamWriter::take_up_sealed(RowTables& tables, FilePacks& packs,
                                          std::int64_t blocks) {
    auto edge = PyramidEdge::restore(edge_.columns(), blocks, packs);
    if (!edge) return fail(edge.error());
    edge_ = std::move(*edge);
    sealed_rows_ = blocks * rows_of_block;
    const auto pack = packs.read(0, blocks - 1);
    if (!pack) return fail(pack.error());
    const auto last = RowBlock::unpack(*pack, dictionary_.columns(), RowParts::all);
    if (!last) return fail(last.error());
    const auto i = last->rows() - 1;
    const auto* layout = dictionary_.layout(last->layout[i], tables.words());
    if (layout == nullptr) {
        return fail(ErrorKind::malformed, "the names of the run's values are damaged");
    }
    RecordedRow row;
    last->copy_row(i, {}, *layout, row);
    go_on_after(row, last->time_ms[i]);
    return {};
}

void StreamWriter::go_on_after(const RecordedRow& row, std::int64_t time_ms) {
    clock_ = StepClock{time_ms - row.testtime_ms};
    clock_.advance(row);
    last_seqid_ = row.seqid;
    last_time_ms_ = time_ms;
}

Result<const AuxLayout*> StreamWriter::layout_of(RowTables& tables, const RecordedRow& row) {
    if (layout_ == nullptr || !has_names(row.aux, *layout_)) {
        auto layout = new_layout(tables, row);
        if (!layout) return layout;
        layout_ = *layout;
    }
    return layout_;
}

Result<const AuxLayout*> StreamWriter::new_layout(RowTables& tables, const RecordedRow& row) {
    std::vector<std::string> names;
    for (const auto& value : row.aux) {
        names.push_back(value.name);
        const int nth = int(std::count(names.begin(), names.end(), value.name));
        if (dictionary_.find(value.name, nth)) continue;
        const StreamAux column{stream_column::first_aux + int(dictionary_.columns().size()),
                               value.name, nth};
        if (column.id >= stream_column::last) {
            return fail(ErrorKind::unsupported,
                        fmt::format("layer {} brings more kinds of auxiliaries than a run can hold",
                                    stream_));
        }
        if (auto put = tables.insert_column(stream_, column); !put) return fail(put.error());
        dictionary_.add(column);
        block_.add_aux_column(column.id);
        edge_.add_column(column.id);
    }
    const auto word = tables.word(word_list_text(names));
    if (!word) return fail(word.error());
    return dictionary_.layout(*word, tables.words());
}

/// Puts a row on the stream's clock. The clock of a cycler that steps back is held, so that a time
/// can be looked for.
KeptRow StreamWriter::place(const RecordedRow& row) {
    KeptRow stored;
    stored.row = row;
    stored.time_ms = std::max(last_time_ms_, clock_.advance(row).total_ms);
    stored.gap = row.seqid != last_seqid_ + 1;
    last_seqid_ = row.seqid;
    last_time_ms_ = stored.time_ms;
    return stored;
}

void StreamWriter::append(const KeptRow& stored, std::int64_t steptype, const AuxLayout& layout) {
    block_.add(stored, steptype, layout);
    const auto& row = stored.row;
    values_.assign({row.voltage_V, row.current_A, row.capacity_Ah, row.energy_Wh, stored.soc});
    values_.resize(real_columns.size() + dictionary_.columns().size(), nan);
    for (std::size_t i = 0; i < row.aux.size(); ++i) {
        values_[real_columns.size() + layout.columns[i]] = row.aux[i].value;
    }
    edge_.add(stored.time_ms, stored.gap, values_);
}

Result<void> StreamWriter::add(RowTables& tables, const std::vector<RecordedRow>& rows,
                               std::optional<UtcTime> arrival, const std::vector<double>& soc) {
    constexpr double millionth = 1e6;
    fresh_.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].seqid <= last_seqid_) {
            return fail(ErrorKind::mismatch,
                        fmt::format("{}: holds row {} of layer {} already",
                                    tables.database()->file(), rows[i].seqid, stream_));
        }
        if (steptype_word_ == 0 || rows[i].steptype != steptype_) {
            const auto word = tables.word(rows[i].steptype);
            if (!word) return fail(word.error());
            steptype_word_ = *word;
            steptype_ = rows[i].steptype;
        }
        const auto layout = layout_of(tables, rows[i]);
        if (!layout) return fail(layout.error());
        auto stored = place(rows[i]);
        stored.arrival = arrival;
        if (i < soc.size()) stored.soc = std::round(soc[i] * millionth) / millionth;
        append(stored, steptype_word_, **layout);
        fresh_.push_back(std::move(stored));
        if (std::int64_t(block_.rows()) == rows_of_block) {
            if (auto sealed = seal(tables); !sealed) return sealed;
        }
    }
    const auto first = this->rows() - std::int64_t(fresh_.size());
    for (std::size_t i = 0; i < fresh_.size(); ++i) {
        const auto ordinal = first + std::int64_t(i);
        auto put = tables.tail().insert(stream_, ordinal, fresh_[i],
                                        block_.layout[std::size_t(ordinal - sealed_rows_)]);
        if (!put) return put;
    }
    in_tail_ = std::int64_t(block_.rows());
    return {};
}

Result<void> StreamWriter::seal(RowTables& tables) {
    const auto number = sealed_rows_ / rows_of_block;
    auto done = tables.insert_block(stream_, number, block_, rows());
    if (done && in_tail_ > 0) done = tables.tail().clear(stream_);
    if (!done) return done;
    sealed_rows_ += std::int64_t(block_.rows());
    in_tail_ = 0;
    block_.clear();
    fresh_.clear();
    for (const auto& page : edge_.take_pages()) {
        done = tables.insert_page(page_id(stream_, page.level, page.number), page.pack);
        if (!done) return done;
    }
    return {};
}

Result<void> StreamWriter::finish(RowTables& tables) {
    return block_.rows() == 0 ? Result<void>{} : seal(tables);
}

}  // namespace layerscope
