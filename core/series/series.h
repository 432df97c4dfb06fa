#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/series/polyline.h"
#include "core/series/pyramid.h"

namespace layerscope {

struct LeastGreatest {
    double least = 0;
    double greatest = 0;
};

/// Some columns of a stream over its test time, at any zoom: what every plot draws from, live or
/// stored. Old rows stay where they are (a run file, or packed in memory) and are read as they come
/// into view; how much is read depends on the pixels, never on the length of the run. What cannot
/// be read is a gap. Bound to its thread.
///
/// Times are seconds on the clock of the run: the stream's own plus `offset_ms`.
class Series {
  public:
    /// Rows come by `add` alone and are kept packed in memory.
    explicit Series(std::vector<int> columns);
    /// Rows that a file holds: `blocks` whole blocks are in `stored`; those of its end, and new
    /// ones, are to be added. `blocks` must be counted, not believed: missing pages cost a look at
    /// every block under them.
    static Result<Series> open(std::vector<int> columns, std::int64_t blocks,
                               std::shared_ptr<PackSource> stored);
    Series(Series&&) noexcept;
    Series& operator=(Series&&) noexcept;
    ~Series();

    void set_offset_ms(std::int64_t offset_ms);

    /// One row; `values` in the order of `columns`. `time_ms` is on the stream's own clock and must
    /// not fall.
    void add(std::int64_t time_ms, bool gap_before, std::span<const double> values);

    std::int64_t rows() const;
    std::optional<double> first_s() const;
    std::optional<double> last_s() const;
    std::size_t column_count() const;
    /// Drawing came upon blocks that cannot be read: they are gaps.
    bool found_damage() const;

    /// What can be seen of column `index` in `range` on `columns` pixels: each row where there are
    /// no more than twice as many, else the least and the greatest of each pixel column in about
    /// their order, at multiples of a pixel so that a moving window does not boil. One row beyond
    /// each end is kept, so that the curve leaves through the frame. NaN breaks the curve: where
    /// rows are missing, and where a value is not there.
    Polyline trace(std::size_t index, TimeRange range, int columns);

    /// Value of the last row at or before `time_s`; NaN before the first row and after the last,
    /// and inside a gap.
    double value_at(std::size_t index, double time_s);
    /// The newest value that is not NaN; NaN where there is none. Looks at no more than the newest
    /// block.
    double newest(std::size_t index);
    /// Of all rows; nullopt without a value.
    std::optional<LeastGreatest> extremes(std::size_t index);

  private:
    struct Impl;
    explicit Series(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// One column of a series in the unit in which it is shown. Borrows the series.
struct Curve {
    Series* series = nullptr;
    std::size_t column = 0;
    double scale = 1;

    bool empty() const { return series == nullptr || series->rows() == 0; }
    Polyline trace(TimeRange range, int columns) const;
    double value_at(double time_s) const;
    double newest() const;
};

}  // namespace layerscope
