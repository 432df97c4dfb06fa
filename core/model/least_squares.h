#pragma once
#include <Eigen/Core>
#include <functional>
#include <stop_token>

namespace layerscope {

/// Residuals at a point. May be called from several threads at once.
using Residuals = std::function<Eigen::VectorXd(const Eigen::VectorXd& point)>;

/// What the fit needs to know of its residuals. Coordinates are of one size: 1 is a usual change.
struct LeastSquaresSettings {
    double difference_step = 0.02;  // of a coordinate; its effect must exceed the residuals' noise
    double least_gain = 1e-4;       // relative fall of the cost below which the fit has arrived
    double first_step = 2;          // longest, of the whole point
    int most_iterations = 60;
    int threads = 1;  // for the columns of one Jacobian
};

struct LeastSquaresFit {
    Eigen::VectorXd point;
    double cost = 0;  // sum of the squared residuals
    int evaluations = 0;
    bool stopped = false;  // on demand; `point` is the best up to then
};

/// The nearest minimum of the sum of squares, by Levenberg and Marquardt's method with forward
/// differences. `visit`, where given, hears the cost after each iteration.
LeastSquaresFit fit_least_squares(const Residuals& residuals, const Eigen::VectorXd& start,
                                  const LeastSquaresSettings& settings,
                                  const std::stop_token& stop = {},
                                  const std::function<void(double cost)>& visit = {});

/// Derivatives of the residuals by central differences.
Eigen::MatrixXd jacobian_at(const Residuals& residuals, const Eigen::VectorXd& point,
                            const LeastSquaresSettings& settings);

}  // namespace layerscope
