#include "core/store/run_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "core/series/column_pack.h"
#include "core/series/stream_columns.h"
#include "core/store/file_packs.h"
#include "core/store/row_block.h"
#include "core/store/run_file.h"
#include "core/store/run_schema.h"
#include "core/store/tail_rows.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t before_any_row = std::numeric_limits<std::int64_t>::min();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string name_of(int stream) {
    return stream == combined_stream ? "the combined values" : fmt::format("layer {}", stream);
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
        return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) ||
               (std::isnan(x) && std::isnan(y));
    });
}

/// Whether a stored page says what its rows say. A column that came to the stream later is in the
/// page that was made anew, without a value.
Result<void> compare(const PackReader& stored, const PackReader& anew) {
    const auto differs = [] {
        return fail(ErrorKind::malformed, "it does not say what its rows say");
    };
    for (const int column : anew.columns()) {
        if (column == stream_column::time_ms || column == stream_column::gap) {
            const auto a = stored.integers(column);
            const auto b = anew.integers(column);
            if (!a) return fail(a.error());
            if (!b || !*a || **a != **b) return differs();
            continue;
        }
        const auto a = stored.reals(column);
        const auto b = anew.reals(column);
        if (!a) return fail(a.error());
        if (!b) return differs();
        const bool same = *a ? same_bits(**a, **b)
                             : std::all_of((*b)->begin(), (*b)->end(),
                                           [](double value) { return std::isnan(value); });
        if (!same) return differs();
    }
    return {};
}

/// Checks one stream: its blocks, the pyramid over them, its tail.
class StreamCheck {
  public:
    static Result<StreamCheck> open(const std::shared_ptr<Database>& database, int stream,
                                    bool final, RunCheck& found) {
        auto words = Words::load(*database);
        if (!words) return fail(words.error());
        auto dictionary = StreamDictionary::load(*database, stream);
        if (!dictionary) return fail(dictionary.error());
        return StreamCheck{
            database, stream, final, found, std::move(*words), std::move(*dictionary)};
    }

    void run() {
        const auto blocks = packs_.blocks();
        if (!blocks) return fault("its blocks cannot be listed", blocks.error());
        for (std::int64_t number = 0; number < *blocks; ++number) {
            const bool may_be_short = final_ && number + 1 == *blocks;
            check_block(number, may_be_short);
            check_pages();
        }
        check_tail();
    }

  private:
    StreamCheck(std::shared_ptr<Database> database, int stream, bool final, RunCheck& found,
                Words words, StreamDictionary dictionary)
        : database_{database},
          stream_{stream},
          final_{final},
          found_{found},
          words_{std::move(words)},
          dictionary_{std::move(dictionary)},
          packs_{std::move(database), stream},
          edge_{columns()} {}

    std::vector<int> columns() const {
        std::vector<int> ids = {stream_column::voltage_V, stream_column::current_A,
                                stream_column::capacity_Ah, stream_column::energy_Wh,
                                stream_column::soc};
        for (const auto& column : dictionary_.columns()) ids.push_back(column.id);
        return ids;
    }

    void fault(const std::string& what, const Error& error) {
        found_.faults.push_back(fmt::format("{}: {} ({})", name_of(stream_), what, error.sentence));
    }
    void block_fault(std::int64_t number, const std::string& why) {
        damaged_.insert(number);
        const auto where = last_seqid_ == before_any_row
                               ? std::string{"the first rows"}
                               : fmt::format("the rows after {}", last_seqid_);
        fault(fmt::format("block {}, {}, is damaged", number, where), {ErrorKind::malformed, why});
    }

    void check_block(std::int64_t number, bool may_be_short) {
        const auto pack = packs_.read(0, number);
        auto rows = pack ? RowBlock::unpack(*pack, dictionary_.columns(), RowParts::all)
                         : Result<RowBlock>{fail(pack.error())};
        if (rows) {
            const auto directory = PackReader::open(*pack);
            if (auto whole = directory->verify(); !whole) rows = fail(whole.error());
        }
        const bool right_size =
            rows && (std::int64_t(rows->rows()) == rows_of_block || may_be_short);
        if (!rows || !right_size) {
            block_fault(number, rows ? "it has too few rows" : rows.error().sentence);
            if (!may_be_short) stand_in();
            return;
        }
        ++found_.blocks;
        found_.rows += stream_ == combined_stream ? 0 : std::int64_t(rows->rows());
        check_order(number, *rows);
        check_bounds(number, *rows);
        add_to_edge(*rows);
    }

    /// Rows without values keep the count, so that later rows fall on their own entries.
    void stand_in() {
        const std::vector<double> none(edge_.columns().size(), nan);
        for (std::int64_t i = 0; i < rows_of_block; ++i) edge_.add(last_ms_, true, none);
    }

