#pragma once
#include <optional>
#include <string>

#include "core/analysis/run_analysis.h"

namespace layerscope {

/// The potential of a layer against its reference, from the row itself, so that it cannot be stale.
/// None where the layer has no reference (`field` is empty), where the row lacks the field, and
/// where the value is none a graphite layer can have: not finite, or beyond -2 V to 6 V (an open or
/// overloaded input).
std::optional<double> reference_potential_V(const RecordedRow& row,
                                            const std::optional<std::string>& field);

/// Watches one layer for potentials at or below 0 V against lithium, where plating becomes
/// possible.
class ZeroCrossingFlag {
  public:
    /// The crossing, on the first point at or below 0 V; nullopt on all others.
    std::optional<ZeroCrossing> add(const LayerPoint& point);

    const std::optional<ZeroCrossing>& first() const { return first_; }
    std::optional<double> min_potential_V() const { return min_potential_V_; }

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.first_, own.min_potential_V_);
    }

  private:
    std::optional<ZeroCrossing> first_;
    std::optional<double> min_potential_V_;
};

}  // namespace layerscope
