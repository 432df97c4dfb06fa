#include <benchmark/benchmark.h>

#include <Eigen/LU>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/model/calibration.h"
#include "core/model/cell_model.h"
#include "core/model/multilayer_solver.h"

namespace layerscope {
namespace {

struct Run {
    double rate_C;
    double charge_mAh;
};

const CellModel& set_h() {
    static const CellModel model =
        parse_cell_model(builtin_cell_text("yan-2025-h").value(), "yan-2025-h").value();
    return model;
}

/// One constant-current test of the article after another, at the recommended tolerance.
void lithiate(benchmark::State& state, int nodes_a_layer) {
    const CellModel& model = set_h();
    MultilayerSolver solver{model.parameters, {.nodes_a_layer = nodes_a_layer}};
    const std::vector<Run> runs{
        {0.05, 55.964}, {0.1, 41.419}, {0.2, 42.663}, {0.33, 41.330}, {0.5, 41.420}};
    const auto fresh = model.fresh_stoichiometry();
    const auto residual = model.residual_stoichiometry();
    std::size_t next = 0;
    for (auto _ : state) {
        for (const Run& run : runs) {
            solver.start(model.begins_fresh(run.rate_C) ? fresh : residual);
            solver.drive({.current_A = run.rate_C * model.design.one_c.si()});
            const auto ended = solver.advance({.time_s = 1e6, .charge_C = run.charge_mAh * 3.6});
            if (!ended || *ended != Ended::charge) state.SkipWithError("did not end at its charge");
            ++next;
        }
    }
    state.SetItemsProcessed(std::int64_t(next));
}

/// A mesh of the same kind with more layers, at a current that none of them runs dry at: an hour.
void rest_of_layers(benchmark::State& state, std::size_t layers) {
    MultilayerParameters parameters = set_h().parameters;
    parameters.layers.resize(layers, parameters.layers.back());
    parameters.interlayers.resize(layers - 1, parameters.interlayers.back());
    for (auto& interlayer : parameters.interlayers) interlayer.region.macmullin = 20;
    MultilayerSolver solver{parameters, {.tolerance = 1e9, .longest_step_s = 30}};
    const std::vector<double> stoichiometry(layers, 0.2);
    for (auto _ : state) {
        solver.start(stoichiometry);
        solver.drive({.current_A = 0.2e-3 * double(layers)});
        if (!solver.advance({.time_s = 3600})) state.SkipWithError("found no solution");
    }
}

std::string text_of(const std::string& file) {
    std::ifstream in{LAYERSCOPE_SOURCE_DIR "/resources/calibration/" + file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The nine numbers of set M from the article's table, as `layerscope calibrate --fit m` does,
/// without predicting each rate from the others.
void calibrate_nine_numbers(benchmark::State& state) {
    const CellModel cell =
        parse_cell_model(builtin_cell_text("yan-2025-m").value(), "yan-2025-m").value();
    CalibrationData data;
    data.table = parse_capacity_table(text_of("yan-2025-table-1.csv"), "Table 1").value();
    data.observations =
        parse_observations(text_of("yan-2025-table-1.observed.csv"), "its text", data.table)
            .value();
    const CalibrationProblem problem{cell, find_fit_parameters("m", cell).value(), data};
    CalibrationSettings settings;
    settings.leave_one_out = false;
    for (auto _ : state) {
        const auto calibration = calibrate(problem, settings);
        if (!calibration || calibration->rmse_C > 0.97 * 3.6) {
            state.SkipWithError("did not fit to 0.97 mAh");
        }
    }
}

/// What the same Newton steps would cost with a dense matrix: its factorisation alone, as often as
/// five tests at four nodes a layer take one.
void dense_factorisations(benchmark::State& state) {
    constexpr int unknowns = 2 * 26 + 4;
    constexpr int newton_steps = 5 * 248;
    const Eigen::MatrixXd matrix = Eigen::MatrixXd::Random(unknowns, unknowns) +
                                   10 * Eigen::MatrixXd::Identity(unknowns, unknowns);
    const Eigen::VectorXd side = Eigen::VectorXd::Random(unknowns);
    for (auto _ : state) {
        for (int i = 0; i < newton_steps; ++i) {
            Eigen::VectorXd solved = matrix.partialPivLu().solve(side);
            benchmark::DoNotOptimize(solved);
        }
    }
}

BENCHMARK(dense_factorisations)
    ->Name("model_dense_factorisations")
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lithiate, four, 4)
    ->Name("model_five_lithiations/model_dense_factorisations")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lithiate, four_again, 4)
    ->Name("model_4_nodes_a_layer")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lithiate, eight, 8)
    ->Name("model_8_nodes_a_layer/model_4_nodes_a_layer")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lithiate, sixteen, 16)
    ->Name("model_16_nodes_a_layer/model_4_nodes_a_layer")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rest_of_layers, four, std::size_t{4})
    ->Name("model_4_layers")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rest_of_layers, eight, std::size_t{8})
    ->Name("model_8_layers/model_4_layers")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rest_of_layers, sixteen, std::size_t{16})
    ->Name("model_16_layers/model_4_layers")
    ->Repetitions(7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(calibrate_nine_numbers)
    ->Name("model_calibration/model_4_nodes_a_layer")
    ->Repetitions(3)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace layerscope
