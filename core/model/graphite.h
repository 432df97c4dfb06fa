#pragma once

namespace layerscope {

/// Open-circuit potential of graphite against lithium, V, at a stoichiometry (of the accessible
/// capacity; 0 empty, 1 LiC6). A closed form of our own in the shape of the staged
/// curve (J. R. Dahn, Phys. Rev. B 44, 9170, 1991): plateaus near 0.21, 0.12 and 0.085 V joined by
/// logistic steps, steep walls below 0.03 and above 1. Falls strictly; no hysteresis.
double graphite_potential_V(double stoichiometry);

/// The same with its slope, V per unit of stoichiometry; never positive.
struct GraphitePotential {
    double potential_V = 0;
    double slope_V = 0;
};
GraphitePotential graphite_potential(double stoichiometry);

}  // namespace layerscope
