#pragma once
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/quantity.h"
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
    std::optional<double> absent;  // what a missing key means, in SI; nullopt: it must be there
};

template <class Part>
ParameterKey(std::string_view, double Part::*, double, NumberRange, std::optional<double>)
    -> ParameterKey<Part>;

/// The shortest decimal that, read and multiplied by `unit`, is `si` again; where rounding leaves
/// none, the nearest.
std::string decimal_in(double si, double unit);

namespace file_units {
inline constexpr double um = units::um.si();
inline constexpr double cm2 = units::cm2.si();
inline constexpr double mAh = units::mAh.si();
inline constexpr double ohm_cm2 = cm2;
inline constexpr double per_mAh = 1 / mAh;
inline constexpr double per_h = 1 / units::h.si();
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

inline constexpr std::optional<double> needed{};
inline constexpr std::optional<double> off{0.0};

// `[model]`
inline constexpr std::array cell{
    ParameterKey{"temperature_K", &MultilayerParameters::temperature_K, 1,
                 number_ranges::kelvin_of_a_liquid, needed},
    ParameterKey{"salt_mol_m3", &MultilayerParameters::salt_mol_m3, 1, number_ranges::salt, needed},
};

// `[model.cathode]`: the one thickness that the design does not know.
inline constexpr std::array cathode{
    ParameterKey{"pore_um", &PorousRegion::thickness_m, file_units::um, number_ranges::above_0,
                 needed},
};

// `[model.cathode]`, `[model.separator]`, `[[model.interlayer]]`
inline constexpr std::array region{
    ParameterKey{"porosity", &PorousRegion::porosity, 1, number_ranges::inner_share, needed},
    ParameterKey{"macmullin", &PorousRegion::macmullin, 1, number_ranges::from_1, needed},
};

// `[model.graphite]`
inline constexpr std::array graphite{
    ParameterKey{"porosity", &GraphiteParameters::porosity, 1, number_ranges::inner_share, needed},
    ParameterKey{"macmullin", &GraphiteParameters::macmullin, 1, number_ranges::from_1, needed},
    ParameterKey{"solid_fraction", &GraphiteParameters::solid_fraction, 1,
                 number_ranges::inner_share, needed},
    ParameterKey{"particle_radius_um", &GraphiteParameters::particle_radius_m, file_units::um,
                 number_ranges::above_0, needed},
    ParameterKey{"diffusion_time_s", &GraphiteParameters::diffusion_time_s, 1,
                 number_ranges::from_0, off},
    ParameterKey{"exchange_current_A_m2", &GraphiteParameters::exchange_current_A_m2, 1,
                 number_ranges::above_0, needed},
    ParameterKey{"film_ohm_cm2", &GraphiteParameters::film_ohm_m2, file_units::ohm_cm2,
                 number_ranges::from_0, off},
    ParameterKey{"plating_exchange_current_A_m2",
                 &GraphiteParameters::plating_exchange_current_A_m2, 1, number_ranges::from_0, off},
    ParameterKey{"coverage_mAh", &GraphiteParameters::coverage_C, file_units::mAh,
                 number_ranges::above_0, needed},
    ParameterKey{"dead_lithium_per_h", &GraphiteParameters::dead_lithium_per_s, file_units::per_h,
                 number_ranges::from_0, off},
    ParameterKey{"expansion", &GraphiteParameters::expansion, 1, number_ranges::from_0, off},
    ParameterKey{"expansion_into_pores", &GraphiteParameters::expansion_into_pores, 1,
                 number_ranges::share, off},
    ParameterKey{"plated_volume_into_pores", &GraphiteParameters::plated_volume_into_pores, 1,
                 number_ranges::share, off},
    ParameterKey{"clogging_exponent", &GraphiteParameters::clogging_exponent, 1,
                 number_ranges::from_0, off},
};

// `[[model.layer]]`; a residual stoichiometry that is missing is the fresh one.
inline constexpr std::array layer{
    ParameterKey{"accessible_capacity", &LayerParameters::accessible_capacity, 1,
                 number_ranges::above_0, 1.0},
    ParameterKey{"lead_ohm", &LayerParameters::lead_ohm, 1, number_ranges::from_0, off},
    ParameterKey{"fresh_stoichiometry", &LayerParameters::fresh_stoichiometry, 1,
                 number_ranges::share, needed},
    ParameterKey{"residual_stoichiometry", &LayerParameters::residual_stoichiometry, 1,
                 number_ranges::share, off},
};

// `[[model.interlayer]]`, beside those of its region
inline constexpr std::array interlayer{
    ParameterKey{"hindrance_by_lithiation", &InterlayerParameters::hindrance_by_lithiation, 1,
                 number_ranges::from_0, off},
    ParameterKey{"hindrance_by_plating_per_mAh", &InterlayerParameters::hindrance_by_plating_per_C,
                 file_units::per_mAh, number_ranges::from_0, off},
};

}  // namespace parameter_keys
}  // namespace layerscope