    void check_order(std::int64_t number, const RowBlock& rows) {
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const bool known = words_.text(rows.steptype[i]) != nullptr &&
                               dictionary_.layout(rows.layout[i], words_) != nullptr;
            if (rows.seqid[i] <= last_seqid_ || rows.time_ms[i] < last_ms_ || !known) {
                block_fault(number, fmt::format("row {} is out of order", rows.seqid[i]));
                return;
            }
            last_seqid_ = rows.seqid[i];
            last_ms_ = rows.time_ms[i];
        }
    }

    void check_bounds(std::int64_t number, const RowBlock& rows) {
        auto line = database_->prepare("SELECT first_seqid, last_seqid FROM block WHERE id = ?1");
        if (!line) return fault("its blocks cannot be listed", line.error());
        const auto there = line->bind(stream_base(stream_) + number).step();
        if (!there || !*there || line->integer(0) != rows.seqid.front() ||
            line->integer(1) != rows.seqid.back()) {
            block_fault(number, "its first and last row are not those it says");
        }
    }

    void add_to_edge(const RowBlock& rows) {
        std::vector<double> values;
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            values = {rows.voltage_V[i], rows.current_A[i], rows.capacity_Ah[i], rows.energy_Wh[i],
                      rows.soc[i]};
            for (std::size_t k = 0; k < dictionary_.columns().size(); ++k) {
                values.push_back(rows.aux_value(k, i));
            }
            edge_.add(rows.time_ms[i], rows.gap[i] != 0, values);
        }
    }

    /// Pages that are full now.
    void check_pages() {
        for (const auto& anew : edge_.take_pages()) {
            const std::int64_t blocks = rows_per_page(anew.level) / rows_of_block;
            const auto first = damaged_.lower_bound(anew.number * blocks);
            const bool rows_damaged =
                first != damaged_.end() && *first < (anew.number + 1) * blocks;
            const auto pack = packs_.read(anew.level, anew.number);
            auto page = pack ? PackReader::open(*pack) : Result<PackReader>{fail(pack.error())};
            const auto made = PackReader::open(anew.pack);
            auto good = page ? page->verify() : Result<void>{fail(page.error())};
            if (good && made && !rows_damaged) good = compare(*page, *made);
            if (good) {
                ++found_.pages;
            } else {
                fault(fmt::format("page {} of level {} of the pyramid is damaged", anew.number,
                                  anew.level),
                      good.error());
            }
        }
    }

    void check_tail() {
        auto read = read_tail(
            *database_, stream_, before_any_row, dictionary_, words_, [&](KeptRow&& stored) {
                if (stored.row.seqid <= last_seqid_) {
                    fault(fmt::format("row {} is out of order", stored.row.seqid), {});
                }
                last_seqid_ = std::max(last_seqid_, stored.row.seqid);
                found_.rows += stream_ == combined_stream ? 0 : 1;
                return true;
            });
        if (!read) fault(fmt::format("rows after {} are damaged", last_seqid_), read.error());
    }

    std::shared_ptr<Database> database_;
    int stream_;
    bool final_;
    RunCheck& found_;
    Words words_;
    StreamDictionary dictionary_;
    FilePacks packs_;
    PyramidEdge edge_;
    std::set<std::int64_t> damaged_;
    std::int64_t last_seqid_ = before_any_row;
    std::int64_t last_ms_ = before_any_row;
};

/// SQLite's own opinion of its pages.
void check_pages_of_file(Database& database, RunCheck& found) {
    auto lines = database.prepare("PRAGMA integrity_check(20)");
    for (;;) {
        const auto there = lines ? lines->step() : Result<bool>{fail(lines.error())};
        if (!there) {
            found.faults.push_back(there.error().sentence);
            return;
        }
        if (!*there) return;
        if (const auto text = lines->text(0); text != "ok") {
            found.faults.push_back(fmt::format("the file as a database: {}", text));
        }
    }
}

Result<RunCheck> check_rows_of_version_1(RunReader& reader, RunCheck found) {
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    for (const auto& stream : *streams) found.rows += stream.rows;
    return found;
}

}  // namespace

Result<RunCheck> check_run(const fs::path& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    auto opened = Database::open(path, reader->mode());
    if (!opened) return fail(opened.error());
    const auto database = std::make_shared<Database>(std::move(*opened));
    RunCheck found;
    check_pages_of_file(*database, found);
    if (reader->info().schema_version == 1) return check_rows_of_version_1(*reader, found);
    const auto streams = reader->streams();
    if (!streams) return fail(streams.error());
    std::vector<int> ids = {combined_stream};
    for (const auto& stream : *streams) ids.push_back(stream.layer);
    auto done = database->read_transaction([&]() -> Result<void> {
        for (const int id : ids) {
            auto check =
                StreamCheck::open(database, id, reader->info().final_reason.has_value(), found);
            if (!check) return fail(check.error());
            check->run();
        }
        return {};
    });
    if (!done) found.faults.push_back(done.error().sentence);
    return found;
}

}  // namespace layerscope
