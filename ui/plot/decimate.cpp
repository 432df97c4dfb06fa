#include "ui/plot/decimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace layerscope {
namespace {

void push(Polyline& out, double time_s, double value) {
    out.time_s.push_back(time_s);
    out.value.push_back(value);
}

/// Rows [first, last) fall on one pixel column: the two extremes, and the break if there is one.
void push_extremes(Polyline& out, std::span<const double> time_s, std::span<const double> value,
                   std::size_t first, std::size_t last) {
    std::size_t least = last;
    std::size_t greatest = last;
    std::size_t gap = last;
    for (std::size_t i = first; i < last; ++i) {
        if (std::isnan(value[i])) {
            gap = i;
            continue;
        }
        if (least == last || value[i] < value[least]) least = i;
        if (greatest == last || value[i] > value[greatest]) greatest = i;
    }
    std::array kept{least, greatest, gap};
    std::ranges::sort(kept);
    std::size_t before = last;
    for (const std::size_t i : kept) {
        if (i != last && i != before) push(out, time_s[i], value[i]);
        before = i;
    }
}

}  // namespace

Polyline decimate(std::span<const double> time_s, std::span<const double> value, TimeRange range,
                  int columns) {
    Polyline out;
    const auto from = std::lower_bound(time_s.begin(), time_s.end(), range.from_s);
    const auto to = std::upper_bound(from, time_s.end(), range.to_s);
    std::size_t i = std::size_t(from - time_s.begin());
    std::size_t end = std::size_t(to - time_s.begin());
    if (i > 0) --i;
    if (end < time_s.size()) ++end;

    const bool few = end - i <= 2 * std::size_t(std::max(columns, 1));
    if (few) {
        out.time_s.assign(time_s.begin() + std::ptrdiff_t(i), time_s.begin() + std::ptrdiff_t(end));
        out.value.assign(value.begin() + std::ptrdiff_t(i), value.begin() + std::ptrdiff_t(end));
        return out;
    }
    // Columns stand on multiples of their width: a moving window does not make the curve boil.
    const double columns_per_s = columns / range.span_s();
    const auto column = [&](std::size_t row) { return std::floor(time_s[row] * columns_per_s); };
    while (i < end) {
        const double its_column = column(i);
        std::size_t last = i + 1;
        while (last < end && column(last) == its_column) ++last;
        push_extremes(out, time_s, value, i, last);
        i = last;
    }
    return out;
}

}  // namespace layerscope
