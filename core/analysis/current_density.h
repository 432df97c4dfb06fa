#pragma once
#include "core/base/quantity.h"

namespace layerscope {

/// Current over the face of the layer that looks at the separator; the sign is the current's.
constexpr CurrentDensity current_density(Current current, Area face) {
    return current / face;
}

}  // namespace layerscope
