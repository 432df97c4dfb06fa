#include "core/cell/cell_design.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/cell/builtin_cells.h"
#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

LayerDesign read_layer(TomlTable& entry, double area_cm2) {
    entry.allow_only({"thickness_um", "theoretical_capacity_mAh", "capacity_uncertainty_mAh",
                      "area_cm2", "reference"});
    LayerDesign layer;
    layer.thickness = entry.positive_number("thickness_um") * units::um;
    layer.theoretical_capacity = entry.positive_number("theoretical_capacity_mAh") * units::mAh;
    layer.capacity_uncertainty = entry.number("capacity_uncertainty_mAh").value_or(0) * units::mAh;
    layer.area =
        (entry.has("area_cm2") ? entry.positive_number("area_cm2") : area_cm2) * units::cm2;
    layer.reference = entry.flag_or("reference", false);
    return layer;
}

}  // namespace

Charge CellDesign::theoretical_capacity() const {
    Charge sum;
    for (const auto& layer : layers) sum += layer.theoretical_capacity;
    return sum;
}

Result<CellDesign> read_cell_design(const toml::table& table, const std::string& file) {
    TomlTable root{table, file, "the cell design"};
    root.allow_only({"name", "title", "source", "area_cm2", "one_c_mA", "separator_um",
                     "collector_um", "interlayer_um", "foil_um", "layer",
                     "model"});  // for the simulation: core/model/cell_model.h
    CellDesign design;
    design.name = root.text("name");
    design.title = root.text_or("title", design.name);
    design.source = root.text_or("source", "");
    const double area_cm2 = root.positive_number("area_cm2");
    design.one_c = root.positive_number("one_c_mA") * units::mA;
    design.separator_thickness = root.positive_number("separator_um") * units::um;
    design.collector_thickness = root.positive_number("collector_um") * units::um;
    design.interlayer_thickness = root.positive_number("interlayer_um") * units::um;
    design.foil_thickness = root.positive_number("foil_um") * units::um;
    const toml::array* layers = root.array_of_tables("layer");
    const std::size_t count = layers == nullptr ? 0 : layers->size();
    if (count < 1 || count > std::size_t(most_layers)) {
        root.fault("layer",
                   fmt::format("a cell has 1 to {} layers, here are {}; write one [[layer]] "
                               "for each, from the separator on",
                               most_layers, count));
    }
    for (std::size_t i = 0; i < count && !root.first_fault(); ++i) {
        TomlTable entry{*layers->get(i)->as_table(), file, fmt::format("[[layer]] {}", i + 1)};
        design.layers.push_back(read_layer(entry, area_cm2));
        root.take_fault(entry);
    }
    if (root.first_fault()) return fail(*root.first_fault());
    return design;
}

Result<CellDesign> parse_cell_design(std::string_view toml, const std::string& file) {
    const auto table = parse_toml(toml, file);
    if (!table) return fail(table.error());
    return read_cell_design(*table, file);
}

std::vector<std::string> builtin_cell_names() {
    std::vector<std::string> names;
    names.reserve(builtin_cells.size());
    for (const auto& cell : builtin_cells) names.emplace_back(cell.name);
    std::sort(names.begin(),
              names.end());  // the build lists them by file, "c-h.toml" before "c.toml"
    return names;
}

Result<std::string> builtin_cell_text(std::string_view name) {
    for (const auto& cell : builtin_cells) {
        if (cell.name == name) return std::string{cell.toml};
    }
    return fail(ErrorKind::not_found,
                fmt::format("there is no built-in cell '{}'; there are {}, or name a TOML file",
                            name, fmt::join(builtin_cell_names(), ", ")));
}

Result<std::string> find_cell_text(const std::string& name_or_path,
                                   const std::filesystem::path& folder) {
    if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml")) {
        return builtin_cell_text(name_or_path);
    }
    return read_settings_text(folder / name_or_path);
}

}  // namespace layerscope
