#pragma once
#include <optional>
#include <span>

namespace layerscope {

/// How unevenly a quantity is spread over the layers. `values[k - 1]` belongs to layer k.
struct Heterogeneity {
    double mean = 0;
    double range = 0;          // largest minus smallest
    double sigma = 0;          // population standard deviation
    std::optional<double> cv;  // sigma / mean; absent while the mean is below 5 %
    double slope = 0;          // least-squares slope over the layer number; negative: layer 1 leads

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.mean, own.range, own.sigma, own.cv, own.slope);
    }
};

/// At least one value; all must be finite.
Heterogeneity heterogeneity(std::span<const double> values);

/// values[0] / sum; NaN where the sum is zero or not of one sign with its parts' magnitude (<
/// 1e-12).
double share_of_first(std::span<const double> values);

}  // namespace layerscope
