#include "core/model/calibration.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace layerscope {
namespace {

/// Capacities that the cell M itself has with a MacMullin number of 100 and leads of 5 ohm.
CapacityTable made_table(const CellModel& cell) {
    CellModel truth = cell;
    for (auto& interlayer : truth.parameters.interlayers) interlayer.region.macmullin = 100;
    for (auto& layer : truth.parameters.layers) layer.lead_ohm = 5;
    const std::vector<RateTest> tests{{0.1, 30 * 3.6, {}}, {0.5, 30 * 3.6, {}}};
    CapacityTable table;
    for (const RateOutcome& outcome : run_rate_tests(truth, tests, SolverSettings{})) {
        CapacityRow row{tests[table.rows.size()].rate_C, {}};
        for (const LayerOutcome& layer : outcome.layers) row.charge_C.push_back(layer.charge_C);
        table.rows.push_back(row);
    }
    return table;
}

CalibrationProblem made_problem(std::string_view names) {
    const CellModel cell = *find_cell_model("yan-2025-m", ".");
    return {cell, *find_fit_parameters(names, cell), {made_table(cell), {}, {}}};
}

CalibrationSettings small() {
    CalibrationSettings settings;
    settings.samples = 12;
    settings.starts = 2;
    settings.polish_tolerance = 1e-3;
    settings.report_tolerance = 5e-4;
    settings.leave_one_out = false;
    return settings;
}

TEST(Calibration, recovers_the_parameters_that_made_its_data) {
    const auto problem = made_problem("interlayer.macmullin,layer.lead_ohm");
    const auto found = calibrate(problem, small());
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_LT(found->rmse_C, 0.1 * 3.6);
    ASSERT_EQ(found->parameters.size(), 2U);
    const double truth[] = {100, 5};
    for (std::size_t i = 0; i < 2; ++i) {
        const FitParameter& parameter = problem.parameters()[i];
        const FittedParameter& fitted = found->parameters[i];
        const double error =
            parameter.coordinate_of(fitted.value) - parameter.coordinate_of(truth[i]);
        EXPECT_LT(std::abs(error), 2 * fitted.posterior_over_prior) << fitted.name;
        EXPECT_TRUE(fitted.determined()) << fitted.name;
    }
    EXPECT_NEAR(found->cell.parameters.interlayers[2].region.macmullin, 100, 10);
    EXPECT_FALSE(found->stopped);
}

TEST(Calibration, names_what_the_data_do_not_determine) {
    // At 30 mAh nothing is plated at 0.1C and little at 0.5C: its volume shows in nothing.
    const auto problem = made_problem("interlayer.macmullin,graphite.plated_volume_into_pores");
    const auto found = calibrate(problem, small());
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_TRUE(found->parameters[0].determined());
    EXPECT_FALSE(found->parameters[1].determined());
    EXPECT_NEAR(found->parameters[1].posterior_over_prior, 1, 0.1);  // what was believed remains
}

TEST(Calibration, gives_the_same_with_any_number_of_threads) {
    const auto problem = made_problem("interlayer.macmullin,layer.lead_ohm");
    auto settings = small();
    settings.threads = 1;
    const auto one = calibrate(problem, settings);
    settings.threads = 3;
    const auto three = calibrate(problem, settings);
    ASSERT_TRUE(one && three);
    EXPECT_EQ(one->cost, three->cost);
    EXPECT_EQ(one->parameters[0].value, three->parameters[0].value);
    EXPECT_EQ(one->parameters[1].value, three->parameters[1].value);
}

TEST(Calibration, predicts_each_rate_from_the_others) {
    auto settings = small();
    settings.leave_one_out = true;
    const auto found = calibrate(made_problem("interlayer.macmullin,layer.lead_ohm"), settings);
    ASSERT_TRUE(found) << found.error().sentence;
    ASSERT_EQ(found->left_out.size(), 2U);
    EXPECT_EQ(found->left_out[0].rate_C, 0.1);
    EXPECT_EQ(found->left_out[1].rate_C, 0.5);
    for (const LeftOutRate& rate : found->left_out) {
        // The data are the model's own, so that either rate tells the other; but not by fitting it.
        EXPECT_LT(rate.rmse_C, 1 * 3.6) << rate.rate_C;
        EXPECT_GT(rate.rmse_C, found->rmse_C) << rate.rate_C;
    }
}

TEST(Calibration, predicts_a_rate_without_knowing_what_was_measured_there) {
    auto settings = small();
    settings.leave_one_out = true;
    const CellModel cell = *find_cell_model("yan-2025-m", ".");
    const auto parameters = *find_fit_parameters("interlayer.macmullin,layer.lead_ohm", cell);
    CapacityTable table = made_table(cell);
    const auto found = calibrate({cell, parameters, {table, {}, {}}}, settings);
    table.rows[1].charge_C[0] -= 2 * 3.6;  // the same total, otherwise divided
    table.rows[1].charge_C[3] += 2 * 3.6;
    const auto other = calibrate({cell, parameters, {table, {}, {}}}, settings);
    ASSERT_TRUE(found && other);
    EXPECT_NE(found->parameters[0].value, other->parameters[0].value);
    EXPECT_EQ(found->left_out[1].predicted_C, other->left_out[1].predicted_C);
    EXPECT_NE(found->left_out[0].predicted_C, other->left_out[0].predicted_C);
}

TEST(Calibration, keeps_the_best_when_it_is_stopped) {
    auto settings = small();
    settings.samples = 100;
    settings.starts = 1;
    settings.threads = 1;
    settings.leave_one_out = true;
    std::stop_source stop;
    std::vector<double> best_costs;
    const auto found = calibrate(made_problem("interlayer.macmullin,layer.lead_ohm"), settings,
                                 stop.get_token(), [&](const CalibrationProgress& progress) {
                                     if (stop.stop_requested()) return;
                                     best_costs.push_back(progress.best_cost);
                                     if (best_costs.back() < best_costs.front())
                                         stop.request_stop();
                                 });
    ASSERT_TRUE(found) << found.error().sentence;
    EXPECT_TRUE(found->stopped);
    ASSERT_LT(best_costs.size(), 100U);  // the last that was heard is the best, and not the first
    EXPECT_NEAR(found->cost, best_costs.back(), 0.05 * best_costs.back());  // told more exactly
    EXPECT_TRUE(found->left_out.empty());
    EXPECT_LT(found->evaluations, 100);
}

TEST(Calibration, names_the_observations_that_the_model_misses) {
    const CellModel cell = *find_cell_model("yan-2025-m", ".");
    const Observation missed{
        0.5, 1, Observation::Quantity::least_potential, Observation::Bound::above, 1, 1};
    const Observation held{
        0.5, 1, Observation::Quantity::least_potential, Observation::Bound::below, 1, 1};
    const CalibrationProblem problem{
        cell, *find_fit_parameters("layer.lead_ohm", cell), {made_table(cell), {missed, held}, {}}};
    const auto found = calibrate(problem, small());
    ASSERT_TRUE(found) << found.error().sentence;
    ASSERT_EQ(found->missed.size(), 1U);
    EXPECT_EQ(found->missed.front().bound, Observation::Bound::above);
}

TEST(Calibration, fails_where_no_test_runs_to_its_end) {
    CellModel cell = *find_cell_model("yan-2025-m", ".");
    const auto table = made_table(cell);
    cell.parameters.separator.macmullin = 5000;  // lets no salt through
    const CalibrationProblem problem{
        cell, *find_fit_parameters("layer.lead_ohm", cell), {table, {}, {}}};
    auto settings = small();
    settings.samples = 2;
    settings.starts = 1;
    const auto found = calibrate(problem, settings);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().sentence,
                testing::StartsWith("no parameters were found with which the test at "));
}

