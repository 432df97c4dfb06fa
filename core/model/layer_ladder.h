#pragma once
#include <vector>

#include "core/cell/cell_design.h"

namespace layerscope {

/// One layer at one moment. Current and charge are positive while it is lithiated.
struct LadderLayer {
    double current_A = 0;
    double charge_C = 0;        // carried since the ladder began, plated lithium included
    double intercalated_C = 0;  // of it, in the graphite
    double plated_C = 0;        // of it, on the graphite
    double potential_V = 0;     // of the layer against lithium beside it: what its reference reads
    double terminal_V = 0;  // at its lead against a lithium counter electrode before the separator
};

enum class LadderPhase { rest_before, lithiation, rest_after };

/// All layers at one recording time.
struct LadderRecord {
    LadderPhase phase{};
    double phase_time_s = 0;
    double total_time_s = 0;
    std::vector<LadderLayer> layers;  // [k - 1] is layer k
};

inline constexpr double ladder_recording_interval_s = 10;
inline constexpr double least_ladder_c_rate = 0.01;
inline constexpr double most_ladder_c_rate = 5;

/// A whole test of `design`: five minutes of rest, lithiation of all layers together at `c_rate`
/// times the design's 1C, half an hour of rest; recorded every 10 s and at both ends of each phase.
/// Lithiation ends when 61.6 % of the theoretical capacity has gone in (41.4 of 67.2 mAh in the
/// published cell) or layer 1 stands below -0.2 V. `c_rate` lies between the least and the most.
///
/// The layers are a ladder of resistances: ionic from layer to layer, so that what goes deeper pays
/// more, and electronic in each lead. At each moment the currents are those at which all leads meet
/// in one potential. Below 0 V a layer plates in parallel to its graphite; lithium then passes
/// between the two, whichever way the potential says. At rest the channels are open.
///
/// It stands in for a physical model: its resistances are chosen so that the published cell behaves
/// as reported (layer 1 leads, passes 0 V and its theoretical capacity at 0.33C, deeper layers
/// lag). It knows no electrolyte depletion and predicts nothing about other cells.
std::vector<LadderRecord> run_ladder(const CellDesign& design, double c_rate);

}  // namespace layerscope
