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

/// 1/(1 + e^-z) and its slope. Most steps lie far off at any one stoichiometry: there the value is
/// 0 or 1 to the last bit and costs no exponential.
struct Logistic {
    double value;
    double slope;
};

constexpr double far_off = 37;  // e^-37 is below half a unit in the last place of 1

Logistic logistic(double z) {
    if (z > far_off) return {1, 0};
    if (z < -far_off) return {0, 0};
    const double value = 1 / (1 + std::exp(-z));
    return {value, value * (1 - value)};
}

/// ln(1 + e^z) without overflow.
double soft_ramp(double z) {
    if (z < -far_off) return 0;
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

}  // namespace

GraphitePotential graphite_potential(double stoichiometry) {
    const double y = stoichiometry;
    GraphitePotential result{0.085 - plateau_slope_V * (y - 0.5), -plateau_slope_V};
    for (const Step& step : staging) {
        const Logistic above = logistic((step.centre - y) / step.width);
        result.potential_V += step.height_V * above.value;
        result.slope_V -= step.height_V / step.width * above.slope;
    }
    const double empty = empty_V * std::exp(-std::max(y, empty_floor) / empty_width);
    result.potential_V += empty;
    if (y > empty_floor) result.slope_V -= empty / empty_width;
    const Logistic filled = logistic((y - full.centre) / full.width);
    result.potential_V -= full.height_V * filled.value;
    result.slope_V -= full.height_V / full.width * filled.slope;
    const double beyond = (y - 1) / full.width;
    result.potential_V -= wall_slope_V * full.width * soft_ramp(beyond);
    result.slope_V -= wall_slope_V * logistic(beyond).value;
    return result;
}

double graphite_potential_V(double stoichiometry) {
    return graphite_potential(stoichiometry).potential_V;
}

}  // namespace layerscope
