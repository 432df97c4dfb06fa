#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/cell/cell_design.h"
#include "core/model/multilayer_parameters.h"
#include "core/model/parameter_faults.h"

namespace layerscope {

/// Total charge that a test at this rate put into the cell: where a simulated test ends by itself.
struct LithiationCharge {
    double rate_C = 0;
    double charge_C = 0;
};

/// A cell that can be simulated: its design, and the `[model]` of the same file.
struct CellModel {
    CellDesign design;
    MultilayerParameters parameters;
    /// Tests below this rate begin with a fresh electrode, others with its residual lithium; absent
    /// where every test begins fresh.
    std::optional<double> residual_from_rate_C;
    std::vector<LithiationCharge> charges;  // rising rates; empty: the whole theoretical capacity

    bool begins_fresh(double rate_C) const;
    /// Stoichiometries of the layers, [k - 1] of layer k, at the start of a test. Where the cell
    /// gives no residual one it is the fresh one.
    std::vector<double> fresh_stoichiometry() const;
    std::vector<double> residual_stoichiometry() const;
    /// Where a test at `rate_C` ends: between two given rates in proportion, beyond them the
    /// nearest one's.
    double charge_C(double rate_C) const;
};

/// Reads design and model from one TOML text; docs/model.md names every key. A cell without
/// `[model]` is one sentence that names those that have one.
Result<CellModel> parse_cell_model(std::string_view toml, const std::string& file);

/// The model of a built-in cell's name or of a file's path.
Result<CellModel> find_cell_model(const std::string& name_or_path,
                                  const std::filesystem::path& folder);

/// The whole as TOML, readable by parse_cell_model, each key with its unit. `comment` goes on top,
/// each of its lines behind a '#'.
std::string to_toml(const CellModel& model, std::string_view comment);

}  // namespace layerscope
