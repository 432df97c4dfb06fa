#include "core/model/electrolyte.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace layerscope {
namespace {

constexpr std::array salts_mol_m3{3.0, 120.0, 800.0, 1000.0, 1500.0, 2100.0, 2500.0};

// Computed apart from this program, with the same published polynomials.
TEST(Electrolyte, conducts_and_diffuses_as_published) {
    EXPECT_NEAR(conductivity_S_m(1000).value, 0.94870, 5e-6);
    EXPECT_NEAR(conductivity_S_m(250).value, 0.25 * (0.1297 * 0.0625 - 2.51 * 0.5 + 3.329), 1e-12);
    EXPECT_NEAR(diffusivity_m2_s(1000).value, 1.7694e-10, 5e-15);
    EXPECT_NEAR(diffusivity_m2_s(1500).value, 8.8265e-11, 5e-16);
}

TEST(Electrolyte, has_the_slopes_of_its_properties) {
    for (const double salt : salts_mol_m3) {
        const double h = 1e-4 * salt;
        const auto slope = [&](auto property) {
            return (property(salt + h).value - property(salt - h).value) / (2 * h);
        };
        for (const auto property : {conductivity_S_m, diffusivity_m2_s, floored_salt_mol_m3}) {
            const double expected = slope(property);
            EXPECT_NEAR(property(salt).slope_m3_mol, expected, 1e-6 * std::abs(expected) + 1e-20)
                << "at " << salt;
        }
    }
}

TEST(Electrolyte, diffuses_no_slower_beyond_the_measured_range) {
    EXPECT_EQ(diffusivity_m2_s(5000).value, diffusivity_m2_s(2200).value);
    EXPECT_EQ(diffusivity_m2_s(-10).value, diffusivity_m2_s(1).value);
    EXPECT_GT(diffusivity_m2_s(5000).value, 0);
}

TEST(Electrolyte, keeps_its_floored_salt_above_zero_and_unchanged_where_there_is_enough) {
    EXPECT_NEAR(floored_salt_mol_m3(1000).value, 1000, 1e-3 + 1e-9);
    EXPECT_DOUBLE_EQ(floored_salt_mol_m3(0).value, 1);
    EXPECT_GT(floored_salt_mol_m3(-50).value, 0);
}

}  // namespace
}  // namespace layerscope
