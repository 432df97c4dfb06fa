#include "core/model/calibration.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <random>

#include "core/base/parallel_for.h"
#include "core/model/least_squares.h"

namespace layerscope {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Stage = CalibrationProgress::Stage;

SolverSettings solver_at(double tolerance) {
    SolverSettings solver;
    solver.tolerance = tolerance;
    return solver;
}

/// Tells the listener how far a stage is, from whichever thread.
class StageProgress {
  public:
    StageProgress(Stage stage, std::size_t of,
                  const std::function<void(const CalibrationProgress&)>& listener)
        : listener_{listener}, now_{stage, 0, int(of), std::numeric_limits<double>::infinity()} {}

    void better(double cost) { tell(0, cost); }
    void done(double cost) { tell(1, cost); }

  private:
    void tell(int more_done, double cost) {
        if (!listener_) return;
        const std::lock_guard lock{mutex_};
        now_.done += more_done;
        now_.best_cost = std::min(now_.best_cost, cost);
        listener_(now_);
    }

    const std::function<void(const CalibrationProgress&)>& listener_;
    std::mutex mutex_;
    CalibrationProgress now_;
};

struct Candidate {
    VectorXd point;
    double cost = std::numeric_limits<double>::infinity();
};

void sort_by_cost(std::vector<Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
}

/// One calibration under way.
class Search {
  public:
    Search(const CalibrationProblem& problem, const CalibrationSettings& settings,
           std::stop_token stop, const std::function<void(const CalibrationProgress&)>& progress)
        : problem_{problem}, settings_{settings}, stop_{std::move(stop)}, progress_{progress} {}

    /// What a search leaves out, and who hears of it.
    struct Pass {
        std::optional<std::size_t> left_out;  // a row of the table
        int threads = 1;
        StageProgress& sampled;
        StageProgress& refined;
    };
    /// Fits from the most promising samples of the prior, by rising cost.
    std::vector<Candidate> fit_all(const Pass& pass);
    std::vector<Candidate> fit_to_all_rates();
    Candidate polish(const Candidate& best);
    std::vector<LeftOutRate> leave_each_out();

    int evaluations() const { return evaluations_; }
    std::size_t number_of_starts() const { return std::size_t(std::max(settings_.starts, 1)); }

  private:
    std::vector<Candidate> sample(const Pass& pass);
    LeftOutRate leave_out(const Pass& pass);
    Residuals residuals_at(double tolerance, std::optional<std::size_t> left_out = {});
    Candidate fit(const Residuals& residuals, const VectorXd& start, int threads,
                  StageProgress& progress);

    const CalibrationProblem& problem_;
    const CalibrationSettings& settings_;
    const std::stop_token stop_;
    const std::function<void(const CalibrationProgress&)>& progress_;
    std::atomic<int> evaluations_{0};
};

Residuals Search::residuals_at(double tolerance, std::optional<std::size_t> left_out) {
    return [this, solver = solver_at(tolerance), left_out](const VectorXd& point) {
        ++evaluations_;
        return problem_.residuals(point, solver, left_out);
    };
}

/// The centre of the prior and samples of it, by rising cost.
std::vector<Candidate> Search::sample(const Pass& pass) {
    std::mt19937_64 random{settings_.seed};
    std::normal_distribution<double> prior;
    std::vector<Candidate> samples(std::size_t(std::max(settings_.samples, settings_.starts)));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i].point = VectorXd::Zero(Index(problem_.parameters().size()));
        if (i == 0) continue;
        for (double& coordinate : samples[i].point) coordinate = prior(random);
    }
    const auto residuals = residuals_at(settings_.fit_tolerance, pass.left_out);
    parallel_for(samples.size(), pass.threads, [&](std::size_t i) {
        if (i > 0 && stop_.stop_requested()) return;
        samples[i].cost = residuals(samples[i].point).squaredNorm();
        pass.sampled.done(samples[i].cost);
    });
    sort_by_cost(samples);
    return samples;
}

Candidate Search::fit(const Residuals& residuals, const VectorXd& start, int threads,
                      StageProgress& progress) {
    LeastSquaresSettings settings;
    settings.threads = threads;
    const auto fitted = fit_least_squares(residuals, start, settings, stop_,
                                          [&](double cost) { progress.better(cost); });
    progress.done(fitted.cost);
    return {fitted.point, fitted.cost};
}

std::vector<Candidate> Search::fit_all(const Pass& pass) {
    std::vector<Candidate> fits = sample(pass);
    fits.resize(std::min(fits.size(), number_of_starts()));
    const auto residuals = residuals_at(settings_.fit_tolerance, pass.left_out);
    parallel_for(fits.size(), pass.threads, [&](std::size_t i) {
        if (!stop_.stop_requested()) fits[i] = fit(residuals, fits[i].point, 1, pass.refined);
    });
    sort_by_cost(fits);
    return fits;
}

std::vector<Candidate> Search::fit_to_all_rates() {
    StageProgress sampled{Stage::samples, std::size_t(std::max(settings_.samples, 1)), progress_};
    StageProgress refined{Stage::starts, number_of_starts(), progress_};
    return fit_all({{}, settings_.threads, sampled, refined});
}

Candidate Search::polish(const Candidate& best) {
    StageProgress progress{Stage::polish, 1, progress_};
    return fit(residuals_at(settings_.polish_tolerance), best.point, settings_.threads, progress);
}

double rmse_C(const std::vector<double>& model_C, const std::vector<double>& measured_C) {
    double sum = 0;
    for (std::size_t i = 0; i < model_C.size(); ++i) {
        sum += (model_C[i] - measured_C[i]) * (model_C[i] - measured_C[i]);
    }
    return std::sqrt(sum / double(model_C.size()));
}

