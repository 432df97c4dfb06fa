#pragma once
#include <vector>

namespace layerscope {

struct TimeRange {
    double from_s = 0;
    double to_s = 0;

    double span_s() const { return to_s - from_s; }
    bool operator==(const TimeRange&) const = default;
};

/// Points to draw; NaN in `value` breaks the curve.
struct Polyline {
    std::vector<double> time_s;
    std::vector<double> value;
};

}  // namespace layerscope
