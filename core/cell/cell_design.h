#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/quantity.h"
#include "core/base/result.h"

namespace toml {
inline namespace v3 {
class table;
}
}  // namespace toml

namespace layerscope {

/// One graphite layer on its own current collector.
struct LayerDesign {
    Area area;                    // the face towards the separator
    Charge theoretical_capacity;  // Q_th
    Charge capacity_uncertainty;  // of Q_th; 0 where unknown
    Length thickness;
    bool reference = false;  // carries a reference electrode
};

/// What the electrode under test is made of, from the separator to the foil. Layer k is
/// `layers[k - 1]`; layer 1 lies next to the separator.
struct CellDesign {
    std::string name;    // "yan-2025"
    std::string title;   // one line for people
    std::string source;  // where the numbers come from
    std::vector<LayerDesign> layers;
    Length separator_thickness;
    Length collector_thickness;   // of the porous collector behind each layer but the last
    Length interlayer_thickness;  // of the separator behind that collector
    Length foil_thickness;        // behind the last layer
    Current one_c;                // the current called 1C of the whole stack

    std::size_t layer_count() const { return layers.size(); }
    const LayerDesign& layer(int k) const { return layers.at(std::size_t(k) - 1); }
    Charge theoretical_capacity() const;  // of all layers together
};

inline constexpr int most_layers = 16;

/// Reads a design from TOML; a fault is one sentence with `file`, line and remedy.
Result<CellDesign> parse_cell_design(std::string_view toml, const std::string& file);

/// The same from a table inside another file, for example a station's `[cell.design]`.
Result<CellDesign> read_cell_design(const toml::table& table, const std::string& file);

/// A design that ships with the program, as its TOML text, or not_found with the names there are.
Result<std::string> builtin_cell_text(std::string_view name);
std::vector<std::string> builtin_cell_names();

/// The TOML text of a built-in name or of a file; relative paths start at `folder`.
Result<std::string> find_cell_text(const std::string& name_or_path,
                                   const std::filesystem::path& folder);

}  // namespace layerscope
