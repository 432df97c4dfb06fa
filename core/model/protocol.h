#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/cell_model.h"

namespace layerscope {

/// How the layers' leads end while no current is set: on one bus, where the layers go on exchanging
/// charge, or each open by itself.
enum class Leads { joined, open };

/// What a step holds.
enum class StepKind {
    lithiate,    // constant current into the graphite, all layers on one bus
    delithiate,  // constant current out of it
    hold,        // a layer's potential against its reference, by the total current
    rest,        // no total current
};

/// A step that reaches none of its ends in a year never will.
inline constexpr double longest_step_s = 365 * 86400.0;

/// One step of a test. It ends at the first of its ends that is reached; one at least is given.
struct ProtocolStep {
    StepKind kind = StepKind::rest;
    double current_A = 0;         // lithiate, delithiate: magnitude of the total
    int layer = 1;                // hold, and `until_potential_V`
    double potential_V = 0;       // hold
    Leads leads = Leads::joined;  // rest

    std::optional<double> until_time_s;       // of the step, at most longest_step_s
    std::optional<double> until_charge_C;     // lithiate, delithiate, hold: passed, magnitude
    std::optional<double> until_potential_V;  // of `layer`: lithiate falls to it, delithiate rises
    std::optional<double> until_current_A;    // hold: magnitude falls to it
};

/// A whole test: where the layers begin, how often they are recorded, what is done to them.
struct Protocol {
    std::vector<double> stoichiometry;  // at the start, [k - 1] of layer k
    double recording_interval_s = 10;
    std::vector<ProtocolStep> steps;
};

enum class StartState { by_rate, fresh, residual };

/// The test of the published experiment: lithiation at `rate_C`, of the design's 1C, up to the
/// cell's charge at that rate, then `rest_s` of rest on the joined bus.
Protocol lithiation_protocol(const CellModel& cell, double rate_C, StartState start, double rest_s);

/// Reads a protocol from TOML for `cell` (docs/model.md names the keys); a fault is one sentence
/// with file, line and remedy. `start` other than by_rate overrules the file.
Result<Protocol> parse_protocol(std::string_view toml, const std::string& file,
                                const CellModel& cell, StartState start);

}  // namespace layerscope
