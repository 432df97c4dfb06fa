#include "hw/simulator/simulated_rig.h"

#include "core/base/hash.h"
#include "hw/simulator/replay.h"
#include "hw/simulator/simulated_cell.h"

namespace layerscope {
namespace {

constexpr std::size_t channels_in_unit = 8;

ChannelAddress address_of(std::size_t index) {
    return {27, 21, int(index / channels_in_unit) + 1, int(index % channels_in_unit) + 1};
}

/// All that decides what a test records.
std::uint64_t identity_of(const std::vector<SimulatedTest>& tests, const RigSettings& settings) {
    Hash hash;
    hash.add(settings.began.time_since_epoch().count()).add(settings.speed);
    for (const SimulatedTest& test : tests) {
        hash.add(test.rows.size());
        for (const auto& [total_time_s, row] : test.rows) {
            hash.add(total_time_s).add(row.stepid).add(row.testtime_ms);
            hash.add(row.voltage_V).add(row.current_A).add(row.capacity_Ah);
            for (const AuxValue& aux : row.aux) hash.add(aux.value);
        }
    }
    return hash.value();
}

std::int64_t to_test_id(std::uint64_t hash) {
    // 0 asks for the latest test, so no test has it; clients hold ids in 32 bits with a sign.
    return std::int64_t(hash % 0x7fffffffU) + 1;
}

}  // namespace

SimulatedRig::SimulatedRig(std::vector<SimulatedTest> tests, const RigSettings& settings)
    : identity_{identity_of(tests, settings)} {
    const std::int64_t test_id = to_test_id(identity_);
    for (SimulatedTest& test : tests) {
        SimulatedRun run{test_id, test.barcode, settings.began, {}};
        channels_.emplace_back(address_of(channels_.size()), std::move(test), settings.speed);
        channels_.back().begin(std::move(run));
    }
    channels_.emplace_back(address_of(channels_.size()), SimulatedTest{}, settings.speed);
}

std::int64_t SimulatedRig::new_test_id(UtcTime now) {
    Hash hash;
    hash.add(identity_).add(now.time_since_epoch().count()).add(++started_);
    return to_test_id(hash.value());
}

Result<CellRig> make_cell_rig(const CellModel& cell, const Protocol& protocol,
                              std::uint64_t noise_seed, const RigSettings& settings) {
    auto simulated = simulate_cell(cell, protocol, noise_seed);
    if (!simulated) return fail(simulated.error());
    return CellRig{SimulatedRig{std::move(simulated->tests), settings},
                   std::move(simulated->outcome)};
}

SimulatedRig make_replay_rig(const std::vector<ReplayLayer>& layers, const RigSettings& settings) {
    std::vector<SimulatedTest> tests;
    tests.reserve(layers.size());
    for (const ReplayLayer& layer : layers) {
        tests.push_back(replay_test(layer.table, layer.barcode));
    }
    return SimulatedRig{std::move(tests), settings};
}

}  // namespace layerscope