TEST(CalibrationProblem, misses_an_unreachable_end_the_less_the_further_it_comes) {
    const auto problem = made_problem("interlayer.macmullin,graphite.macmullin");
    double last_cost = std::numeric_limits<double>::infinity();
    double last_reached = 0;
    for (const double coordinate : {2.0, 2.2, 2.4, 2.6}) {
        const Eigen::Vector2d point{coordinate, 5};
        const double reached = problem.outcomes(point, SolverSettings{})[1].reached;
        const double cost = problem.residuals(point, SolverSettings{}).squaredNorm();
        ASSERT_LT(reached, 1) << coordinate;
        ASSERT_GT(reached, last_reached) << coordinate;
        EXPECT_LT(cost, last_cost) << coordinate;
        last_cost = cost;
        last_reached = reached;
    }
}

TEST(CalibrationProblem, holds_a_model_against_recorded_potentials) {
    const CellModel cell = *find_cell_model("yan-2025-m", ".");
    const auto table = made_table(cell);
    const PotentialRecord record{"night.lsrun", 0.1, 100, {{50, {0.09, std::nullopt, 0.1, {}}}}};
    const auto names = *find_fit_parameters("layer.lead_ohm", cell);
    const CalibrationProblem without{cell, names, {table, {}, {}}};
    const CalibrationProblem with{cell, names, {table, {}, {record}}};
    const Eigen::VectorXd point = Eigen::VectorXd::Zero(1);
    const auto more = with.residuals(point, SolverSettings{});
    const auto fewer = without.residuals(point, SolverSettings{});
    ASSERT_EQ(more.size(),
              fewer.size() + 3);  // two potentials, and whether the run came to its end
    const std::vector<RateTest> tests{{0.1, 100, {50}}};
    const auto outcome = run_rate_tests(with.cell_at(point), tests, SolverSettings{}).front();
    EXPECT_NEAR(more[8], (outcome.mark_potential_V[0][0] - 0.09) / 5e-3, 1e-9);
    EXPECT_NEAR(more[9], (outcome.mark_potential_V[0][2] - 0.1) / 5e-3, 1e-9);
}

}  // namespace
}  // namespace layerscope
