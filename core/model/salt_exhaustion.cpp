#include "core/model/salt_exhaustion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

/// Lithiation takes the salt of the depth, delithiation that of the other electrode.
std::string poorest_place(const CellMoment& cell) {
    if (cell.current_A < 0) return "the cathode's pores";
    const auto poorest = std::min_element(cell.layers.begin(), cell.layers.end(),
                                          [](const LayerMoment& one, const LayerMoment& other) {
                                              return one.salt_mol_m3 < other.salt_mol_m3;
                                          });
    return fmt::format("layer {}", poorest - cell.layers.begin() + 1);
}

}  // namespace

std::string salt_exhaustion_sentence(const CellDesign& design, const SimulationOutcome& outcome) {
    const double rate = std::abs(outcome.last.current_A) / design.one_c.si();
    return fmt::format(
        "at {:.3g}C the salt in {} is exhausted after {:.0f} s, in step {}: the test ends there; "
        "choose a lower rate to go further",
        rate, poorest_place(outcome.last), outcome.last.time_s, outcome.steps.size());
}

}  // namespace layerscope
