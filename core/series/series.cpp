#include "core/series/series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/series/line_maker.h"
#include "core/series/page_cache.h"
#include "core/series/pyramid_page.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double ms_per_s = 1000;
// Decoded pages, and decoded rows, of a series that are kept: some screens full.
constexpr std::size_t most_page_bytes = 12U << 20U;
constexpr std::size_t most_row_bytes = 6U << 20U;
constexpr int most_levels = 24;  // 64 * 8^23 rows: none has so many
constexpr unsigned level_shift = 48;

std::int64_t key_of(int level, std::int64_t number) {
    return (std::int64_t{level} << level_shift) | number;
}

/// What is in memory comes first, the file's behind it.
class GrowingSource final : public PackSource {
  public:
    explicit GrowingSource(std::shared_ptr<PackSource> stored) : stored_{std::move(stored)} {}

    void keep(int level, std::int64_t number, std::string pack) {
        packs_[key_of(level, number)] = std::move(pack);
    }

    Result<std::string> read(int level, std::int64_t number) override {
        const auto pack = packs_.find(key_of(level, number));
        if (pack != packs_.end()) return pack->second;
        if (stored_) return stored_->read(level, number);
        return fail(ErrorKind::not_found, "there is no such page");
    }

  private:
    std::shared_ptr<PackSource> stored_;  // shared with the other series of one file
    std::map<std::int64_t, std::string> packs_;
};

/// Rows from `first` on, before `end`.
struct RowSpan {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

}  // namespace

struct Series::Impl {
    Impl(PyramidEdge its_edge, std::int64_t its_blocks, std::shared_ptr<PackSource> stored)
        : edge{std::move(its_edge)},
          blocks{its_blocks},
          source{std::move(stored)},
          tail{edge.columns().size()} {}

    PyramidEdge edge;
    std::int64_t blocks = 0;  // whole ones, read from `source`
    GrowingSource source;
    Rows tail;  // rows behind them
    double offset_ms = 0;
    bool damaged = false;

    PageCache<Entries> pages{most_page_bytes};
    PageCache<Rows> row_blocks{most_row_bytes};
    // The page of each level, and the block, that was looked at last: the next row or entry is
    // nearly always in it too.
    struct Looked {
        std::int64_t number = -1;
        std::shared_ptr<const Entries> page;
    };
    std::array<Looked, most_levels> looked{};
    std::int64_t looked_block = -1;
    std::shared_ptr<const Rows> looked_rows;

    struct RowRef {
        const Rows& rows;
        std::size_t index;
    };
    RowRef row(std::int64_t number);
    const EntryTime& entry_time(int level, std::int64_t number);
    const EntryValues& entry_values(int level, std::int64_t number, std::size_t column);
    const Entries& page(int level, std::int64_t number);

    std::int64_t whole_entries(int level) const { return edge.rows() / rows_per_entry(level); }
    double seconds(std::int64_t time_ms) const { return (double(time_ms) + offset_ms) / ms_per_s; }
    double row_time_s(std::int64_t number) {
        const auto [rows, index] = row(number);
        return seconds(rows.time_ms[index]);
    }

    void seal_tail();
    template <class IsPassed>
    std::int64_t rows_passed(IsPassed is_passed);
    template <class Visit>
    void each_top_entry(Visit visit);

    CurvePiece row_piece(std::int64_t number, std::size_t column);
    void add_rows(LineMaker& maker, RowSpan span, std::size_t column);
    void add_entry(LineMaker& maker, int level, std::int64_t number, RowSpan span,
                   std::size_t column, double column_s);
    Polyline each_row(RowSpan span, std::size_t column);
};

const Entries& Series::Impl::page(int level, std::int64_t number) {
    auto& last = looked[std::size_t(level)];
    if (last.number != number) {
        last.page = pages.get(key_of(level, number),
                              [&] { return read_page(level, number, edge.columns(), source); });
        last.number = number;
    }
    return *last.page;
}

const EntryTime& Series::Impl::entry_time(int level, std::int64_t number) {
    const auto first = edge.first_entry(level);
    if (number >= first) return edge.times(level)[std::size_t(number - first)];
    return page(level, number / entries_of_page).times[std::size_t(number % entries_of_page)];
}

const EntryValues& Series::Impl::entry_values(int level, std::int64_t number, std::size_t column) {
    const auto first = edge.first_entry(level);
    if (number >= first) return edge.values(level, column)[std::size_t(number - first)];
    return page(level, number / entries_of_page)
        .values[column][std::size_t(number % entries_of_page)];
}

