#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/series/stream_columns.h"

/// A stream of rows, seen from afar. Level 0 are the rows, in blocks of 4096. An entry of level 1
/// sums up 64 rows, one of each further level eight entries of the level below; 64 entries are a
/// page. Rows are counted from 0 and blocks and pages hold whole multiples, so that an entry stands
/// for the same rows however often it is made anew.
namespace layerscope {

inline constexpr std::int64_t rows_of_block = 4096;
inline constexpr std::int64_t rows_of_entry = 64;  // of level 1
inline constexpr std::int64_t pyramid_factor = 8;
inline constexpr std::int64_t entries_of_page = 64;

/// Rows that an entry of `level` sums up; 1 at level 0.
constexpr std::int64_t rows_per_entry(int level) {
    std::int64_t rows = level == 0 ? 1 : rows_of_entry;
    for (int i = 1; i < level; ++i) rows *= pyramid_factor;
    return rows;
}
/// Rows that a block or a page of `level` covers.
constexpr std::int64_t rows_per_page(int level) {
    return level == 0 ? rows_of_block : rows_per_entry(level) * entries_of_page;
}

/// When the rows of an entry were, in milliseconds of test time on the stream's own clock.
struct EntryTime {
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
    bool gap_before = false;  // rows are missing directly before the first
    bool gap_inside = false;  // rows are missing somewhere after it

    bool operator==(const EntryTime&) const = default;
};

/// What one column was in the rows of an entry. NaN is left out; all are NaN where nothing else is
/// there.
struct EntryValues {
    double least = 0;
    double greatest = 0;
    double first = 0;
    double last = 0;
};

/// Entries of one level, one after the other.
struct Entries {
    std::vector<EntryTime> times;
    std::vector<std::vector<EntryValues>> values;  // by column

    explicit Entries(std::size_t columns = 0) : values(columns) {}
    /// Entry `index` of `from`: as one of its own where it `begins` one, else into the last.
    void add(const Entries& from, std::size_t index, bool begins);
    std::size_t bytes() const;
};

/// Blocks and pages as packs: in a run file, or in memory. Level 0 holds at least the columns
/// `time_ms` and `gap`; the others `time_ms` (all first times, then all last), `gap` (bit 0 before,
/// bit 1 inside), and each real column's least, greatest, first and last, one after the other.
class PackSource {
  public:
    virtual ~PackSource() = default;
    /// not_found where there is no such pack.
    virtual Result<std::string> read(int level, std::int64_t number) = 0;
};

/// The growing end of a pyramid: takes rows one by one, gives whole pages of level 1 and above as
/// they fill, and holds what does not fill a page yet. The rows themselves are the owner's.
class PyramidEdge {
  public:
    struct Page {
        int level = 0;
        std::int64_t number = 0;
        std::string pack;
    };

    /// `columns`: ids of the real columns, in the order in which `add` brings their values.
    explicit PyramidEdge(std::vector<int> columns);

    /// The end of a pyramid of which `blocks` whole blocks and all full pages are in `source`. A
    /// page that cannot be read is made again from the level below it; from unreadable rows, as
    /// entries without values behind a gap.
    static Result<PyramidEdge> restore(std::vector<int> columns, std::int64_t blocks,
                                       PackSource& source);

    /// From now on `add` brings one value more; NaN before.
    void add_column(int id);

    /// `time_ms` must not be less than that of the row before.
    void add(std::int64_t time_ms, bool gap_before, std::span<const double> values);

    /// Pages that became full since the last call, lower levels first.
    std::vector<Page> take_pages();

    std::int64_t rows() const { return rows_; }
    const std::vector<int>& columns() const { return columns_; }
    /// Levels above the rows that have at least one whole entry.
    int levels() const { return int(levels_.size()); }
    /// The whole entries of `level` (from 1) that are in no full page; the first of them is entry
    /// number `first_entry(level)`.
    std::span<const EntryTime> times(int level) const;
    /// The same of the column at `index` in `columns()`.
    std::span<const EntryValues> values(int level, std::size_t index) const;
    std::int64_t first_entry(int level) const;

  private:
    struct Level {
        Entries entries;  // in no full page
        std::int64_t first_entry = 0;
    };
    void restore_level(int level, PackSource& source);
    void close_entry();
    void fill_page(std::size_t level_index);

    std::vector<int> columns_;
    std::int64_t rows_ = 0;
    std::vector<Level> levels_;  // level k at k - 1
    // An entry of level 1 that is not whole yet.
    EntryTime open_time_;
    std::vector<EntryValues> open_values_;
    std::vector<Page> full_;
};

}  // namespace layerscope
