#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/exchange/inspection.h"

namespace layerscope {

/// Sums a column of int64 or double up, value by value; one that is not finite counts as absent.
template <class Number>
class ColumnTally {
  public:
    void add(Number value) {
        const bool there = is_there(value);
        summary_.last = there ? InspectedValue{value} : InspectedValue{};
        if (!begun_) summary_.first = summary_.last;
        begun_ = true;
        if (!there) return;
        if (!range_) range_ = {value, value};
        range_ = {std::min(range_->first, value), std::max(range_->second, value)};
        sum_ += static_cast<long double>(value);
        ++summary_.valid;
    }

    /// How many values were there.
    std::int64_t valid() const { return summary_.valid; }

    ColumnSummary summary(std::string name) const {
        ColumnSummary out = summary_;
        out.name = std::move(name);
        if (range_) {
            out.least = range_->first;
            out.most = range_->second;
            out.mean = static_cast<double>(sum_ / static_cast<long double>(out.valid));
        }
        return out;
    }

  private:
    static bool is_there(Number value) {
        if constexpr (std::is_floating_point_v<Number>) return std::isfinite(value);
        return true;
    }

    ColumnSummary summary_;
    std::optional<std::pair<Number, Number>> range_;
    long double sum_ = 0;  // a mean of 10^7 times of 10^9 s keeps its digits
    bool begun_ = false;
};

}  // namespace layerscope
