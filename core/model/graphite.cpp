#include "core/model/graphite.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace layerscope {
namespace {

/// A step down by `height_V` around `centre`.
struct Step {
    double height_V;
    double centre;
    double width;
};

constexpr std::array staging{
    Step{0.035, 0.515, 0.010},  // stage 2 to 1
    Step{0.020, 0.235, 0.018},  // stage 3 to 2
    Step{0.045, 0.125, 0.018},  // stage 4 to 3
    Step{0.100, 0.035, 0.010},  // dilute stage 1 to 4
};
constexpr Step full{0.07, 0.992, 0.009};  // the fall at LiC6, and the wall behind it
constexpr double wall_slope_V = 6.0;
constexpr double empty_V = 0.9;  // the rise towards empty graphite
constexpr double empty_width = 0.012;
constexpr double empty_floor = -0.05;  // below it the rise stops growing
constexpr double plateau_slope_V = 0.012;

double logistic(double z) {
    return 1.0 / (1.0 + std::exp(-z));
}

double logistic_slope(double z) {
    const double s = logistic(z);
    return s * (1.0 - s);
}

/// ln(1 + e^z) without overflow.
double soft_ramp(double z) {
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

}  // namespace

double graphite_potential_V(double stoichiometry) {
    const double y = stoichiometry;
    double potential_V = 0.085 - plateau_slope_V * (y - 0.5);
    for (const Step& step : staging) {
        potential_V += step.height_V * logistic((step.centre - y) / step.width);
    }
    potential_V += empty_V * std::exp(-std::max(y, empty_floor) / empty_width);
    potential_V -= full.height_V * logistic((y - full.centre) / full.width);
    potential_V -= wall_slope_V * full.width * soft_ramp((y - 1.0) / full.width);
    return potential_V;
}

double graphite_slope_V(double stoichiometry) {
    const double y = stoichiometry;
    double slope_V = -plateau_slope_V;
    for (const Step& step : staging) {
        slope_V -= step.height_V / step.width * logistic_slope((step.centre - y) / step.width);
    }
    if (y > empty_floor) slope_V -= empty_V / empty_width * std::exp(-y / empty_width);
    slope_V -= full.height_V / full.width * logistic_slope((y - full.centre) / full.width);
    slope_V -= wall_slope_V * logistic((y - 1.0) / full.width);
    return slope_V;
}

}  // namespace layerscope