Series::Impl::RowRef Series::Impl::row(std::int64_t number) {
    const auto block = number / rows_of_block;
    const auto index = std::size_t(number % rows_of_block);
    if (block >= blocks) return {tail, index};
    if (looked_block != block) {
        looked_rows =
            row_blocks.get(block, [&] { return read_block(block, edge.columns(), source); });
        looked_block = block;
        damaged = damaged || !looked_rows->readable;
    }
    return {*looked_rows, index};
}

void Series::Impl::seal_tail() {
    source.keep(0, blocks, pack_rows(tail, edge.columns()));
    tail = Rows{edge.columns().size()};
    ++blocks;
}

/// Rows before the first whose time is not passed any more. As times do not fall, an entry whose
/// last is passed is passed as a whole.
template <class IsPassed>
std::int64_t Series::Impl::rows_passed(IsPassed is_passed) {
    std::int64_t passed = 0;
    for (int level = edge.levels(); level > 0; --level) {
        const auto step = rows_per_entry(level);
        while (passed / step < whole_entries(level) &&
               is_passed(seconds(entry_time(level, passed / step).last_ms))) {
            passed += step;
        }
    }
    while (passed < edge.rows() && is_passed(row_time_s(passed))) ++passed;
    return passed;
}

/// The fewest entries that hold all rows; `visit(0, row)` for those behind the last whole entry.
template <class Visit>
void Series::Impl::each_top_entry(Visit visit) {
    std::int64_t done = 0;
    for (int level = edge.levels(); level > 0; --level) {
        const auto step = rows_per_entry(level);
        for (; done / step < whole_entries(level); done += step) visit(level, done / step);
    }
    for (; done < edge.rows(); ++done) visit(0, done);
}

CurvePiece Series::Impl::row_piece(std::int64_t number, std::size_t column) {
    const auto [rows, index] = row(number);
    const double time_s = seconds(rows.time_ms[index]);
    return {time_s, time_s, rows.gap[index] != 0, false, values_of(rows.values[column][index])};
}

void Series::Impl::add_rows(LineMaker& maker, RowSpan span, std::size_t column) {
    for (auto i = span.first; i < span.end; ++i) maker.add(row_piece(i, column));
}

/// The rows of `span` in an entry: as one piece where they are no wider than a pixel column, else
/// from the level below. What is visited depends on the pixels, not on the rows.
void Series::Impl::add_entry(LineMaker& maker, int level, std::int64_t number, RowSpan span,
                             std::size_t column, double column_s) {
    const auto step = rows_per_entry(level);
    const RowSpan its{number * step, (number + 1) * step};
    if (its.end <= span.first || its.first >= span.end) return;
    const EntryTime time = entry_time(level, number);
    const bool inside = its.first >= span.first && its.end <= span.end;
    // What nobody can read has no width.
    const bool narrow =
        time.first_ms == unknown_ms || double(time.last_ms - time.first_ms) / ms_per_s <= column_s;
    if (inside && narrow) {
        maker.add({seconds(time.first_ms), seconds(time.last_ms), time.gap_before, time.gap_inside,
                   entry_values(level, number, column)});
        return;
    }
    if (level == 1) {
        add_rows(maker, {std::max(its.first, span.first), std::min(its.end, span.end)}, column);
        return;
    }
    for (std::int64_t i = 0; i < pyramid_factor; ++i) {
        add_entry(maker, level - 1, number * pyramid_factor + i, span, column, column_s);
    }
}

Polyline Series::Impl::each_row(RowSpan span, std::size_t column) {
    Polyline line;
    const auto put = [&](double time_s, double value) {
        line.time_s.push_back(time_s);
        line.value.push_back(value);
    };
    for (auto i = span.first; i < span.end; ++i) {
        const auto piece = row_piece(i, column);
        if (piece.gap_before && !line.value.empty()) put(piece.first_s, nan);
        put(piece.first_s, piece.values.first);
    }
    return line;
}

Series::Series(std::vector<int> columns)
    : impl_{std::make_unique<Impl>(PyramidEdge{std::move(columns)}, 0, nullptr)} {}
