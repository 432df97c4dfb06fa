#include "core/model/parameter_faults.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/cell/cell_design.h"
#include "core/model/parameter_keys.h"

namespace layerscope {
namespace {

/// Where a part of the parameters stands in a cell's file.
struct Place {
    std::string path;   // "model.layer[1]"
    std::string title;  // "[[model.layer]] 2"
};

Place in_list(std::string_view list, std::size_t i) {
    return {fmt::format("model.{}[{}]", list, i), fmt::format("[[model.{}]] {}", list, i + 1)};
}

bool holds(const NumberRange& range, double value) {
    if (!std::isfinite(value)) return false;
    return range.open ? value > range.least && value < range.most
                      : value >= range.least && value <= range.most;
}

std::string remedy(const NumberRange& range) {
    if (std::isinf(range.most)) {
        return range.open ? fmt::format("it must be above {}", range.least)
                          : fmt::format("it must be {} or more", range.least);
    }
    return range.open ? fmt::format("it must lie between {} and {}", range.least, range.most)
                      : fmt::format("it must lie from {} to {}", range.least, range.most);
}

class Inspection {
  public:
    explicit Inspection(const MultilayerParameters& parameters) : p_{parameters} {}

    std::optional<ParameterFault> first() {
        inspect_counts();
        inspect_design();
        inspect_numbers();
        inspect_graphite_volume();
        for (std::size_t i = 0; i < p_.layers.size(); ++i) {
            inspect_start(in_list("layer", i), p_.layers[i]);
        }
        return fault_;
    }

  private:
    void fault(const Place& place, std::string_view key, const std::string& sentence) {
        if (fault_) return;
        fault_ =
            ParameterFault{fmt::format("{}{}{}", place.path, place.path.empty() ? "" : ".", key),
                           fmt::format("{}: {}", place.title, sentence)};
    }

    void inspect(const Place& place, std::string_view key, double in_unit,
                 const NumberRange& range) {
        if (holds(range, in_unit)) return;
        fault(place, key, fmt::format("'{}' is {:.6g}; {}", key, in_unit, remedy(range)));
    }

    template <class Part, std::size_t count>
    void inspect(const Place& place, const std::array<ParameterKey<Part>, count>& keys,
                 const Part& part) {
        for (const auto& key : keys) {
            inspect(place, key.name, part.*key.member / key.unit, key.range);
        }
    }

    void inspect_counts() {
        const std::size_t layers = p_.layers.size();
        if (layers < 1 || layers > std::size_t(most_layers)) {
            fault(model_, "layer",
                  fmt::format("a cell has 1 to {} layers, here are {}", most_layers, layers));
        } else if (p_.interlayers.size() != layers - 1) {
            fault(model_, "interlayer",
                  fmt::format("{} layers have {} interlayers between them, here are {}", layers,
                              layers - 1, p_.interlayers.size()));
        }
    }

    /// What a cell's file has in its design: only other callers can have it wrong.
    void inspect_design() {
        const auto positive = [&](const char* key, double in_unit) {
            inspect({"", "the design"}, key, in_unit, number_ranges::above_0);
        };
        positive("area_cm2", p_.area_m2 / file_units::cm2);
        positive("separator_um", p_.separator.thickness_m / file_units::um);
        for (const LayerParameters& layer : p_.layers) {
            positive("thickness_um", layer.thickness_m / file_units::um);
            positive("theoretical_capacity_mAh", layer.capacity_C / file_units::mAh);
        }
        for (const InterlayerParameters& interlayer : p_.interlayers) {
            positive("interlayer_um", interlayer.region.thickness_m / file_units::um);
        }
    }

    void inspect_numbers() {
        const Place cathode{"model.cathode", "[model.cathode]"};
        inspect(model_, parameter_keys::cell, p_);
        inspect(cathode, parameter_keys::cathode, p_.cathode);
        inspect(cathode, parameter_keys::region, p_.cathode);
        inspect({"model.separator", "[model.separator]"}, parameter_keys::region, p_.separator);
        inspect(graphite_, parameter_keys::graphite, p_.graphite);
        for (std::size_t i = 0; i < p_.layers.size(); ++i) {
            inspect(in_list("layer", i), parameter_keys::layer, p_.layers[i]);
        }
        for (std::size_t i = 0; i < p_.interlayers.size(); ++i) {
            const Place place = in_list("interlayer", i);
            inspect(place, parameter_keys::region, p_.interlayers[i].region);
            inspect(place, parameter_keys::interlayer, p_.interlayers[i]);
        }
    }

    void inspect_graphite_volume() {
        const GraphiteParameters& g = p_.graphite;
        if (g.porosity + g.solid_fraction > 1) {
            fault(graphite_, "solid_fraction",
                  fmt::format("'solid_fraction' is {:.6g} and 'porosity' {:.6g}; together they "
                              "must be at most 1",
                              g.solid_fraction, g.porosity));
        }
        const double taken = g.expansion * g.expansion_into_pores * g.solid_fraction;
        if (taken >= g.porosity) {
            fault(graphite_, "expansion",
                  fmt::format("'expansion' is {:.6g}, so that full graphite takes {:.3g} of pore "
                              "volume where there is {:.3g}; lower it or 'expansion_into_pores'",
                              g.expansion, taken, g.porosity));
        }
    }

    void inspect_start(const Place& place, const LayerParameters& layer) {
        const auto within = [&](const char* key, double stoichiometry) {
            if (stoichiometry <= layer.accessible_capacity) return;
            fault(place, key,
                  fmt::format("'{}' is {:.6g}, more than the 'accessible_capacity' of {:.6g}; "
                              "lower it",
                              key, stoichiometry, layer.accessible_capacity));
        };
        within("fresh_stoichiometry", layer.fresh_stoichiometry);
        within("residual_stoichiometry", layer.residual_stoichiometry);
    }

    const MultilayerParameters& p_;
    const Place model_{"model", "[model]"};
    const Place graphite_{"model.graphite", "[model.graphite]"};
    std::optional<ParameterFault> fault_;
};

}  // namespace

std::optional<ParameterFault> first_fault(const MultilayerParameters& parameters) {
    return Inspection{parameters}.first();
}

std::optional<std::string> fault_of(const MultilayerParameters& parameters) {
    auto fault = first_fault(parameters);
    if (!fault) return std::nullopt;
    return std::move(fault->sentence);
}

}  // namespace layerscope
