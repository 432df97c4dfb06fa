#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/series/pyramid.h"

/// Blocks and pages as they come out of their packs: within core/series only.
namespace layerscope {

/// Time of an entry whose rows nobody can read. Before all others, so that searches pass it.
inline constexpr std::int64_t unknown_ms = std::numeric_limits<std::int64_t>::min();

/// Rows of a block.
struct Rows {
    std::vector<std::int64_t> time_ms;
    std::vector<std::uint8_t> gap;
    std::vector<std::vector<double>> values;  // by column
    bool readable = true;                     // else all is a gap

    explicit Rows(std::size_t columns = 0) : values(columns) {}
    std::size_t bytes() const;
};

/// What a row, and an entry of nothing, is.
EntryValues values_of(double value);
/// Adds what `later` holds, the entry directly behind `entry`.
void merge(EntryTime& entry, const EntryTime& later);
void merge(EntryValues& entry, const EntryValues& later);

std::string pack_rows(const Rows& rows, std::span<const int> columns);
std::string pack_page(int level, const Entries& page, std::span<const int> columns);

/// A whole block. One that cannot be read is rows without values, each behind a gap; a column that
/// it does not have, or that is damaged, is NaN.
Rows read_block(std::int64_t number, std::span<const int> columns, PackSource& source);

/// A full page, made again from the level below where it cannot be read.
Entries read_page(int level, std::int64_t number, std::span<const int> columns, PackSource& source);

}  // namespace layerscope
