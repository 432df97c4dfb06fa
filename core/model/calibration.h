#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/model/calibration_problem.h"

namespace layerscope {

struct CalibrationSettings {
    int samples = 400;  // of the prior, run once each; the best become starts
    int starts = 8;     // refined by least squares
    std::uint64_t seed = 1;
    int threads = 2;
    bool leave_one_out = true;
    double fit_tolerance = 2e-3;     // of the solver while it fits,
    double polish_tolerance = 2e-4;  // from the best on,
    double report_tolerance = 1e-5;  // and for the numbers that are told
};

struct CalibrationProgress {
    enum class Stage { samples, starts, polish, leave_one_out };
    Stage stage{};
    int done = 0;
    int of = 0;
    double best_cost = 0;  // sum of squared residuals, of this stage
};

struct FittedParameter {
    std::string name;
    double value = 0;
    Prior prior;
    double posterior_over_prior = 1;  // standard deviations, of the coordinate

    /// Above this the data have said next to nothing about it.
    static constexpr double undetermined_above = 0.9;
    bool determined() const { return posterior_over_prior <= undetermined_above; }
};

struct Correlation {
    std::string first;
    std::string second;
    double coefficient = 0;
};

/// A rate as the model with the fitted parameters has it.
struct RateComparison {
    double rate_C = 0;
    std::vector<double> measured_C;
    std::vector<double> model_C;
    double reached = 1;  // see RateOutcome
};

/// A rate as a fit to the others predicts it: its measured capacities took no part, not even in
/// where the fit began. What else was observed of it did.
struct LeftOutRate {
    double rate_C = 0;
    std::vector<double> predicted_C;
    double rmse_C = 0;
};

struct Calibration {
    CellModel cell;
    std::vector<FittedParameter> parameters;
    double cost = 0;
    std::vector<double> start_costs;  // of the refined starts, rising
    std::vector<RateComparison> rates;
    double rmse_C = 0;  // over all numbers of the table
    double largest_error_C = 0;
    std::vector<Observation> missed;        // observations missed by more than half a tolerance
    std::vector<Correlation> correlations;  // the strongest first, of 0.8 and above
    std::vector<LeftOutRate> left_out;      // none unless asked for
    int evaluations = 0;                    // of the whole data, in all stages
    bool stopped = false;                   // on demand: the best so far, not refined to the end
};

/// Chooses the parameters of `problem` that fit its data best: many samples of the prior are tried,
/// the best refined, the best of these refined at a tighter tolerance. The same settings give the
/// same result with any number of threads. Ends soon after `stop` with the best so far. `progress`,
/// where given, is called from one thread at a time. Fails with one sentence where no parameters
/// were found with which the tests run to their ends.
Result<Calibration> calibrate(const CalibrationProblem& problem,
                              const CalibrationSettings& settings, const std::stop_token& stop = {},
                              const std::function<void(const CalibrationProgress&)>& progress = {});

}  // namespace layerscope
