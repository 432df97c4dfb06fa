#pragma once
#include <cstddef>
#include <vector>

namespace layerscope {

/// A porous region without reaction: the pores of the cathode, the separator, what lies between two
/// layers. Transport through it is that of the free electrolyte over `macmullin`.
struct PorousRegion {
    double thickness_m = 0;
    double porosity = 0;
    double macmullin = 1;  // free conductivity over effective conductivity, at least 1
};

/// The graphite that all layers are made of.
struct GraphiteParameters {
    double porosity = 0;  // of an empty layer
    double macmullin = 1;
    double solid_fraction = 0;     // active volume; with the porosity at most 1
    double particle_radius_m = 0;  // spheres: surface = 3 solid_fraction / radius
    double diffusion_time_s = 0;   // radius²/(15 D): how far the surface runs ahead of the mean
    double exchange_current_A_m2 = 0;
    double film_ohm_m2 = 0;
    double plating_exchange_current_A_m2 = 0;
    double coverage_C = 0;  // plated charge of a layer at which half of the surface can be stripped
    double dead_lithium_per_s = 0;        // of the plated lithium, cut off from its layer
    double expansion = 0;                 // of the solid at LiC6, relative
    double expansion_into_pores = 0;      // share of it that takes pore volume
    double plated_volume_into_pores = 0;  // share of the plated volume that takes pore volume
    double clogging_exponent = 0;         // conductivity follows porosity to this power
};

struct LayerParameters {
    double thickness_m = 0;
    double capacity_C = 0;              // theoretical; stoichiometries are fractions of it
    double accessible_capacity = 1;     // share of it that the potential sees
    double lead_ohm = 0;                // lead, contact and meter
    double fresh_stoichiometry = 0;     // of a new electrode
    double residual_stoichiometry = 0;  // of one that earlier tests have left lithium in
};

/// What lies between a layer and the next; hindrance rises with the layer in front of it.
struct InterlayerParameters {
    PorousRegion region;
    double hindrance_by_lithiation = 0;     // macmullin grows by 1 + this * mean stoichiometry
    double hindrance_by_plating_per_C = 0;  // and by 1 + this * plated charge
};

/// Everything the multilayer model needs to know of a cell; SI units. Layer k is `layers[k - 1]`,
/// between it and the next lies `interlayers[k - 1]`.
struct MultilayerParameters {
    double area_m2 = 0;
    double temperature_K = 298.15;
    double salt_mol_m3 = 1000;  // everywhere before the first current
    PorousRegion cathode;       // its pores only: the cathode itself is not resolved
    PorousRegion separator;
    GraphiteParameters graphite;
    std::vector<LayerParameters> layers;
    std::vector<InterlayerParameters> interlayers;  // one less than layers

    std::size_t layer_count() const { return layers.size(); }
};

}  // namespace layerscope
