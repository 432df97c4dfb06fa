#include "core/model/cell_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/cell/toml_table.h"
#include "core/model/parameter_keys.h"

namespace layerscope {
namespace {

using Names = std::vector<std::string_view>;

template <class Keys>
void name_all(Names& names, const Keys& keys) {
    for (const auto& key : keys) names.push_back(key.name);
}

template <class... Keys>
void allow_only(TomlTable& entry, Names names, const Keys&... keys) {
    (name_all(names, keys), ...);
    entry.allow_only(names);
}

/// Ranges are left to first_fault, which calibration asks too.
template <class Part, std::size_t count>
void read_keys(TomlTable& entry, const std::array<ParameterKey<Part>, count>& keys, Part& part) {
    for (const auto& key : keys) {
        part.*key.member = key.absent && !entry.has(key.name)
                               ? *key.absent
                               : entry.finite_number(key.name) * key.unit;
    }
}

LayerParameters read_layer(TomlTable& entry, const LayerDesign& design) {
    allow_only(entry, {}, parameter_keys::layer);
    LayerParameters layer;
    layer.thickness_m = design.thickness.si();
    layer.capacity_C = design.theoretical_capacity.si();
    read_keys(entry, parameter_keys::layer, layer);
    if (!entry.has("residual_stoichiometry")) {
        layer.residual_stoichiometry = layer.fresh_stoichiometry;
    }
    return layer;
}

InterlayerParameters read_interlayer(TomlTable& entry, const CellDesign& design) {
    allow_only(entry, {}, parameter_keys::region, parameter_keys::interlayer);
    InterlayerParameters interlayer;
    interlayer.region.thickness_m = (design.collector_thickness + design.interlayer_thickness).si();
    read_keys(entry, parameter_keys::region, interlayer.region);
    read_keys(entry, parameter_keys::interlayer, interlayer);
    return interlayer;
}

/// Reads `[model]` and what is below it.
class ModelReader {
  public:
    ModelReader(const toml::table& table, const std::string& file, CellModel& cell)
        : file_{file}, model_{table, file, "[model]"}, cell_{cell} {}

    std::optional<Error> read() {
        allow_only(model_,
                   {"residual_from_rate_C", "cathode", "separator", "graphite", "layer",
                    "interlayer", "charge"},
                   parameter_keys::cell);
        read_keys(model_, parameter_keys::cell, parameters_);
        read_regions();
        read_layers();
        if (model_.has("residual_from_rate_C")) {
            cell_.residual_from_rate_C = model_.positive_number("residual_from_rate_C");
        }
        read_charges();
        return model_.first_fault();
    }

  private:
    void read_regions() {
        parameters_.separator.thickness_m = cell_.design.separator_thickness.si();
        read_part("cathode", [&](TomlTable& entry) {
            allow_only(entry, {}, parameter_keys::cathode, parameter_keys::region);
            read_keys(entry, parameter_keys::cathode, parameters_.cathode);
            read_keys(entry, parameter_keys::region, parameters_.cathode);
        });
        read_part("separator", [&](TomlTable& entry) {
            allow_only(entry, {}, parameter_keys::region);
            read_keys(entry, parameter_keys::region, parameters_.separator);
        });
        read_part("graphite", [&](TomlTable& entry) {
            allow_only(entry, {}, parameter_keys::graphite);
            read_keys(entry, parameter_keys::graphite, parameters_.graphite);
        });
    }

    void read_layers() {
        const CellDesign& design = cell_.design;
        parameters_.area_m2 = design.layer(1).area.si();
        const std::size_t layers = design.layer_count();
        read_list("layer", layers, "for each layer", [&](TomlTable& entry) {
            const LayerDesign& layer = design.layers[parameters_.layers.size()];
            parameters_.layers.push_back(read_layer(entry, layer));
        });
        read_list("interlayer", layers - 1, "between each layer and the next",
                  [&](TomlTable& entry) {
                      parameters_.interlayers.push_back(read_interlayer(entry, design));
                  });
    }

    void read_charges() {
        const toml::array* charges = model_.array_of_tables("charge");
        read_list("charge", charges == nullptr ? 0 : charges->size(), "", [&](TomlTable& entry) {
            entry.allow_only({"rate_C", "charge_mAh"});
            const double before_C = cell_.charges.empty() ? 0 : cell_.charges.back().rate_C;
            const double rate_C = entry.positive_number("rate_C");
            if (rate_C <= before_C) {
                entry.fault("rate_C", fmt::format("'rate_C' is {} after {}; order the charges by "
                                                  "rising rate, each rate once",
                                                  rate_C, before_C));
            }
            cell_.charges.push_back(
                {rate_C, entry.positive_number("charge_mAh") * file_units::mAh});
        });
    }

    template <class Read>
    void read_part(const std::string& key, Read read) {
        const toml::table* table = model_.table(key);
        if (table == nullptr) {
            model_.fault(key, fmt::format("[model] needs the table [model.{}]; add it", key));
            return;
        }
        TomlTable entry{*table, file_, fmt::format("[model.{}]", key)};
        read(entry);
        model_.take_fault(entry);
    }

