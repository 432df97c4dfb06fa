// What the article saw, as far as the model's sets show it: each test is one of its sentences.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "core/model/capacity_table.h"
#include "core/model/simulation.h"
#include "tests/core/model/published_runs.h"

namespace layerscope {
namespace {

constexpr std::array sets{"yan-2025-h", "yan-2025-m"};

/// One simulated test of the article, as it was recorded.
struct Recorded {
    double rate_C = 0;
    std::vector<CellMoment> lithiation;
    std::vector<CellMoment> rest;
    SimulationOutcome outcome;

    double capacity_mAh(int layer) const {
        return lithiation.back().layers[std::size_t(layer) - 1].charge_C / 3.6;
    }
    double least_potential_mV(int layer) const {
        double least_V = 1;
        for (const CellMoment& moment : lithiation) {
            least_V = std::min(least_V, moment.layers[std::size_t(layer) - 1].potential_V);
        }
        return least_V * 1e3;
    }
    double plated_mAh(int layer) const {
        return lithiation.back().layers[std::size_t(layer) - 1].plated_C / 3.6;
    }
};

Recorded record(const std::string& set, double rate_C) {
    const CellModel model = builtin_model(set);
    Protocol protocol = lithiation_protocol(model, rate_C, StartState::by_rate, 4 * 3600);
    protocol.recording_interval_s = 20;
    Recorded recorded{.rate_C = rate_C, .lithiation = {}, .rest = {}, .outcome = {}};
    const auto keep = [&](const SimulatedMoment& moment) {
        (moment.step == 0 ? recorded.lithiation : recorded.rest).push_back(moment.cell);
    };
    recorded.outcome = simulate(model.parameters, protocol, {}, keep).value();
    return recorded;
}

/// All rates of a set; made once.
const std::vector<Recorded>& runs_of(const std::string& set) {
    const auto all_of = [](const char* name) {
        std::vector<Recorded> runs;
        for (const PublishedRun& run : published_runs) runs.push_back(record(name, run.rate_C));
        return runs;
    };
    static const std::vector<Recorded> h = all_of("yan-2025-h");
    static const std::vector<Recorded> m = all_of("yan-2025-m");
    return set == "yan-2025-h" ? h : m;
}

/// Charge at which the current of layer 1 is least after its first third, if that is no boundary.
std::optional<double> turning_charge_mAh(const Recorded& run) {
    const auto& rows = run.lithiation;
    const auto current = [](const CellMoment& a, const CellMoment& b) {
        return a.layers[0].current_A < b.layers[0].current_A;
    };
    const auto from = rows.begin() + std::ptrdiff_t(rows.size() / 3);
    const auto least = std::min_element(from, rows.end(), current);
    if (least == from || least >= rows.end() - 2) return std::nullopt;
    return least->charge_C / 3.6;
}

/// When a layer's mean stoichiometry, of what is accessible, passes `filling`, s.
std::optional<double> passes_s(const CellModel& model, const Recorded& run, std::size_t k,
                               double filling) {
    for (const CellMoment& moment : run.lithiation) {
        const double accessible = model.parameters.layers[k].accessible_capacity;
        if (moment.layers[k].stoichiometry / accessible >= filling) return moment.time_s;
    }
    return std::nullopt;
}

/// Root mean square of a set's errors in the 20 capacities of Table 1, mAh.
double table_1_rmse_mAh(const std::string& set) {
    std::ifstream file{LAYERSCOPE_SOURCE_DIR "/resources/calibration/yan-2025-table-1.csv"};
    const std::string csv{std::istreambuf_iterator<char>{file}, {}};
    const CapacityTable table = parse_capacity_table(csv, "Table 1").value();
    const CellModel model = builtin_model(set);
    double squares = 0;
    for (const PublishedRun& run : published_runs) {
        MultilayerSolver solver = begin(model, run, converged());
        EXPECT_EQ(solver.advance(charge_end(run.charge_mAh)).value(), Ended::charge);
        const CapacityRow& measured = *table.find(run.rate_C);
        for (std::size_t k = 0; k < 4; ++k) {
            const double error_C = solver.now().layers[k].charge_C - measured.charge_C[k];
            squares += error_C * error_C / (3.6 * 3.6);
        }
    }
    return std::sqrt(squares / 20);
}

TEST(Article, table_1_comes_out_as_well_as_each_set_claims) {
    EXPECT_NEAR(table_1_rmse_mAh("yan-2025-m"), 0.964, 0.002);
    EXPECT_NEAR(table_1_rmse_mAh("yan-2025-h"), 0.693, 0.002);
    EXPECT_NEAR(table_1_rmse_mAh("yan-2025-r"), 0.646, 0.002);
}

TEST(Article, at_005C_layer_1_passes_every_stage_first) {
    for (const char* set : sets) {
        const CellModel model = builtin_model(set);
        const Recorded& run = runs_of(set)[0];
        for (const double stage : {0.035, 0.125, 0.235, 0.515}) {  // graphite.cpp: where it falls
            const auto first_s = passes_s(model, run, 0, stage);
            ASSERT_TRUE(first_s.has_value()) << set << " " << stage;
            for (std::size_t k = 1; k < 4; ++k) {
                const double other_s = passes_s(model, run, k, stage).value_or(1e9);
                EXPECT_LT(*first_s, other_s) << set << " " << stage << " layer " << k + 1;
            }
        }
    }
}

TEST(Article, at_01C_and_above_layer_1_takes_the_most_from_the_start) {
    for (const char* set : sets) {
        for (const Recorded& run : runs_of(set)) {
            if (run.rate_C < 0.1) continue;
            for (const CellMoment& moment : run.lithiation) {
                if (moment.charge_C < 1 * 3.6) continue;
                for (std::size_t k = 1; k < 4; ++k) {
                    ASSERT_GT(moment.layers[0].charge_C, moment.layers[k].charge_C)
                        << set << " at " << run.rate_C << "C, layer " << k + 1;
                }
            }
        }
    }
}

TEST(Article, at_02C_and_above_capacity_falls_from_layer_1_to_layer_4) {
    for (const char* set : sets) {
        for (const Recorded& run : runs_of(set)) {
            if (run.rate_C < 0.2) continue;
            for (int k = 1; k < 4; ++k) {
                EXPECT_GT(run.capacity_mAh(k), run.capacity_mAh(k + 1))
                    << set << " at " << run.rate_C << "C, layer " << k;
            }
        }
    }
}

TEST(Article, at_005C_layer_4_takes_more_than_layers_2_and_3) {
    for (const char* set : sets) {
        const Recorded& run = runs_of(set)[0];
        EXPECT_GT(run.capacity_mAh(4), run.capacity_mAh(2) + 2) << set;
        EXPECT_GT(run.capacity_mAh(4), run.capacity_mAh(3) + 2) << set;
        EXPECT_GT(run.capacity_mAh(1), run.capacity_mAh(2) + 2) << set;
    }
    EXPECT_GT(runs_of("yan-2025-h")[0].capacity_mAh(4), runs_of("yan-2025-h")[0].capacity_mAh(1));
}

TEST(Article, nothing_plates_at_005C) {
    for (const char* set : sets) {
        const Recorded& run = runs_of(set)[0];
        EXPECT_GT(run.least_potential_mV(1), 0) << set;
        EXPECT_FALSE(run.outcome.first_below_0V_s[0].has_value()) << set;
        EXPECT_LT(run.plated_mAh(1), 0.05) << set << ": no more than the reversible coverage";
    }
}

TEST(Article, at_01C_and_above_layer_1_falls_below_0V_and_lower_with_rate) {
    for (const char* set : sets) {
        double above_mV = 0;
        for (const Recorded& run : runs_of(set)) {
            if (run.rate_C < 0.1) continue;
            EXPECT_LT(run.least_potential_mV(1), above_mV) << set << " at " << run.rate_C << "C";
            EXPECT_TRUE(run.outcome.first_below_0V_s[0].has_value()) << set << run.rate_C;
            above_mV = run.least_potential_mV(1);
        }
    }
}

TEST(Article, at_01C_and_above_layer_1_passes_its_theoretical_capacity) {
    for (const Recorded& run : runs_of("yan-2025-h")) {
        if (run.rate_C >= 0.1) {
            EXPECT_GT(run.capacity_mAh(1), 16.8 * 1.015) << run.rate_C;
        }
    }
    for (const Recorded& run : runs_of("yan-2025-m")) {  // at 0.1C this set misses it
        if (run.rate_C >= 0.2) {
            EXPECT_GT(run.capacity_mAh(1), 16.8 * 1.015) << run.rate_C;
        }
    }
}

TEST(Article, the_current_of_layer_1_turns_and_rises_and_earlier_with_rate) {
    for (const char* set : sets) {
        double later_mAh = 100;
        for (const Recorded& run : runs_of(set)) {
            const double lowest_rate_C = std::string{set} == "yan-2025-h" ? 0.1 : 0.2;
            if (run.rate_C < lowest_rate_C) continue;
            const auto turning = turning_charge_mAh(run);
            ASSERT_TRUE(turning.has_value()) << set << " at " << run.rate_C << "C";
            EXPECT_LT(*turning, later_mAh) << set << " at " << run.rate_C << "C";
            later_mAh = *turning;
            double least_A = 1;
            for (const CellMoment& moment : run.lithiation) {
                least_A = std::min(least_A, moment.layers[0].current_A);
            }
            EXPECT_GT(run.lithiation.back().layers[0].current_A, 1.15 * least_A)
                << set << " at " << run.rate_C << "C";
        }
    }
}

/// Layer 3 over its accessible capacity: LiC12 is full at about half.
double final_stoichiometry_layer3(const std::string& set, const Recorded& run) {
    const double accessible = builtin_model(set).parameters.layers[2].accessible_capacity;
    return run.lithiation.back().layers[2].stoichiometry / accessible;
}

TEST(Article, layer_3_goes_far_beyond_LiC12_at_01C_only) {
    constexpr double full_LiC12 = 0.515;  // middle of the step between the two plateaus
    for (const char* set : sets) {
        EXPECT_GT(final_stoichiometry_layer3(set, runs_of(set)[1]), full_LiC12 + 0.05) << set;
        for (const Recorded& run : runs_of(set)) {
            if (run.rate_C < 0.2) continue;
            // At 0.2C set H ends just behind the step, at 0.57; set M before it.
            EXPECT_LT(final_stoichiometry_layer3(set, run), 0.6) << set << run.rate_C;
            if (run.rate_C > 0.2) {
                EXPECT_LT(final_stoichiometry_layer3(set, run), full_LiC12) << set << run.rate_C;
            }
        }
    }
}

TEST(Article, plated_lithium_goes_back_into_the_graphite_at_rest) {
    for (const char* set : sets) {
        for (const Recorded& run : runs_of(set)) {
            if (run.plated_mAh(1) < 0.3) continue;
            const CellMoment& begin = run.rest.front();
            const CellMoment& end = run.rest.back();
            EXPECT_LT(end.layers[0].plated_C, 0.75 * begin.layers[0].plated_C)
                << set << " at " << run.rate_C << "C";
            double more_stoichiometry = 0;
            for (std::size_t k = 0; k < 4; ++k) {
                more_stoichiometry += end.layers[k].stoichiometry - begin.layers[k].stoichiometry;
            }
            EXPECT_GT(more_stoichiometry * 16.8,
                      0.9 * (begin.layers[0].plated_C - end.layers[0].plated_C) / 3.6)
                << set << " at " << run.rate_C << "C";
        }
    }
}

}  // namespace
}  // namespace layerscope
