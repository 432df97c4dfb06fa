#pragma once

namespace layerscope {

/// A property and its slope against the salt concentration.
struct SaltProperty {
    double value = 0;
    double slope_m3_mol = 0;  // of the value, per mol/m3
};

/// 1 M LiPF6 in carbonates: A. Nyman, M. Behm, G. Lindbergh, Electrochim. Acta 53, 6356 (2008), as
/// PyBaMM and BPX use it; a stand-in for the article's EC/DMC/EMC.
inline constexpr double cation_transference = 0.259;
inline constexpr double thermodynamic_factor = 1;  // assumed: Nyman's own would need activity data

SaltProperty conductivity_S_m(double salt_mol_m3);
SaltProperty diffusivity_m2_s(double salt_mol_m3);  // constant outside 1 to 2200 mol/m3

/// Salt that stays above 0: equal to `salt_mol_m3` above a few mol/m3, bending to 1 mol/m3 at 0.
/// Where a logarithm or a root is taken, so that an iterate below 0 has a value.
SaltProperty floored_salt_mol_m3(double salt_mol_m3);

}  // namespace layerscope
