#include "core/model/least_squares.h"

#include <atomic>
#include <unsupported/Eigen/LevenbergMarquardt>

#include "core/base/parallel_for.h"

namespace layerscope {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
namespace status = Eigen::LevenbergMarquardtSpace;

VectorXd moved(const VectorXd& point, Index coordinate, double step) {
    VectorXd there = point;
    there[coordinate] += step;
    return there;
}

/// The residuals in the shape that Eigen's minimiser wants; a negative return ends it.
class Functor : public Eigen::DenseFunctor<double> {
  public:
    Functor(const Residuals& residuals, Index inputs, Index values,
            const LeastSquaresSettings& settings, const std::stop_token& stop)
        : DenseFunctor{int(inputs), int(values)},
          residuals_{residuals},
          settings_{settings},
          stop_{stop} {}

    int operator()(const VectorXd& point, VectorXd& values) {
        if (stop_.stop_requested()) return -1;
        values = residuals_(point);
        ++evaluations_;
        return 0;
    }

    int df(const VectorXd& point, JacobianType& jacobian) {
        const VectorXd here = residuals_(point);
        const double step = settings_.difference_step;
        parallel_for(std::size_t(point.size()), settings_.threads, [&](std::size_t i) {
            if (stop_.stop_requested()) return;
            jacobian.col(Index(i)) = (residuals_(moved(point, Index(i), step)) - here) / step;
        });
        evaluations_ += int(point.size()) + 1;
        return stop_.stop_requested() ? -1 : 0;
    }

    int evaluations() const { return evaluations_; }

  private:
    const Residuals& residuals_;
    const LeastSquaresSettings& settings_;
    const std::stop_token& stop_;
    int evaluations_ = 0;
};

}  // namespace

LeastSquaresFit fit_least_squares(const Residuals& residuals, const Eigen::VectorXd& start,
                                  const LeastSquaresSettings& settings, const std::stop_token& stop,
                                  const std::function<void(double cost)>& visit) {
    LeastSquaresFit fit;
    fit.point = start;
    const VectorXd first = residuals(start);
    fit.cost = first.squaredNorm();
    Functor functor{residuals, start.size(), first.size(), settings, stop};
    Eigen::LevenbergMarquardt<Functor> minimiser{functor};
    minimiser.setExternalScaling(true);
    minimiser.diag().setOnes(start.size());
    // It limits its first step to this factor times the norm of the point, where that is not 0.
    const double norm = start.norm();
    minimiser.setFactor(norm > 0 ? settings.first_step / norm : settings.first_step);
    minimiser.setFtol(settings.least_gain);
    minimiser.setXtol(settings.least_gain);
    minimiser.setMaxfev(10 * settings.most_iterations);
    auto state = minimiser.minimizeInit(fit.point);
    for (int i = 0; i < settings.most_iterations && state < 0; ++i) {
        state = minimiser.minimizeOneStep(fit.point);
        if (state == status::UserAsked) break;
        fit.cost = minimiser.fnorm() * minimiser.fnorm();
        if (visit) visit(fit.cost);
    }
    fit.stopped = stop.stop_requested();
    fit.evaluations = functor.evaluations() + 1;
    return fit;
}

Eigen::MatrixXd jacobian_at(const Residuals& residuals, const Eigen::VectorXd& point,
                            const LeastSquaresSettings& settings) {
    const double step = settings.difference_step;
    std::vector<VectorXd> columns(std::size_t(point.size()));
    parallel_for(columns.size(), settings.threads, [&](std::size_t i) {
        columns[i] =
            (residuals(moved(point, Index(i), step)) - residuals(moved(point, Index(i), -step))) /
            (2 * step);
    });
    Eigen::MatrixXd jacobian{columns.front().size(), point.size()};
    for (std::size_t i = 0; i < columns.size(); ++i) jacobian.col(Index(i)) = columns[i];
    return jacobian;
}

}  // namespace layerscope
