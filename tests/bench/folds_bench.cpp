#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "core/analysis/run_analysis.h"

namespace layerscope {
namespace {

constexpr int layers = 4;
constexpr int rows_a_layer = 10'000;

RecordedRow row_at(int layer, int i) {
    RecordedRow row;
    row.seqid = i + 1;
    row.stepid = 1;
    row.cycleid = 1;
    row.testtime_ms = std::int64_t{i} * 10'000;
    row.current_A = -0.005 * layer * (1 + 0.1 * std::sin(i * 1e-3));
    if (layer % 2 == 1) row.aux = {{"V1", 0.2 - i * 1e-5}};
    return row;
}

const std::vector<std::vector<RecordedRow>>& rows() {
    static const auto all = [] {
        std::vector<std::vector<RecordedRow>> made(layers);
        for (int layer = 1; layer <= layers; ++layer) {
            for (int i = 0; i < rows_a_layer; ++i) {
                made[std::size_t(layer) - 1].push_back(row_at(layer, i));
            }
        }
        return made;
    }();
    return all;
}

RunSetup setup() {
    RunSetup made{parse_cell_design(builtin_cell_text("yan-2025").value(), "yan-2025").value(),
                  -1,
                  {"V1", std::nullopt, "V1", std::nullopt},
                  1};
    return made;
}

/// The least that can be done with the same rows: one trapezoid a row, in memory order.
void plain_trapezoid(benchmark::State& state) {
    for (auto _ : state) {
        double charge_C = 0;
        for (const auto& layer : rows()) {
            for (std::size_t i = 1; i < layer.size(); ++i) {
                const double dt_s = double(layer[i].testtime_ms - layer[i - 1].testtime_ms) / 1e3;
                charge_C += dt_s * (layer[i].current_A + layer[i - 1].current_A) / 2;
            }
        }
        benchmark::DoNotOptimize(charge_C);
    }
    state.SetItemsProcessed(state.iterations() * layers * rows_a_layer);
}

/// All folds of a run, its layers interleaved as a cycler's pages bring them.
void all_folds(benchmark::State& state) {
    constexpr int page = 100;
    for (auto _ : state) {
        RunAnalysis analysis{setup()};
        for (int from = 0; from < rows_a_layer; from += page) {
            for (int layer = 1; layer <= layers; ++layer) {
                for (int i = from; i < from + page; ++i) {
                    analysis.add(layer, rows()[std::size_t(layer) - 1][std::size_t(i)]);
                }
            }
            benchmark::DoNotOptimize(analysis.take_spread());
        }
        analysis.finish();
        benchmark::DoNotOptimize(analysis.summary());
    }
    state.SetItemsProcessed(state.iterations() * layers * rows_a_layer);
}

BENCHMARK(plain_trapezoid)->Name("plain_trapezoid")->Repetitions(7);
BENCHMARK(all_folds)->Name("all_folds/plain_trapezoid")->Repetitions(7);

}  // namespace
}  // namespace layerscope
