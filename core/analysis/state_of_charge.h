#pragma once
#include <algorithm>

#include "core/base/quantity.h"

namespace layerscope {

/// Lithiation charge since the start of the run over Q_th: 0 at the start, negative when the layer
/// gave more than it took, above 1 when it took more than graphite can hold.
constexpr double state_of_charge(Charge charge, Charge theoretical_capacity) {
    return charge / theoretical_capacity;
}

/// What of it graphite can hold: limited to [0, 1].
constexpr double clipped_state_of_charge(double soc) {
    return std::clamp(soc, 0.0, 1.0);
}

/// Charge beyond Q_th, which graphite did not take in; never negative.
constexpr Charge over_capacity(Charge charge, Charge theoretical_capacity) {
    return std::max(charge - theoretical_capacity, Charge{});
}

}  // namespace layerscope
