#pragma once
#include <span>
#include <vector>

#include "ui/time_view.h"

namespace layerscope {

/// Points to draw; NaN in `value` breaks the curve.
struct Polyline {
    std::vector<double> time_s;
    std::vector<double> value;
};

/// What can be seen of a curve in `range` on `columns` pixels: of more rows than that, the least
/// and the greatest of each pixel column, in their order. One row beyond each end is kept, so that
/// the curve leaves through the frame. `time_s` must not fall; NaN values stay breaks.
Polyline decimate(std::span<const double> time_s, std::span<const double> value, TimeRange range,
                  int columns);

}  // namespace layerscope
