#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/cell/cell_design.h"

namespace layerscope {

/// What the references of a cell said when a charge had gone in.
struct PotentialMark {
    double charge_C = 0;                             // of all layers, since lithiation began
    std::vector<std::optional<double>> potential_V;  // [k - 1] of layer k; none without reference
};

/// A recorded lithiation, thinned to what a model can be held against.
struct PotentialRecord {
    std::string run;  // its file, as it was named
    double rate_C = 0;
    double charge_C = 0;               // total that went in
    std::vector<PotentialMark> marks;  // rising charges
};

/// The lithiation of a run file as about 40 marks at even charges; each is a recorded row of a
/// reference with the charge at its time. Fails with one sentence where the run cannot be read, has
/// other layers than `design`, no reference, or no lithiation.
Result<PotentialRecord> read_potential_record(const std::filesystem::path& run,
                                              const CellDesign& design);

}  // namespace layerscope
