#include "core/model/electrolyte.h"

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

constexpr double mol_m3_per_M = 1000;

}  // namespace

SaltProperty conductivity_S_m(double salt_mol_m3) {
    const double salt_M = salt_mol_m3 / mol_m3_per_M;
    const double root = std::sqrt(salt_M);
    const double square = salt_M * salt_M;
    return {(0.1297 * square - 2.51 * root + 3.329) * salt_M,
            (3 * 0.1297 * square - 1.5 * 2.51 * root + 3.329) / mol_m3_per_M};
}

SaltProperty diffusivity_m2_s(double salt_mol_m3) {
    constexpr double least_M = 0.001;
    constexpr double most_M = 2.2;
    const double given_M = salt_mol_m3 / mol_m3_per_M;
    const double salt_M = std::clamp(given_M, least_M, most_M);
    const double slope = given_M == salt_M ? 2 * 8.794e-11 * salt_M - 3.972e-10 : 0;
    return {(8.794e-11 * salt_M - 3.972e-10) * salt_M + 4.862e-10, slope / mol_m3_per_M};
}

SaltProperty floored_salt_mol_m3(double salt_mol_m3) {
    constexpr double bend_mol_m3 = 2;
    const double root = std::sqrt(salt_mol_m3 * salt_mol_m3 + bend_mol_m3 * bend_mol_m3);
    return {(salt_mol_m3 + root) / 2, (1 + salt_mol_m3 / root) / 2};
}

}  // namespace layerscope
