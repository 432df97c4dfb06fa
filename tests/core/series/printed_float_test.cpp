#include "core/series/printed_float.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

namespace layerscope {
namespace {

/// By the C library: what an instrument's program did.
double printed_and_read(float value, int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*g", digits, double(value));
    return std::strtod(text.data(), nullptr);
}

::testing::AssertionResult agrees(float value, int digits) {
    const double ours = printed_float(value, digits);
    const double theirs = printed_and_read(value, digits);
    if (std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(theirs)) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << std::hexfloat << value << " with " << digits
                                         << " digits is " << theirs << ", not " << ours;
}

TEST(PrintedFloat, is_what_the_c_library_prints_and_reads_for_any_bits) {
    std::mt19937_64 random{1};
    for (int i = 0; i < 300'000; ++i) {
        const auto value = std::bit_cast<float>(std::uint32_t(random()));
        if (std::isnan(value)) continue;
        ASSERT_TRUE(agrees(value, 1 + i % digits_of_double));
    }
}

TEST(PrintedFloat, is_exact_for_readings_of_instruments) {
    std::mt19937_64 random{2};
    std::uniform_real_distribution<double> exponent{-9, 5};
    for (int i = 0; i < 300'000; ++i) {
        const auto value = float(std::pow(10, exponent(random)) * (i % 2 == 0 ? 1 : -1));
        for (const int digits : {15, 14, 9, 7}) ASSERT_TRUE(agrees(value, digits));
    }
}

TEST(PrintedFloat, rounds_a_half_to_even_and_what_is_nearly_a_half_to_its_side) {
    // k + 1/2 and its neighbours, at each place where a digit can end: 2.5, 0.125, 1000000.5 …
    for (int digits = 1; digits <= digits_of_double; ++digits) {
        for (int shift = 0; shift < 30; ++shift) {
            for (int odd = 1; odd < 4096; odd += 2) {
                const auto half = float(std::ldexp(odd, -shift));
                ASSERT_TRUE(agrees(half, digits));
                ASSERT_TRUE(agrees(std::nextafter(half, 1e9F), digits));
            }
        }
    }
}

TEST(PrintedFloat, is_exact_around_powers_of_ten) {
    for (int exponent = -45; exponent <= 38; ++exponent) {
        auto value = std::strtof(("1e" + std::to_string(exponent)).c_str(), nullptr);
        for (int i = 0; i < 3; ++i) value = std::nextafter(value, 0.0F);
        for (int i = 0; i < 6; ++i, value = std::nextafter(value, 1e38F)) {
            for (int digits = 1; digits <= digits_of_double; ++digits) {
                ASSERT_TRUE(agrees(value, digits));
                ASSERT_TRUE(agrees(-value, digits));
            }
        }
    }
}

TEST(PrintedFloat, leaves_zeros_and_infinities_as_they_are) {
    EXPECT_FALSE(std::signbit(printed_float(0.0F, 15)));
    EXPECT_TRUE(std::signbit(printed_float(-0.0F, 15)));
    EXPECT_EQ(printed_float(-std::numeric_limits<float>::infinity(), 15),
              -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(printed_float(std::numeric_limits<float>::quiet_NaN(), 9)));
}

TEST(PrintedFloat, is_the_captured_voltage_of_an_instrument) {
    EXPECT_EQ(printed_float(3.67806983F, 14), 3.6780698299408);
    EXPECT_EQ(printed_float(-0.00029505146F, 15), -0.000295051460852847);
}

}  // namespace
}  // namespace layerscope
