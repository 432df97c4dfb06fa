#include "core/model/simulation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/core/model/published_runs.h"

namespace layerscope {
namespace {

Protocol protocol_of(const CellModel& model, std::vector<ProtocolStep> steps) {
    return {.stoichiometry = model.fresh_stoichiometry(),
            .recording_interval_s = 60,
            .steps = std::move(steps)};
}

ProtocolStep lithiate(double current_mA, double charge_mAh) {
    return {.kind = StepKind::lithiate,
            .current_A = current_mA * 1e-3,
            .until_time_s = {},
            .until_charge_C = charge_mAh * 3.6,
            .until_potential_V = {},
            .until_current_A = {}};
}

ProtocolStep rest(double hours) {
    return {.kind = StepKind::rest,
            .until_time_s = hours * 3600,
            .until_charge_C = {},
            .until_potential_V = {},
            .until_current_A = {}};
}

struct Row {
    int step;
    double step_time_s;
    double time_s;
    double current_A;
};

struct Simulated {
    std::vector<Row> rows;
    SimulationOutcome outcome;
};

Simulated run(const CellModel& model, const Protocol& protocol) {
    Simulated made;
    const auto keep = [&](const SimulatedMoment& moment) {
        made.rows.push_back(
            {moment.step, moment.step_time_s, moment.cell.time_s, moment.cell.current_A});
    };
    made.outcome = simulate(model.parameters, protocol, {}, keep).value();
    return made;
}

TEST(Simulation, records_each_step_from_its_start_at_every_interval_to_its_end) {
    const CellModel model = builtin_model("yan-2025-m");
    const Simulated made = run(model, protocol_of(model, {lithiate(36, 1.01), rest(0.05)}));
    // 1.01 mAh at 36 mA are 101 s.
    const std::vector<double> expected_s{0, 60, 101, 101, 161, 221, 281};
    ASSERT_EQ(made.rows.size(), expected_s.size());
    for (std::size_t i = 0; i < expected_s.size(); ++i) {
        EXPECT_NEAR(made.rows[i].time_s, expected_s[i], 1e-6) << i;
        EXPECT_EQ(made.rows[i].step, i < 3 ? 0 : 1);
        EXPECT_NEAR(made.rows[i].step_time_s, expected_s[i] - (i < 3 ? 0 : 101), 1e-6);
        EXPECT_DOUBLE_EQ(made.rows[i].current_A, i < 3 ? 36e-3 : 0);
    }
    ASSERT_EQ(made.outcome.steps.size(), 2);
    EXPECT_EQ(made.outcome.steps[0].ended, Ended::charge);
    EXPECT_EQ(made.outcome.steps[1].ended, Ended::time);
    EXPECT_FALSE(made.outcome.salt_exhausted);
}

TEST(Simulation, takes_out_what_it_put_in) {
    const CellModel model = builtin_model("yan-2025-m");
    ProtocolStep delithiate = lithiate(6.72, 10);
    delithiate.kind = StepKind::delithiate;
    const Simulated made =
        run(model, protocol_of(model, {lithiate(6.72, 20), rest(0.5), delithiate}));
    EXPECT_NEAR(made.outcome.last.charge_C / 3.6, 10, 1e-6);
    EXPECT_DOUBLE_EQ(made.rows.back().current_A, -6.72e-3);
    double stoichiometry = 0;
    for (const LayerMoment& layer : made.outcome.last.layers) stoichiometry += layer.stoichiometry;
    EXPECT_NEAR((stoichiometry - 4 * 0.005) * 16.8, 10, 1e-3);
}

TEST(Simulation, holds_a_layer_until_the_current_has_fallen) {
    const CellModel model = builtin_model("yan-2025-m");
    ProtocolStep fill = lithiate(33.6, 100);
    fill.until_potential_V = 0.010;
    ProtocolStep hold = rest(10);
    hold.kind = StepKind::hold;
    hold.layer = 1;
    hold.potential_V = 0.010;
    hold.until_current_A = 6.72e-3;
    const Simulated made = run(model, protocol_of(model, {fill, hold}));
    ASSERT_EQ(made.outcome.steps.size(), 2);
    EXPECT_EQ(made.outcome.steps[0].ended, Ended::potential);
    EXPECT_EQ(made.outcome.steps[1].ended, Ended::current);
    EXPECT_NEAR(made.outcome.last.current_A, 6.72e-3, 1e-9);
    EXPECT_NEAR(made.outcome.last.layers[0].potential_V, 0.010, 1e-8);
}

TEST(Simulation, passes_over_a_step_whose_end_lies_behind_it) {
    const CellModel model = builtin_model("yan-2025-m");
    ProtocolStep at_once = lithiate(6.72, 10);
    at_once.until_potential_V = 0.9;  // the empty graphite is below it already
    const Simulated made = run(model, protocol_of(model, {at_once, lithiate(6.72, 1)}));
    EXPECT_EQ(made.outcome.steps[0].ended, Ended::potential);
    EXPECT_EQ(made.outcome.steps[0].charge_C, 0);
    EXPECT_NEAR(made.outcome.last.charge_C / 3.6, 1, 1e-9);
}

TEST(Simulation, ends_with_the_steps_it_had_where_the_salt_is_exhausted) {
    CellModel model = builtin_model("yan-2025-h");
    for (auto& interlayer : model.parameters.interlayers) interlayer.region.macmullin = 600;
    const Simulated made = run(model, protocol_of(model, {lithiate(134.4, 40), rest(1)}));
    EXPECT_TRUE(made.outcome.salt_exhausted);
    EXPECT_EQ(made.outcome.steps.size(), 1);
    for (const LayerMoment& layer : made.outcome.last.layers) {
        EXPECT_TRUE(std::isfinite(layer.potential_V + layer.current_A + layer.stoichiometry));
    }
}

TEST(Simulation, says_which_step_has_no_end) {
    const CellModel model = builtin_model("yan-2025-m");
    ProtocolStep endless = lithiate(0.001, 100);
    endless.until_charge_C.reset();
    endless.until_potential_V = 0.02;  // would take years at this current
    const auto outcome =
        simulate(model.parameters, protocol_of(model, {endless}), {}, MomentVisitor{});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().sentence,
              "step 1 of the protocol reaches none of its ends in a year; give it an end in time");
}

TEST(Simulation, gives_the_same_capacities_recorded_or_not) {
    const CellModel model = builtin_model("yan-2025-h");
    const Protocol protocol = lithiation_protocol(model, 0.33, StartState::by_rate, 600);
    const Simulated recorded = run(model, protocol);
    const auto alone = simulate(model.parameters, protocol, {}, MomentVisitor{}).value();
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(recorded.outcome.last.layers[k].charge_C / 3.6,
                    alone.last.layers[k].charge_C / 3.6, 0.02);
    }
}

}  // namespace
}  // namespace layerscope
