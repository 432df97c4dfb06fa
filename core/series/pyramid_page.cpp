#include "core/series/pyramid_page.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/series/column_pack.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Test times beyond this are lies: a double would not hold them, and their sums overflow.
constexpr std::int64_t most_ms = std::int64_t{1} << 53U;
constexpr std::int64_t bit_before = 1;
constexpr std::int64_t bit_inside = 2;
constexpr std::size_t entries = std::size_t(entries_of_page);

bool may_be_times(std::span<const std::int64_t> times_ms) {
    return std::ranges::is_sorted(times_ms) && std::ranges::all_of(times_ms, [](std::int64_t t) {
               return t == unknown_ms || (t >= -most_ms && t <= most_ms);
           });
}

std::optional<std::vector<std::int64_t>> integers(const PackReader& pack, int column,
                                                  std::size_t count) {
    auto values = pack.integers(column);
    if (!values || !*values || (*values)->size() != count) return std::nullopt;
    return std::move(**values);
}

/// NaN throughout where the pack has no such column; nullopt where it cannot be read.
std::optional<std::vector<double>> reals(const PackReader& pack, int column, std::size_t count) {
    auto values = pack.reals(column);
    if (!values) return std::nullopt;
    if (!*values) return std::vector<double>(count, nan);
    if ((*values)->size() != count) return std::nullopt;
    return std::move(**values);
}

std::optional<Rows> stored_block(std::int64_t number, std::span<const int> columns,
                                 PackSource& source) {
    const auto bytes = source.read(0, number);
    if (!bytes) return std::nullopt;
    const auto pack = PackReader::open(*bytes);
    if (!pack) return std::nullopt;
    constexpr auto count = std::size_t(rows_of_block);
    auto times = integers(*pack, stream_column::time_ms, count);
    const auto gaps = integers(*pack, stream_column::gap, count);
    if (!times || !gaps || !may_be_times(*times)) return std::nullopt;
    Rows rows{columns.size()};
    rows.time_ms = std::move(*times);
    for (const std::int64_t gap : *gaps) rows.gap.push_back(gap != 0 ? 1 : 0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        rows.values[i] = reals(*pack, columns[i], count).value_or(std::vector<double>(count, nan));
    }
    return rows;
}

std::optional<Entries> stored_page(int level, std::int64_t number, std::span<const int> columns,
                                   PackSource& source) {
    const auto bytes = source.read(level, number);
    if (!bytes) return std::nullopt;
    const auto pack = PackReader::open(*bytes);
    if (!pack) return std::nullopt;
    const auto times = integers(*pack, stream_column::time_ms, 2 * entries);
    const auto gaps = integers(*pack, stream_column::gap, entries);
    if (!times || !gaps) return std::nullopt;
    const auto first = std::span{*times}.first(entries);
    const auto last = std::span{*times}.last(entries);
    if (!may_be_times(first) || !may_be_times(last)) return std::nullopt;
    Entries page{columns.size()};
    for (std::size_t i = 0; i < entries; ++i) {
        if (first[i] > last[i]) return std::nullopt;
        page.times.push_back(
            {first[i], last[i], ((*gaps)[i] & bit_before) != 0, ((*gaps)[i] & bit_inside) != 0});
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto values = reals(*pack, columns[c], 4 * entries);
        if (!values) return std::nullopt;
        for (std::size_t i = 0; i < entries; ++i) {
            page.values[c].push_back({(*values)[i], (*values)[entries + i],
                                      (*values)[2 * entries + i], (*values)[3 * entries + i]});
        }
    }
    return page;
}

/// Rows that nobody can read: when they were is known where the page over them is there.
Rows unreadable_block(std::int64_t number, std::span<const int> columns, PackSource& source) {
    Rows rows{columns.size()};
    const auto page = stored_page(1, number, {}, source);
    for (std::int64_t i = 0; i < rows_of_block; ++i) {
        const auto entry = std::size_t(i / rows_of_entry);
        rows.time_ms.push_back(page ? page->times[entry].first_ms : unknown_ms);
    }
    rows.gap.assign(std::size_t(rows_of_block), 1);
    for (auto& column : rows.values) column.assign(std::size_t(rows_of_block), nan);
    rows.readable = false;
    return rows;
}

void add_summed_rows(Entries& page, const Rows& rows) {
    for (std::size_t row = 0; row < rows.time_ms.size(); ++row) {
        const EntryTime time{rows.time_ms[row], rows.time_ms[row], rows.gap[row] != 0, false};
        const bool begins = row % std::size_t(rows_of_entry) == 0;
        if (begins) {
            page.times.push_back(time);
        } else {
            merge(page.times.back(), time);
        }
        for (std::size_t c = 0; c < rows.values.size(); ++c) {
            const auto value = values_of(rows.values[c][row]);
            if (begins) {
                page.values[c].push_back(value);
            } else {
                merge(page.values[c].back(), value);
            }
        }
    }
}

