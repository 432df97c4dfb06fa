#include "core/model/least_squares.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

namespace layerscope {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

/// Rosenbrock's valley, with its minimum 0 at (1, 1).
VectorXd valley(const VectorXd& x) {
    return Vector2d{10 * (x[1] - x[0] * x[0]), 1 - x[0]};
}

/// An exponential through points of 3 exp(-0.7 t), and the amplitude believed to be 3 ± 1.
VectorXd decay(const VectorXd& x) {
    VectorXd residuals{9};
    for (int t = 0; t < 8; ++t) {
        residuals[t] = 10 * (x[0] * std::exp(-x[1] * t) - 3 * std::exp(-0.7 * t));
    }
    residuals[8] = x[0] - 3;
    return residuals;
}

LeastSquaresSettings fine() {
    LeastSquaresSettings settings;
    settings.difference_step = 1e-6;
    settings.least_gain = 1e-10;
    return settings;
}

TEST(LeastSquares, follows_a_curved_valley_to_its_minimum) {
    const auto fit = fit_least_squares(valley, Vector2d{-1.2, 1}, fine());
    EXPECT_NEAR(fit.point[0], 1, 1e-4);
    EXPECT_NEAR(fit.point[1], 1, 1e-4);
    EXPECT_LT(fit.cost, 1e-8);
    EXPECT_FALSE(fit.stopped);
}

TEST(LeastSquares, finds_the_constants_of_a_decay) {
    const auto fit = fit_least_squares(decay, Vector2d{1, 0.1}, fine());
    EXPECT_NEAR(fit.point[0], 3, 1e-6);
    EXPECT_NEAR(fit.point[1], 0.7, 1e-6);
}

TEST(LeastSquares, gives_the_same_on_several_threads) {
    auto settings = fine();
    const auto one = fit_least_squares(decay, Vector2d{1, 0.1}, settings);
    settings.threads = 3;
    const auto three = fit_least_squares(decay, Vector2d{1, 0.1}, settings);
    EXPECT_EQ(one.point, three.point);
    EXPECT_EQ(one.evaluations, three.evaluations);
}

TEST(LeastSquares, arrives_in_spite_of_noise_below_its_difference_step) {
    std::atomic<int> call{0};
    const Residuals noisy = [&](const VectorXd& x) {
        return VectorXd{decay(x).array() + 1e-4 * std::sin(12.9898 * ++call)};
    };
    const auto fit = fit_least_squares(noisy, Vector2d{1, 0.1}, LeastSquaresSettings{});
    EXPECT_NEAR(fit.point[0], 3, 1e-3);
    EXPECT_NEAR(fit.point[1], 0.7, 1e-3);
}

TEST(LeastSquares, keeps_the_best_point_when_it_is_stopped) {
    std::stop_source stop;
    int heard = 0;
    const auto fit =
        fit_least_squares(valley, Vector2d{-1.2, 1}, fine(), stop.get_token(), [&](double) {
            if (++heard == 3) stop.request_stop();
        });
    EXPECT_TRUE(fit.stopped);
    EXPECT_EQ(heard, 3);
    EXPECT_LT(fit.cost, valley(Vector2d{-1.2, 1}).squaredNorm());
    EXPECT_GT(fit.cost, 1e-3);
    EXPECT_NEAR(fit.cost, valley(fit.point).squaredNorm(), 1e-12);
}

TEST(LeastSquares, stays_at_its_start_when_it_is_stopped_before) {
    std::stop_source stop;
    stop.request_stop();
    const auto fit = fit_least_squares(valley, Vector2d{-1.2, 1}, fine(), stop.get_token());
    EXPECT_EQ(fit.point, VectorXd(Vector2d{-1.2, 1}));
    EXPECT_NEAR(fit.cost, 24.2, 1e-9);
}

TEST(LeastSquares, has_the_slopes_of_its_residuals) {
    const auto jacobian = jacobian_at(valley, Vector2d{0.5, 2}, fine());
    EXPECT_NEAR(jacobian(0, 0), -10, 1e-6);
    EXPECT_NEAR(jacobian(0, 1), 10, 1e-6);
    EXPECT_NEAR(jacobian(1, 0), -1, 1e-6);
    EXPECT_NEAR(jacobian(1, 1), 0, 1e-6);
}

}  // namespace
}  // namespace layerscope