RateComparison compare(const CapacityRow& row, const RateOutcome& outcome) {
    RateComparison comparison{row.rate_C, row.charge_C, {}, outcome.reached};
    for (const LayerOutcome& layer : outcome.layers) comparison.model_C.push_back(layer.charge_C);
    return comparison;
}

/// A fit from its own samples: one that started where a fit to all rates ended would know the rate
/// that it is to predict.
LeftOutRate Search::leave_out(const Pass& pass) {
    const std::size_t row = *pass.left_out;
    const Candidate best = fit_all(pass).front();
    const auto outcomes = problem_.outcomes(best.point, solver_at(settings_.report_tolerance));
    const auto comparison = compare(problem_.data().table.rows[row], outcomes[row]);
    return {comparison.rate_C, comparison.model_C,
            rmse_C(comparison.model_C, comparison.measured_C)};
}

std::vector<LeftOutRate> Search::leave_each_out() {
    std::vector<LeftOutRate> rates(problem_.data().table.rows.size());
    const std::function<void(const CalibrationProgress&)> nobody;
    StageProgress sampled{Stage::samples, 0, nobody};
    StageProgress refined{Stage::leave_one_out, rates.size() * number_of_starts(), progress_};
    parallel_for(rates.size(), settings_.threads, [&](std::size_t row) {
        if (!stop_.stop_requested()) rates[row] = leave_out({row, 1, sampled, refined});
    });
    if (stop_.stop_requested()) rates.clear();
    return rates;
}

// ---- what is told

/// Covariance of the coordinates, by Gauss and Newton's estimate with the priors in it.
Eigen::MatrixXd covariance_at(const CalibrationProblem& problem, const Candidate& best,
                              const CalibrationSettings& settings) {
    LeastSquaresSettings differences;
    differences.threads = settings.threads;
    const auto jacobian = jacobian_at(
        [&](const VectorXd& point) {
            return problem.residuals(point, solver_at(settings.polish_tolerance));
        },
        best.point, differences);
    return (jacobian.transpose() * jacobian).inverse();
}

void add_parameters(const CalibrationProblem& problem, const Candidate& best,
                    const Eigen::MatrixXd& covariance, Calibration& calibration) {
    constexpr double strong = 0.8;
    const auto& parameters = problem.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto row = Index(i);
        const double sd = std::sqrt(covariance(row, row));
        calibration.parameters.push_back(
            {parameters[i].name, parameters[i].value_at(best.point[row]), parameters[i].prior, sd});
        for (Index other = 0; other < row; ++other) {
            const double coefficient =
                covariance(row, other) / (sd * std::sqrt(covariance(other, other)));
            if (std::abs(coefficient) < strong) continue;
            calibration.correlations.push_back(
                {parameters[std::size_t(other)].name, parameters[i].name, coefficient});
        }
    }
    std::sort(calibration.correlations.begin(), calibration.correlations.end(),
              [](const Correlation& a, const Correlation& b) {
                  return std::abs(a.coefficient) > std::abs(b.coefficient);
              });
}

void add_comparisons(const CalibrationProblem& problem, const std::vector<RateOutcome>& outcomes,
                     Calibration& calibration) {
    const auto& data = problem.data();
    std::vector<double> model_C;
    std::vector<double> measured_C;
    for (std::size_t i = 0; i < data.table.rows.size(); ++i) {
        auto comparison = compare(data.table.rows[i], outcomes[i]);
        for (std::size_t k = 0; k < comparison.model_C.size(); ++k) {
            model_C.push_back(comparison.model_C[k]);
            measured_C.push_back(comparison.measured_C[k]);
            calibration.largest_error_C =
                std::max(calibration.largest_error_C, std::abs(model_C.back() - measured_C.back()));
        }
        calibration.rates.push_back(std::move(comparison));
    }
    calibration.rmse_C = rmse_C(model_C, measured_C);
    for (const Observation& observation : data.observations) {
        const auto row = data.table.find(observation.rate_C) - data.table.rows.data();
        const double missed_by = miss(observation, shown(observation, outcomes[std::size_t(row)]));
        if (missed_by > 0.5) calibration.missed.push_back(observation);
    }
}

}  // namespace

Result<Calibration> calibrate(const CalibrationProblem& problem,
                              const CalibrationSettings& settings, const std::stop_token& stop,
                              const std::function<void(const CalibrationProgress&)>& progress) {
    Search search{problem, settings, stop, progress};
    const auto fits = search.fit_to_all_rates();
    const Candidate best = search.polish(fits.front());
    const auto outcomes = problem.outcomes(best.point, solver_at(settings.report_tolerance));
    Calibration calibration;
    calibration.cell = problem.cell_at(best.point);
    calibration.cost = best.cost;
    for (const Candidate& candidate : fits) calibration.start_costs.push_back(candidate.cost);
    if (const auto fault = fault_of(calibration.cell.parameters)) {
        return fail(ErrorKind::mismatch,
                    fmt::format("the best fit is no possible cell: {}", *fault));
    }
    add_comparisons(problem, outcomes, calibration);
    for (const RateComparison& rate : calibration.rates) {
        if (rate.reached > 0.999) continue;
        return fail(ErrorKind::mismatch,
                    fmt::format("no parameters were found with which the test at {:g}C runs to its "
                                "end; the best stops after {:.0f} % of the charge, so fit other "
                                "parameters or check the cell",
                                rate.rate_C, 100 * rate.reached));
    }
    add_parameters(problem, best, covariance_at(problem, best, settings), calibration);
    if (settings.leave_one_out) calibration.left_out = search.leave_each_out();
    calibration.evaluations = search.evaluations();
    calibration.stopped = stop.stop_requested();
    return calibration;
}

}  // namespace layerscope
