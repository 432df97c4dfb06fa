#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// What the layers took up in a lithiation at one rate.
struct CapacityRow {
    double rate_C = 0;
    std::vector<double> charge_C;  // [k - 1] of layer k

    double total_charge_C() const;
};

/// Measured capacities of all layers at several rates, rising.
struct CapacityTable {
    std::vector<CapacityRow> rows;

    std::size_t layer_count() const { return rows.empty() ? 0 : rows.front().charge_C.size(); }
    /// The row measured at this rate; nullptr where there is none.
    const CapacityRow* find(double rate_C) const;
};

/// Reads `rate_C,layer1_mAh,…,layerN_mAh` and a line for each rate; '#' begins a comment. A fault
/// is one sentence with `file`, line and remedy.
Result<CapacityTable> parse_capacity_table(std::string_view csv, const std::string& file);

}  // namespace layerscope
