#include "core/base/quantity.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace layerscope {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};

TEST(Quantity, divides_a_current_by_a_face_into_an_areal_current_density) {
    const CurrentDensity j = (30 * units::mA) / (16 * units::cm2);
    EXPECT_DOUBLE_EQ(j.in(units::mA_per_cm2), 1.875);
}

TEST(Quantity, keeps_charge_energy_and_resistance_consistent) {
    EXPECT_DOUBLE_EQ(((2 * units::A) * (30 * units::min)).in(units::Ah), 1.0);
    EXPECT_DOUBLE_EQ(((1 * units::Ah) * (3.7 * units::V)).in(units::Wh), 3.7);
    EXPECT_DOUBLE_EQ(((1 * units::V) / (2 * units::mA)).in(units::ohm), 500.0);
}

TEST(Quantity, refuses_other_dimensions_and_bare_numbers) {
    static_assert(Addable<Current, Current>);
    static_assert(!Addable<Current, Charge>);
    static_assert(!Addable<Current, double>);
    static_assert(!std::is_convertible_v<double, Current>);
    static_assert(!std::is_constructible_v<Current, Charge>);
}

TEST(Quantity, compares_and_accumulates) {
    Charge sum;
    sum += 1 * units::mAh;
    sum -= 0.5 * units::mAh;
    EXPECT_EQ(sum, 0.5 * units::mAh);
    EXPECT_LT(-sum, sum);
    EXPECT_DOUBLE_EQ((16.8 * units::mAh) / (8.4 * units::mAh), 2.0);
}

}  // namespace
}  // namespace layerscope