Series::Series(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Series::Series(Series&&) noexcept = default;
Series& Series::operator=(Series&&) noexcept = default;
Series::~Series() = default;

Result<Series> Series::open(std::vector<int> columns, std::int64_t blocks,
                            std::shared_ptr<PackSource> stored) {
    auto edge = PyramidEdge::restore(std::move(columns), blocks, *stored);
    if (!edge) return fail(edge.error());
    return Series{std::make_unique<Impl>(std::move(*edge), blocks, std::move(stored))};
}

void Series::set_offset_ms(std::int64_t offset_ms) {
    impl_->offset_ms = double(offset_ms);
}

void Series::add(std::int64_t time_ms, bool gap_before, std::span<const double> values) {
    auto& tail = impl_->tail;
    tail.time_ms.push_back(time_ms);
    tail.gap.push_back(gap_before ? 1 : 0);
    for (std::size_t c = 0; c < tail.values.size(); ++c) tail.values[c].push_back(values[c]);
    impl_->edge.add(time_ms, gap_before, values);
    if (std::int64_t(tail.time_ms.size()) < rows_of_block) return;
    impl_->seal_tail();
    for (auto& page : impl_->edge.take_pages()) {
        impl_->source.keep(page.level, page.number, std::move(page.pack));
    }
}

std::int64_t Series::rows() const {
    return impl_->edge.rows();
}
bool Series::found_damage() const {
    return impl_->damaged;
}

std::size_t Series::column_count() const {
    return impl_->edge.columns().size();
}

std::optional<double> Series::first_s() const {
    if (rows() == 0) return std::nullopt;
    const int top = impl_->edge.levels();
    if (top == 0) return impl_->row_time_s(0);
    return impl_->seconds(impl_->entry_time(top, 0).first_ms);
}

std::optional<double> Series::last_s() const {
    if (rows() == 0) return std::nullopt;
    if (!impl_->tail.time_ms.empty()) return impl_->seconds(impl_->tail.time_ms.back());
    return impl_->seconds(impl_->entry_time(1, impl_->whole_entries(1) - 1).last_ms);
}

Polyline Series::trace(std::size_t index, TimeRange range, int columns) {
    columns = std::max(columns, 1);
    RowSpan span{impl_->rows_passed([&](double t) { return t < range.from_s; }),
                 impl_->rows_passed([&](double t) { return t <= range.to_s; })};
    if (span.first > 0) --span.first;
    if (span.end < rows()) ++span.end;
    if (span.end - span.first <= 2 * std::int64_t{columns}) return impl_->each_row(span, index);

    const double columns_per_s = range.span_s() > 0 ? columns / range.span_s() : 0;
    const double column_s =
        range.span_s() > 0 ? range.span_s() / columns : std::numeric_limits<double>::infinity();
    LineMaker maker{columns_per_s};
    impl_->each_top_entry([&](int level, std::int64_t number) {
        if (level > 0) {
            impl_->add_entry(maker, level, number, span, index, column_s);
        } else if (number >= span.first && number < span.end) {
            maker.add(impl_->row_piece(number, index));
        }
    });
    return maker.take();
}

double Series::value_at(std::size_t index, double time_s) {
    const auto passed = impl_->rows_passed([&](double t) { return t <= time_s; });
    if (passed == 0) return nan;
    const auto at = impl_->row_piece(passed - 1, index);
    if (at.first_s == time_s) return at.values.last;
    if (passed == rows() || impl_->row_piece(passed, index).gap_before) return nan;
    return at.values.last;
}

double Series::newest(std::size_t index) {
    const std::int64_t from = impl_->tail.time_ms.empty()
                                  ? std::max<std::int64_t>(rows() - rows_of_block, 0)
                                  : impl_->blocks * rows_of_block;
    for (auto i = rows() - 1; i >= from; --i) {
        const double value = impl_->row_piece(i, index).values.last;
        if (!std::isnan(value)) return value;
    }
    return nan;
}

std::optional<LeastGreatest> Series::extremes(std::size_t index) {
    EntryValues all = values_of(nan);
    impl_->each_top_entry([&](int level, std::int64_t number) {
        merge(all, level > 0 ? impl_->entry_values(level, number, index)
                             : impl_->row_piece(number, index).values);
    });
    if (std::isnan(all.least)) return std::nullopt;
    return LeastGreatest{all.least, all.greatest};
}

Polyline Curve::trace(TimeRange range, int columns) const {
    if (series == nullptr) return {};
    Polyline line = series->trace(column, range, columns);
    for (double& value : line.value) value *= scale;
    return line;
}

double Curve::value_at(double time_s) const {
    return series != nullptr ? series->value_at(column, time_s) * scale : nan;
}

double Curve::newest() const {
    return series != nullptr ? series->newest(column) * scale : nan;
}

}  // namespace layerscope
