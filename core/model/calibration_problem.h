#pragma once
#include <Eigen/Core>
#include <optional>
#include <vector>

#include "core/model/capacity_table.h"
#include "core/model/cell_model.h"
#include "core/model/fit_parameter.h"
#include "core/model/multilayer_solver.h"
#include "core/model/observation.h"
#include "core/model/potential_record.h"
#include "core/model/rate_test.h"

namespace layerscope {

/// What a cell was seen to do.
struct CalibrationData {
    CapacityTable table;
    std::vector<Observation> observations;
    std::vector<PotentialRecord> potentials;
};

/// A fit of a cell's parameters to data as least squares. A point holds one coordinate a parameter
/// (see FitParameter). Residuals are in standard deviations: capacities, potentials, observations
/// and what was believed before. Thread-safe: nothing changes after construction.
class CalibrationProblem {
  public:
    /// `cell` has the layers of the table and at least one parameter is fitted.
    CalibrationProblem(CellModel cell, std::vector<FitParameter> parameters, CalibrationData data);

    /// The cell with the parameters of `point`.
    CellModel cell_at(const Eigen::VectorXd& point) const;

    /// The model's runs of the table's rates, in its order.
    std::vector<RateOutcome> outcomes(const Eigen::VectorXd& point,
                                      const SolverSettings& solver) const;

    /// `left_out`: a row of the table whose capacities do not count. What cannot run to its end
    /// has large residuals, the less the further it came.
    Eigen::VectorXd residuals(const Eigen::VectorXd& point, const SolverSettings& solver,
                              std::optional<std::size_t> left_out = std::nullopt) const;

    const std::vector<FitParameter>& parameters() const { return parameters_; }
    const CalibrationData& data() const { return data_; }

  private:
    CellModel cell_;
    std::vector<FitParameter> parameters_;
    CalibrationData data_;
    std::vector<RateTest> tests_;  // of the table's rows, then of the recorded runs
};

/// The quantity of `outcome` that an observation speaks of, SI.
double shown(const Observation& observation, const RateOutcome& outcome);

}  // namespace layerscope