    template <class Read>
    void read_list(const std::string& key, std::size_t count, std::string_view where, Read read) {
        const toml::array* entries = model_.array_of_tables(key);
        const std::size_t found = entries == nullptr ? 0 : entries->size();
        if (found != count) {
            model_.fault(key, fmt::format("the cell has {} layers, but {} [[model.{}]]; write {} "
                                          "of them, one {}",
                                          cell_.design.layer_count(), found, key, count, where));
            return;
        }
        for (std::size_t i = 0; i < count && !model_.first_fault(); ++i) {
            TomlTable entry{*entries->get(i)->as_table(), file_,
                            fmt::format("[[model.{}]] {}", key, i + 1)};
            read(entry);
            model_.take_fault(entry);
        }
    }

    const std::string& file_;
    TomlTable model_;
    CellModel& cell_;
    MultilayerParameters& parameters_ = cell_.parameters;
};

/// The model has one depth, so all its layers have one face.
std::optional<Error> unequal_areas(const toml::table& root, const std::string& file,
                                   const CellDesign& design) {
    const Area first = design.layer(1).area;
    for (int k = 2; k <= int(design.layer_count()); ++k) {
        if (design.layer(k).area == first) continue;
        return Error{ErrorKind::malformed,
                     fmt::format("{}:{}: layer {} has an area of {} cm², layer 1 of {} cm²; the "
                                 "model needs layers of one area",
                                 file, line_at(root, fmt::format("layer[{}].area_cm2", k - 1)), k,
                                 decimal_in(design.layer(k).area.si(), file_units::cm2),
                                 decimal_in(first.si(), file_units::cm2))};
    }
    return std::nullopt;
}

/// Built-in cells that can be simulated.
std::vector<std::string> simulated_cell_names() {
    std::vector<std::string> names;
    for (const std::string& name : builtin_cell_names()) {
        const auto text = builtin_cell_text(name);
        const auto table = text ? parse_toml(*text, name) : Result<toml::table>{};
        if (table && table->contains("model")) names.push_back(name);
    }
    return names;
}

Result<CellModel> read_cell_model(const toml::table& root, const std::string& file) {
    auto design = read_cell_design(root, file);
    if (!design) return fail(design.error());
    CellModel cell;
    cell.design = std::move(*design);
    TomlTable top{root, file, "the cell"};
    const toml::table* model = top.table("model");
    if (top.first_fault()) return fail(*top.first_fault());
    if (model == nullptr) {
        return fail(ErrorKind::not_found,
                    fmt::format("the cell '{}' has no [model] to simulate; choose {}, or add one, "
                                "see docs/model.md",
                                cell.design.name, fmt::join(simulated_cell_names(), ", ")));
    }
    if (auto fault = unequal_areas(root, file, cell.design)) return fail(std::move(*fault));
    if (auto fault = ModelReader{*model, file, cell}.read()) return fail(std::move(*fault));
    if (const auto fault = first_fault(cell.parameters)) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}:{}: {}", file, line_at(root, fault->path), fault->sentence));
    }
    return cell;
}

std::vector<double> of_each_layer(const MultilayerParameters& parameters,
                                  double LayerParameters::*member) {
    std::vector<double> values;
    values.reserve(parameters.layer_count());
    for (const LayerParameters& layer : parameters.layers) values.push_back(layer.*member);
    return values;
}

}  // namespace

bool CellModel::begins_fresh(double rate_C) const {
    // A rate that comes from a current may miss the given one by a rounding.
    constexpr double rounding = 1e-9;
    return !residual_from_rate_C || rate_C < *residual_from_rate_C * (1 - rounding);
}

std::vector<double> CellModel::fresh_stoichiometry() const {
    return of_each_layer(parameters, &LayerParameters::fresh_stoichiometry);
}

std::vector<double> CellModel::residual_stoichiometry() const {
    return of_each_layer(parameters, &LayerParameters::residual_stoichiometry);
}

double CellModel::charge_C(double rate_C) const {
    if (charges.empty()) return design.theoretical_capacity().si();
    const auto above = std::find_if(charges.begin(), charges.end(),
                                    [&](const auto& given) { return given.rate_C >= rate_C; });
    if (above == charges.begin()) return above->charge_C;
    if (above == charges.end()) return charges.back().charge_C;
    const LithiationCharge& below = *std::prev(above);
    const double share = (rate_C - below.rate_C) / (above->rate_C - below.rate_C);
    return std::lerp(below.charge_C, above->charge_C, share);
}

Result<CellModel> parse_cell_model(std::string_view toml, const std::string& file) {
    const auto root = parse_toml(toml, file);
    if (!root) return fail(root.error());
    return read_cell_model(*root, file);
}

Result<CellModel> find_cell_model(const std::string& name_or_path,
                                  const std::filesystem::path& folder) {
    const auto text = find_cell_text(name_or_path, folder);
    if (!text) return fail(text.error());
    return parse_cell_model(*text, name_or_path);
}

}  // namespace layerscope
