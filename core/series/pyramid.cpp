#include "core/series/pyramid.h"

#include <limits>
#include <string>
#include <utility>

#include "core/series/pyramid_page.h"

namespace layerscope {
namespace {

constexpr EntryValues nothing() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan, nan};
}

}  // namespace

PyramidEdge::PyramidEdge(std::vector<int> columns)
    : columns_{std::move(columns)}, open_values_(columns_.size(), nothing()) {}

Result<PyramidEdge> PyramidEdge::restore(std::vector<int> columns, std::int64_t blocks,
                                         PackSource& source) {
    // Page numbers have 40 bits in a file: more than that is a lie.
    if (blocks < 0 || blocks >= std::int64_t{1} << 40U) {
        return fail(ErrorKind::malformed,
                    "a stream claims " + std::to_string(blocks) + " blocks of rows");
    }
    PyramidEdge edge{std::move(columns)};
    edge.rows_ = blocks * rows_of_block;
    for (int level = 1; edge.rows_ / rows_per_entry(level) > 0; ++level) {
        edge.restore_level(level, source);
    }
    return edge;
}

/// Of the entries of `level` in no full page, each sums up eight of the level below, which are in
/// full pages or restored already.
void PyramidEdge::restore_level(int level, PackSource& source) {
    Level restored{Entries{columns_.size()}};
    const std::int64_t whole = rows_ / rows_per_entry(level);
    restored.first_entry = whole - whole % entries_of_page;
    Entries below{0};
    std::int64_t its_page = -1;
    for (auto entry = restored.first_entry; entry < whole; ++entry) {
        for (auto child = entry * pyramid_factor; child < (entry + 1) * pyramid_factor; ++child) {
            const bool begins = child % pyramid_factor == 0;
            const Level& held = levels_[std::size_t(level) - 2];
            if (child >= held.first_entry) {
                restored.entries.add(held.entries, std::size_t(child - held.first_entry), begins);
                continue;
            }
            if (child / entries_of_page != its_page) {
                its_page = child / entries_of_page;
                below = read_page(level - 1, its_page, columns_, source);
            }
            restored.entries.add(below, std::size_t(child % entries_of_page), begins);
        }
    }
    levels_.push_back(std::move(restored));
}

void PyramidEdge::add_column(int id) {
    columns_.push_back(id);
    open_values_.push_back(nothing());
    for (auto& [entries, first_entry] : levels_) {
        entries.values.emplace_back(entries.times.size(), nothing());
    }
}

void PyramidEdge::add(std::int64_t time_ms, bool gap_before, std::span<const double> values) {
    const EntryTime time{time_ms, time_ms, gap_before, false};
    const bool begins = rows_ % rows_of_entry == 0;
    if (begins) {
        open_time_ = time;
    } else {
        merge(open_time_, time);
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        if (begins) {
            open_values_[c] = values_of(values[c]);
        } else {
            merge(open_values_[c], values_of(values[c]));
        }
    }
    if (++rows_ % rows_of_entry == 0) close_entry();
}

/// The open entry is whole: it goes into level 1, and what becomes whole by that further up.
void PyramidEdge::close_entry() {
    Entries whole{columns_.size()};
    whole.times.push_back(open_time_);
    for (std::size_t c = 0; c < columns_.size(); ++c) whole.values[c].push_back(open_values_[c]);
    for (std::size_t k = 0;; ++k) {
        if (k == levels_.size()) levels_.push_back({Entries{columns_.size()}, 0});
        Entries& entries = levels_[k].entries;
        entries.add(whole, 0, true);
        const std::size_t held = entries.times.size();
        const bool fills_entry = held % std::size_t(pyramid_factor) == 0;
        if (fills_entry) {
            whole = Entries{columns_.size()};
            const std::size_t first = held - std::size_t(pyramid_factor);
            for (std::size_t i = first; i < held; ++i) whole.add(entries, i, i == first);
        }
        if (held == std::size_t(entries_of_page)) fill_page(k);
        if (!fills_entry) return;
    }
}

void PyramidEdge::fill_page(std::size_t k) {
    Level& level = levels_[k];
    full_.push_back({int(k) + 1, level.first_entry / entries_of_page,
                     pack_page(int(k) + 1, level.entries, columns_)});
    level.first_entry += entries_of_page;
    level.entries = Entries{columns_.size()};
}

std::vector<PyramidEdge::Page> PyramidEdge::take_pages() {
    return std::exchange(full_, {});
}

std::span<const EntryTime> PyramidEdge::times(int level) const {
    return levels_[std::size_t(level) - 1].entries.times;
}
std::span<const EntryValues> PyramidEdge::values(int level, std::size_t index) const {
    return levels_[std::size_t(level) - 1].entries.values[index];
}
std::int64_t PyramidEdge::first_entry(int level) const {
    return levels_[std::size_t(level) - 1].first_entry;
}

}  // namespace layerscope