void add_summed_entries(Entries& page, const Entries& below) {
    for (std::size_t i = 0; i < below.times.size(); ++i) {
        page.add(below, i, i % std::size_t(pyramid_factor) == 0);
    }
}

}  // namespace

void Entries::add(const Entries& from, std::size_t index, bool begins) {
    if (begins && from.times[index].first_ms == unknown_ms && !times.empty()) {
        times.push_back({times.back().last_ms, times.back().last_ms, true, true});
    } else if (begins) {
        times.push_back(from.times[index]);
    } else {
        merge(times.back(), from.times[index]);
    }
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (begins) {
            values[c].push_back(from.values[c][index]);
        } else {
            merge(values[c].back(), from.values[c][index]);
        }
    }
}

std::size_t Entries::bytes() const {
    return times.size() * (sizeof(EntryTime) + values.size() * sizeof(EntryValues));
}

std::size_t Rows::bytes() const {
    return time_ms.size() * (sizeof(std::int64_t) + 1 + values.size() * sizeof(double));
}

EntryValues values_of(double value) {
    return {value, value, value, value};
}

void merge(EntryTime& entry, const EntryTime& later) {
    if (entry.first_ms == unknown_ms) entry.first_ms = later.first_ms;
    entry.last_ms = std::max(entry.last_ms, later.last_ms);
    entry.gap_inside = entry.gap_inside || later.gap_before || later.gap_inside;
}

void merge(EntryValues& entry, const EntryValues& later) {
    if (std::isnan(later.least)) return;
    if (std::isnan(entry.least)) {
        entry = later;
        return;
    }
    entry.least = std::min(entry.least, later.least);
    entry.greatest = std::max(entry.greatest, later.greatest);
    entry.last = later.last;
}

std::string pack_rows(const Rows& rows, std::span<const int> columns) {
    const auto count = std::uint32_t(rows.time_ms.size());
    PackWriter pack{count};
    pack.add(stream_column::time_ms, count, encode_integers(rows.time_ms));
    pack.add(stream_column::gap, count,
             encode_integers(std::vector<std::int64_t>(rows.gap.begin(), rows.gap.end())));
    for (std::size_t c = 0; c < columns.size(); ++c) {
        pack.add(columns[c], count, encode_reals(rows.values[c]));
    }
    return pack.take();
}

std::string pack_page(int level, const Entries& page, std::span<const int> columns) {
    PackWriter pack{std::uint32_t(
        std::min<std::int64_t>(rows_per_page(level), std::numeric_limits<std::uint32_t>::max()))};
    std::vector<std::int64_t> times;
    std::vector<std::int64_t> gaps;
    for (const auto& time : page.times) times.push_back(time.first_ms);
    for (const auto& time : page.times) times.push_back(time.last_ms);
    for (const auto& time : page.times) {
        gaps.push_back((time.gap_before ? bit_before : 0) | (time.gap_inside ? bit_inside : 0));
    }
    pack.add(stream_column::time_ms, std::uint32_t(times.size()), encode_integers(times));
    pack.add(stream_column::gap, std::uint32_t(gaps.size()), encode_integers(gaps));
    std::vector<double> parts;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        parts.clear();
        for (const auto part : {&EntryValues::least, &EntryValues::greatest, &EntryValues::first,
                                &EntryValues::last}) {
            for (const auto& entry : page.values[c]) parts.push_back(entry.*part);
        }
        pack.add(columns[c], std::uint32_t(parts.size()), encode_reals(parts));
    }
    return pack.take();
}

Rows read_block(std::int64_t number, std::span<const int> columns, PackSource& source) {
    if (auto rows = stored_block(number, columns, source)) return std::move(*rows);
    return unreadable_block(number, columns, source);
}

Entries read_page(int level, std::int64_t number, std::span<const int> columns,
                  PackSource& source) {
    if (auto page = stored_page(level, number, columns, source)) return std::move(*page);
    Entries page{columns.size()};
    if (level == 1) {
        add_summed_rows(page, read_block(number, columns, source));
    } else {
        for (std::int64_t i = 0; i < pyramid_factor; ++i) {
            add_summed_entries(page,
                               read_page(level - 1, number * pyramid_factor + i, columns, source));
        }
    }
    return page;
}

}  // namespace layerscope
