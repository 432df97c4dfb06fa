#include "hw/simulator/simulated_cell.h"

#include <fmt/format.h>

#include "core/model/cell_meter.h"

namespace layerscope {

Result<SimulatedCell> simulate_cell(const CellModel& cell, const Protocol& protocol,
                                    std::uint64_t noise_seed) {
    SimulatedCell simulated;
    for (std::size_t k = 1; k <= cell.design.layer_count(); ++k) {
        simulated.tests.push_back({fmt::format("{}-L{}", cell.design.name, k), {}});
    }
    CellMeter meter{cell.design, protocol, {.seed = noise_seed}};
    auto outcome = simulate(cell.parameters, protocol, {}, [&](const SimulatedMoment& moment) {
        auto rows = meter.read(moment);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            simulated.tests[i].rows.push_back(std::move(rows[i]));
        }
    });
    if (!outcome) return fail(outcome.error());
    simulated.outcome = std::move(*outcome);
    return simulated;
}

}  // namespace layerscope
