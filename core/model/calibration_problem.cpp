#include "core/model/calibration_problem.h"

#include <algorithm>
#include <utility>

namespace layerscope {
namespace {

/// One standard deviation of a layer's capacity, as a share of the theoretical one: 0.5 of
/// 16.8 mAh. Five times what weighing the electrode allows (0.1 mAh), for what no smooth model of
/// one cell can know: alignment, wetting and what the tests before have left.
constexpr double capacity_sd_share = 0.5 / 16.8;

/// Of a potential: what the place of a wire beside a layer makes uncertain.
constexpr double potential_sd_V = 5e-3;

/// Residual for each test that ends early, times the share that is missing: above what any set of
/// wrong capacities costs, and falling without a jump as a test comes nearer to its end.
constexpr double unreached_weight = 200;

constexpr double beyond_weight = 10;  // a bound gives way by a tenth of the prior's width

/// Residuals in the order in which they are made.
class Residuals {
  public:
    void add(double value) { values_.push_back(value); }
    Eigen::VectorXd take() const {
        return Eigen::VectorXd::Map(values_.data(), Eigen::Index(values_.size()));
    }

  private:
    std::vector<double> values_;
};

void add_capacities(const CapacityRow& row, const RateOutcome& outcome, const CellModel& cell,
                    Residuals& residuals) {
    for (std::size_t i = 0; i < row.charge_C.size(); ++i) {
        // A test that ended early counts as if it had gone on with the same shares, so that the
        // residual has no jump where the last test just reaches its end.
        const double model_C = outcome.layers[i].charge_C / std::max(outcome.reached, 0.05);
        const double sd_C = capacity_sd_share * cell.parameters.layers[i].capacity_C;
        residuals.add((model_C - row.charge_C[i]) / sd_C);
    }
}

void add_potentials(const PotentialRecord& record, const RateOutcome& outcome,
                    Residuals& residuals) {
    for (std::size_t i = 0; i < record.marks.size(); ++i) {
        const auto& measured_V = record.marks[i].potential_V;
        for (std::size_t k = 0; k < measured_V.size(); ++k) {
            if (!measured_V[k]) continue;
            const bool reached = i < outcome.mark_potential_V.size();
            residuals.add(
                reached ? (outcome.mark_potential_V[i][k] - *measured_V[k]) / potential_sd_V : 0);
        }
    }
}

RateTest test_of(const CapacityRow& row) {
    return {row.rate_C, row.total_charge_C(), {}};
}

RateTest test_of(const PotentialRecord& record) {
    RateTest test{record.rate_C, record.charge_C, {}};
    for (const PotentialMark& mark : record.marks) test.marks_C.push_back(mark.charge_C);
    return test;
}

}  // namespace

double shown(const Observation& observation, const RateOutcome& outcome) {
    const LayerOutcome& layer = outcome.layers.at(std::size_t(observation.layer) - 1);
    switch (observation.quantity) {
        case Observation::Quantity::least_potential:
            return layer.least_potential_V;
        case Observation::Quantity::plated:
            return layer.most_plated_C;
        case Observation::Quantity::filling:
            break;
    }
    return layer.filling;
}

CalibrationProblem::CalibrationProblem(CellModel cell, std::vector<FitParameter> parameters,
                                       CalibrationData data)
    : cell_{std::move(cell)}, parameters_{std::move(parameters)}, data_{std::move(data)} {
    for (const CapacityRow& row : data_.table.rows) tests_.push_back(test_of(row));
    for (const PotentialRecord& record : data_.potentials) tests_.push_back(test_of(record));
}

CellModel CalibrationProblem::cell_at(const Eigen::VectorXd& point) const {
    CellModel cell = cell_;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        parameters_[i].write(cell, parameters_[i].value_at(point[Eigen::Index(i)]));
    }
    return cell;
}

std::vector<RateOutcome> CalibrationProblem::outcomes(const Eigen::VectorXd& point,
                                                      const SolverSettings& solver) const {
    return run_rate_tests(cell_at(point), std::span{tests_}.first(data_.table.rows.size()), solver);
}

Eigen::VectorXd CalibrationProblem::residuals(const Eigen::VectorXd& point,
                                              const SolverSettings& solver,
                                              std::optional<std::size_t> left_out) const {
    const CellModel cell = cell_at(point);
    const auto outcomes = run_rate_tests(cell, tests_, solver);
    const auto& rows = data_.table.rows;
    Residuals residuals;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i != left_out) add_capacities(rows[i], outcomes[i], cell, residuals);
    }
    for (std::size_t i = 0; i < data_.potentials.size(); ++i) {
        add_potentials(data_.potentials[i], outcomes[rows.size() + i], residuals);
    }
    for (const Observation& observation : data_.observations) {
        const auto row = data_.table.find(observation.rate_C) - rows.data();
        residuals.add(miss(observation, shown(observation, outcomes[std::size_t(row)])));
    }
    for (const RateOutcome& outcome : outcomes) {
        residuals.add(unreached_weight * (1 - outcome.reached));
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const double coordinate = point[Eigen::Index(i)];
        residuals.add(coordinate);
        residuals.add(beyond_weight * parameters_[i].beyond(coordinate));
    }
    return residuals.take();
}

}  // namespace layerscope
