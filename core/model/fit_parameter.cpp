#include "core/model/fit_parameter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/base/number.h"

namespace layerscope {
namespace {

using Scale = Prior::Scale;
using Read = double (*)(const MultilayerParameters&, std::size_t);
using Write = void (*)(MultilayerParameters&, std::size_t, double);

/// What a name's first word speaks of.
enum class Owner { graphite, separator, layer, interlayer };

struct Field {
    Owner owner;
    std::string_view name;
    Prior prior;
    Read read;
    Write write;
};

/// Both ways to one number from one lambda that picks it.
template <class Pick>
constexpr Field field(Owner owner, std::string_view name, const Prior& prior, Pick /*pick*/) {
    return {
        owner, name, prior,
        [](const MultilayerParameters& cell, std::size_t i) -> double { return Pick{}(cell, i); },
        [](MultilayerParameters& cell, std::size_t i, double value) { Pick{}(cell, i) = value; }};
}

// The widths say how well a number is known without this cell's data; docs/calibration.md gives
// the argument and source of each.
constexpr Prior macmullin_of_an_interlayer{Scale::logarithmic, 60, 1.2, 1.5, 1500};
constexpr Prior macmullin_of_an_electrode{Scale::logarithmic, 6, 0.35, 1.5, 40};
constexpr Prior macmullin_of_a_separator{Scale::logarithmic, 4.5, 0.3, 1.5, 20};
constexpr Prior hindrance_by_lithiation{Scale::logarithmic, 0.7, 1, 0.01, 20};
constexpr Prior exchange_current{Scale::logarithmic, 1, 1, 0.02, 50};
constexpr Prior plating_exchange_current{Scale::logarithmic, 0.4, 1, 0.005, 50};
constexpr Prior diffusion_time{Scale::logarithmic, 120, 0.8, 1, 3000};
constexpr Prior volume_into_pores{Scale::linear, 0.7, 0.3, 0, 1};
constexpr Prior expansion_into_pores{Scale::linear, 0.45, 0.2, 0, 1};
constexpr Prior lead{Scale::logarithmic, 3, 1.3, 0.02, 100};
// These two meet at their bounds: no layer begins fuller than it can be.
constexpr Prior accessible_capacity{Scale::linear, 0.9, 0.12, 0.55, 1.15};
constexpr Prior residual_stoichiometry{Scale::linear, 0.29, 0.2, 0.001, 0.55};

constexpr std::array fields{
    field(
        Owner::interlayer, "macmullin", macmullin_of_an_interlayer,
        [](auto& cell, std::size_t i) -> auto& { return cell.interlayers[i].region.macmullin; }),
    field(
        Owner::interlayer, "hindrance_by_lithiation", hindrance_by_lithiation,
        [](auto& cell, std::size_t i) -> auto& {
            return cell.interlayers[i].hindrance_by_lithiation;
        }),
    field(
        Owner::graphite, "exchange_current_A_m2", exchange_current,
        [](auto& cell, std::size_t) -> auto& { return cell.graphite.exchange_current_A_m2; }),
    field(
        Owner::graphite, "plating_exchange_current_A_m2", plating_exchange_current,
        [](auto& cell, std::size_t) -> auto& {
            return cell.graphite.plating_exchange_current_A_m2;
        }),
    field(
        Owner::graphite, "macmullin", macmullin_of_an_electrode,
        [](auto& cell, std::size_t) -> auto& { return cell.graphite.macmullin; }),
    field(
        Owner::graphite, "diffusion_time_s", diffusion_time,
        [](auto& cell, std::size_t) -> auto& { return cell.graphite.diffusion_time_s; }),
    field(
        Owner::graphite, "plated_volume_into_pores", volume_into_pores,
        [](auto& cell, std::size_t) -> auto& { return cell.graphite.plated_volume_into_pores; }),
    field(
        Owner::graphite, "expansion_into_pores", expansion_into_pores,
        [](auto& cell, std::size_t) -> auto& { return cell.graphite.expansion_into_pores; }),
    field(
        Owner::separator, "macmullin", macmullin_of_a_separator,
        [](auto& cell, std::size_t) -> auto& { return cell.separator.macmullin; }),
    field(
        Owner::layer, "lead_ohm", lead,
        [](auto& cell, std::size_t i) -> auto& { return cell.layers[i].lead_ohm; }),
    field(
        Owner::layer, "accessible_capacity", accessible_capacity,
        [](auto& cell, std::size_t i) -> auto& { return cell.layers[i].accessible_capacity; }),
    field(
        Owner::layer, "residual_stoichiometry", residual_stoichiometry,
        [](auto& cell, std::size_t i) -> auto& { return cell.layers[i].residual_stoichiometry; }),
};

struct FitSet {
    std::string_view name;
    std::string_view parameters;
    std::vector<std::pair<std::string_view, double>> fixed = {};
};

const std::array fit_sets{
    FitSet{"m",
           "interlayer.macmullin,interlayer1.hindrance_by_lithiation,"
           "graphite.exchange_current_A_m2,graphite.plating_exchange_current_A_m2,layer.lead_ohm,"
           "layer1.accessible_capacity,layer2.accessible_capacity,layer3.accessible_capacity,"
           "layer4.accessible_capacity"},
    FitSet{"h",
           "interlayer.macmullin,interlayer1.hindrance_by_lithiation,"
           "graphite.exchange_current_A_m2,graphite.plating_exchange_current_A_m2,"
           "layer1.lead_ohm,layer2.lead_ohm,layer3.lead_ohm,layer4.lead_ohm,"
           "layer1.accessible_capacity,layer2.accessible_capacity,layer3.accessible_capacity,"
           "layer4.accessible_capacity,layer2.residual_stoichiometry,"
           "layer3.residual_stoichiometry,layer4.residual_stoichiometry"},
    // H with what is known from elsewhere or lies alike: exchange currents of graphite (Chen et
    // al., J. Electrochem. Soc. 167, 080534, 2020: 0.34 A/m² at 1 M and half filling) and of
    // plating (O'Kane et al., Phys. Chem. Chem. Phys. 24, 7909, 2022: 1e-9 m/s), layer 4 on plain
    // foil whole, layers 1 and 3 alike under their reference wires, one lead but that of layer 3.
    FitSet{"r",
           "interlayer.macmullin,layer1+2+4.lead_ohm,layer3.lead_ohm,"
           "layer1+3.accessible_capacity,layer2.accessible_capacity,"
           "layer2.residual_stoichiometry,layer3.residual_stoichiometry,"
           "layer4.residual_stoichiometry",
           {{"graphite.exchange_current_A_m2", 0.34},
            {"graphite.plating_exchange_current_A_m2", 0.1},
            {"layer4.accessible_capacity", 1},
            {"interlayer.hindrance_by_lithiation", 0}}},
};

const FitSet* find_set(std::string_view name) {
    const auto* const set = std::find_if(fit_sets.begin(), fit_sets.end(),
                                         [&](const FitSet& known) { return known.name == name; });
    return set == fit_sets.end() ? nullptr : set;
}

std::string_view word_of(Owner owner) {
    switch (owner) {
        case Owner::graphite:
            return "graphite";
        case Owner::separator:
            return "separator";
        case Owner::layer:
            return "layer";
        case Owner::interlayer:
            break;
    }
    return "interlayer";
}

/// How many of them a cell has; 0: there is but one, and it has no number.
std::size_t count_of(Owner owner, const CellModel& cell) {
    if (owner == Owner::layer) return cell.parameters.layer_count();
    return owner == Owner::interlayer ? cell.parameters.interlayers.size() : 0;
}

/// "2+3" as indices {1, 2}; nullopt where a number is missing or not in 1 … count.
std::optional<std::vector<std::size_t>> parse_members(std::string_view numbers, std::size_t count) {
    std::vector<std::size_t> members;
    for (std::size_t begin = 0; begin <= numbers.size();) {
        const auto end = std::min(numbers.find('+', begin), numbers.size());
        const auto number = parse_integer(numbers.substr(begin, end - begin));
        if (!number || *number < 1 || *number > std::int64_t(count)) return std::nullopt;
        members.push_back(std::size_t(*number) - 1);
        begin = end + 1;
    }
    return members;
}

std::vector<std::size_t> all_members(std::size_t count) {
    std::vector<std::size_t> members(std::max<std::size_t>(count, 1));
    for (std::size_t i = 0; i < members.size(); ++i) members[i] = i;
    return members;
}

FitParameter make_parameter(std::string_view name, const Field& field,
                            const std::vector<std::size_t>& members, bool numbered) {
    FitParameter parameter;
    parameter.name = name;
    parameter.prior = field.prior;
    for (const std::size_t i : members) {
        const std::string owner{word_of(field.owner)};
        parameter.sets.push_back(numbered ? fmt::format("{}{}.{}", owner, i + 1, field.name)
                                          : fmt::format("{}.{}", owner, field.name));
    }
    parameter.read = [read = field.read, first = members.front()](const CellModel& cell) {
        return read(cell.parameters, first);
    };
    parameter.write = [write = field.write, members](CellModel& cell, double value) {
        for (const std::size_t i : members) write(cell.parameters, i, value);
    };
    return parameter;
}

Result<FitParameter> find_parameter(std::string_view name, const CellModel& cell) {
    const auto dot = std::min(name.find('.'), name.size());
    const auto owner = name.substr(0, dot);
    const auto word = owner.substr(0, std::min(owner.find_first_of("0123456789+"), owner.size()));
    for (const Field& field : fields) {
        if (word != word_of(field.owner) ||
            name.substr(std::min(dot + 1, name.size())) != field.name)
            continue;
        const auto count = count_of(field.owner, cell);
        const auto numbers = owner.substr(word.size());
        const auto members = numbers.empty() && (count > 0 || owner == word)
                                 ? std::optional{all_members(count)}
                                 : parse_members(numbers, count);
        if (members) return make_parameter(name, field, *members, count > 0);
        return fail(ErrorKind::usage,
                    fmt::format("'{}': the cell {} has {} {}s; number one of them, or several as "
                                "in 2+3",
                                name, cell.design.name, count, word));
    }
    return fail(ErrorKind::usage,
                fmt::format("'{}' is nothing that can be fitted; there are the sets {} and the "
                            "parameters {}",
                            name, fmt::join(fit_set_names(), ", "),
                            fmt::join(fit_parameter_names(), ", ")));
}

std::vector<std::string_view> split_names(std::string_view names) {
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin <= names.size();) {
        const auto end = std::min(names.find(',', begin), names.size());
        words.push_back(names.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// One sentence on a parameter that `cell` would not notice or that the ones before set already.
std::optional<std::string> fault_of(const FitParameter& parameter, const CellModel& cell,
                                    const std::vector<FitParameter>& before) {
    if (parameter.name.ends_with("residual_stoichiometry") && !cell.residual_from_rate_C) {
        return fmt::format(
            "'{}': every test of the cell {} begins fresh; give it "
            "residual_from_rate_C, or take the cell yan-2025-h",
            parameter.name, cell.design.name);
    }
    for (const FitParameter& other : before) {
        for (const std::string& key : parameter.sets) {
            if (std::find(other.sets.begin(), other.sets.end(), key) == other.sets.end()) continue;
            return fmt::format("'{}' and '{}' both set {}; fit one of them", other.name,
                               parameter.name, key);
        }
    }
    return std::nullopt;
}

}  // namespace

double FitParameter::value_at(double coordinate) const {
    const double moved = coordinate * prior.width;
    const double value =
        prior.scale == Scale::linear ? prior.centre + moved : prior.centre * std::exp(moved);
    return std::clamp(value, prior.least, prior.most);
}

double FitParameter::coordinate_of(double value) const {
    const double moved =
        prior.scale == Scale::linear ? value - prior.centre : std::log(value / prior.centre);
    return moved / prior.width;
}

double FitParameter::beyond(double coordinate) const {
    const double least = coordinate_of(prior.least);
    const double most = coordinate_of(prior.most);
    return coordinate - std::clamp(coordinate, least, most);
}

Result<std::vector<FitParameter>> find_fit_parameters(std::string_view names,
                                                      const CellModel& cell) {
    const FitSet* const set = find_set(names);
    std::vector<FitParameter> parameters;
    for (const auto name : split_names(set == nullptr ? names : set->parameters)) {
        auto parameter = find_parameter(name, cell);
        if (!parameter) return fail(parameter.error());
        if (const auto fault = fault_of(*parameter, cell, parameters)) {
            return fail(ErrorKind::usage, *fault);
        }
        parameters.push_back(std::move(*parameter));
    }
    return parameters;
}

std::string builtin_cell_for(std::string_view names) {
    const auto* const set = find_set(names);
    const auto parameters = set == nullptr ? names : set->parameters;
    // Residual lithium needs a cell whose later tests begin with some.
    const bool residual = parameters.find("residual_stoichiometry") != std::string_view::npos;
    return residual ? "yan-2025-h" : "yan-2025-m";
}

CellModel prepared_for_fit(std::string_view names, CellModel cell) {
    const FitSet* const set = find_set(names);
    if (set == nullptr) return cell;
    for (const auto& [name, value] : set->fixed) {
        if (const auto parameter = find_parameter(name, cell)) parameter->write(cell, value);
    }
    return cell;
}

std::vector<std::string> fit_set_names() {
    std::vector<std::string> names;
    names.reserve(fit_sets.size());
    for (const FitSet& set : fit_sets) names.emplace_back(set.name);
    return names;
}

std::vector<std::string> fit_parameter_names() {
    std::vector<std::string> names;
    names.reserve(fields.size());
    for (const Field& field : fields) {
        names.push_back(fmt::format("{}.{}", word_of(field.owner), field.name));
    }
    return names;
}

}  // namespace layerscope
