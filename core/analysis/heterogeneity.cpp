#include "core/analysis/heterogeneity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace layerscope {
namespace {

// sigma / mean says nothing while there is hardly anything to spread.
constexpr double least_mean_of_cv = 0.05;
constexpr double least_sum_of_share = 1e-12;

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / double(values.size());
}

double population_sigma(std::span<const double> values, double mean) {
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / double(values.size()));
}

double slope_over_number(std::span<const double> values, double mean) {
    const double middle = 0.5 * double(values.size() - 1);
    double products = 0;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double depth = double(i) - middle;
        products += depth * (values[i] - mean);
        squares += depth * depth;
    }
    return squares > 0 ? products / squares : 0.0;  // one layer has no depth
}

}  // namespace

Heterogeneity heterogeneity(std::span<const double> values) {
    assert(!values.empty());
    const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
    Heterogeneity result;
    result.mean = mean_of(values);
    result.range = *largest - *smallest;
    result.sigma = population_sigma(values, result.mean);
    result.slope = slope_over_number(values, result.mean);
    if (result.mean >= least_mean_of_cv) result.cv = result.sigma / result.mean;
    return result;
}

double share_of_first(std::span<const double> values) {
    assert(!values.empty());
    double sum = 0;
    double magnitude = 0;
    for (const double value : values) {
        sum += value;
        magnitude += std::abs(value);
    }
    const bool vanishes = std::abs(sum) < least_sum_of_share * std::max(1.0, magnitude);
    return vanishes ? std::numeric_limits<double>::quiet_NaN() : values.front() / sum;
}

}  // namespace layerscope
