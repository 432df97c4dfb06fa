#pragma once
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/multilayer_parameters.h"

namespace layerscope {

/// What a number may be, in the unit of its key; `open` leaves out both ends.
struct NumberRange {
    double least = 0;
    double most = 0;
    bool open = false;
};

/// One number of the model as a cell's file has it.
template <class Part>
struct ParameterKey {
    std::string_view name;  // ends in the unit
    double Part::*member = nullptr;
    double unit = 1;  // what 1 in the file is in SI
    NumberRange range;
    std::optional<double>
        absent;  // what a missing key means: 0, the process is off; nullopt: needed
};

/// The shortest decimal that, read and multiplied by `unit`, is `si` again.
std::string decimal_in(double si, double unit);

namespace file_units {
inline constexpr double um = 1e-6;
inline constexpr double cm2 = 1e-4;
inline constexpr double mAh = 3.6;
inline constexpr double per_mAh = 1 / 3.6;
inline constexpr double per_h = 1 / 3600.0;
inline constexpr double ohm_cm2 = 1e-4;
}  // namespace file_units

namespace number_ranges {
inline constexpr double no_end = std::numeric_limits<double>::infinity();
inline constexpr NumberRange above_0{0, no_end, true};
inline constexpr NumberRange from_0{0, no_end};
inline constexpr NumberRange from_1{1, no_end};
inline constexpr NumberRange share{0, 1};
inline constexpr NumberRange inner_share{0, 1, true};
inline constexpr NumberRange kelvin_of_a_liquid{200, 400};  // who writes 25 means degrees Celsius
// 2.2 mol/l: beyond it the electrolyte's measured diffusivity is not continued.
inline constexpr NumberRange salt{0, 2200, true};
}  // namespace number_ranges

namespace parameter_keys {

// `[model]`
inline constexpr std::array cell{
    ParameterKey<MultilayerParameters>{"temperature_K",
                                       &MultilayerParameters::temperature_K,
                                       1,
                                       number_ranges::kelvin_of_a_liquid,
                                       {}},
    ParameterKey<MultilayerParameters>{
        "salt_mol_m3", &MultilayerParameters::salt_mol_m3, 1, number_ranges::salt, {}},
};

// The thickness that the design does not know; elsewhere it does.
inline constexpr std::array cathode{
    ParameterKey<PorousRegion>{
        "pore_um", &PorousRegion::thickness_m, file_units::um, number_ranges::above_0, {}},
};

// `[model.cathode]`, `[model.separator]`, `[[model.interlayer]]`
inline constexpr std::array region{
    ParameterKey<PorousRegion>{
        "porosity", &PorousRegion::porosity, 1, number_ranges::inner_share, {}},
    ParameterKey<PorousRegion>{"macmullin", &PorousRegion::macmullin, 1, number_ranges::from_1, {}},
};

// `[model.graphite]`
inline constexpr std::array graphite{
    ParameterKey<GraphiteParameters>{
        "porosity", &GraphiteParameters::porosity, 1, number_ranges::inner_share, {}},
    ParameterKey<GraphiteParameters>{
        "macmullin", &GraphiteParameters::macmullin, 1, number_ranges::from_1, {}},
    ParameterKey<GraphiteParameters>{
        "solid_fraction", &GraphiteParameters::solid_fraction, 1, number_ranges::inner_share, {}},
    ParameterKey<GraphiteParameters>{"particle_radius_um",
                                     &GraphiteParameters::particle_radius_m,
                                     file_units::um,
                                     number_ranges::above_0,
                                     {}},
    ParameterKey<GraphiteParameters>{"diffusion_time_s", &GraphiteParameters::diffusion_time_s, 1,
                                     number_ranges::from_0, 0},
    ParameterKey<GraphiteParameters>{"exchange_current_A_m2",
                                     &GraphiteParameters::exchange_current_A_m2,
                                     1,
                                     number_ranges::above_0,
                                     {}},
    ParameterKey<GraphiteParameters>{"film_ohm_cm2", &GraphiteParameters::film_ohm_m2,
                                     file_units::ohm_cm2, number_ranges::from_0, 0},
    ParameterKey<GraphiteParameters>{"plating_exchange_current_A_m2",
                                     &GraphiteParameters::plating_exchange_current_A_m2, 1,
                                     number_ranges::from_0, 0},
    ParameterKey<GraphiteParameters>{"coverage_mAh",
                                     &GraphiteParameters::coverage_C,
                                     file_units::mAh,
                                     number_ranges::above_0,
                                     {}},
    ParameterKey<GraphiteParameters>{"dead_lithium_per_h", &GraphiteParameters::dead_lithium_per_s,
                                     file_units::per_h, number_ranges::from_0, 0},
    ParameterKey<GraphiteParameters>{"expansion", &GraphiteParameters::expansion, 1,
                                     number_ranges::from_0, 0},
    ParameterKey<GraphiteParameters>{"expansion_into_pores",
                                     &GraphiteParameters::expansion_into_pores, 1,
                                     number_ranges::share, 0},
    ParameterKey<GraphiteParameters>{"plated_volume_into_pores",
                                     &GraphiteParameters::plated_volume_into_pores, 1,
                                     number_ranges::share, 0},
    ParameterKey<GraphiteParameters>{"clogging_exponent", &GraphiteParameters::clogging_exponent, 1,
                                     number_ranges::from_0, 0},
};

// `[[model.layer]]`
inline constexpr std::array layer{
    ParameterKey<LayerParameters>{"accessible_capacity", &LayerParameters::accessible_capacity, 1,
                                  number_ranges::above_0, 1},
    ParameterKey<LayerParameters>{"lead_ohm", &LayerParameters::lead_ohm, 1, number_ranges::from_0,
                                  0},
    ParameterKey<LayerParameters>{
        "fresh_stoichiometry", &LayerParameters::fresh_stoichiometry, 1, number_ranges::share, {}},
    ParameterKey<LayerParameters>{"residual_stoichiometry",
                                  &LayerParameters::residual_stoichiometry, 1, number_ranges::share,
                                  0},
};

// `[[model.interlayer]]`, beside those of its region
inline constexpr std::array interlayer{
    ParameterKey<InterlayerParameters>{"hindrance_by_lithiation",
                                       &InterlayerParameters::hindrance_by_lithiation, 1,
                                       number_ranges::from_0, 0},
    ParameterKey<InterlayerParameters>{"hindrance_by_plating_per_mAh",
                                       &InterlayerParameters::hindrance_by_plating_per_C,
                                       file_units::per_mAh, number_ranges::from_0, 0},
};

}  // namespace parameter_keys
}  // namespace layerscope
