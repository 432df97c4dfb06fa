#include "core/analysis/zero_crossing.h"

#include <algorithm>

namespace layerscope {
namespace {

constexpr double lowest_V = -2.0;
constexpr double highest_V = 6.0;

}  // namespace

std::optional<double> reference_potential_V(const RecordedRow& row,
                                            const std::optional<std::string>& field) {
    if (!field) return std::nullopt;
    const auto found = std::find_if(row.aux.begin(), row.aux.end(),
                                    [&](const AuxValue& aux) { return aux.name == *field; });
    if (found == row.aux.end()) return std::nullopt;
    const bool possible = found->value >= lowest_V && found->value <= highest_V;  // NaN is not
    return possible ? std::optional{found->value} : std::nullopt;
}

std::optional<ZeroCrossing> ZeroCrossingFlag::add(const LayerPoint& point) {
    if (!point.potential_V) return std::nullopt;
    const double potential_V = *point.potential_V;
    min_potential_V_ = std::min(min_potential_V_.value_or(potential_V), potential_V);
    if (potential_V > 0 || first_) return std::nullopt;
    first_ = ZeroCrossing{point.layer, point.seqid, point.time_s, potential_V, point.charge_C};
    return first_;
}

}  // namespace layerscope
