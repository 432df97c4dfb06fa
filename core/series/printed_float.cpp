#include "core/series/printed_float.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace layerscope {
namespace {

// Powers of ten from 10^-15 on; those from 10^0 to 10^22 are exact.
constexpr int least_power = -15;
constexpr int greatest_exact_power = 22;
constexpr std::array<double, 38> powers{
    1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3,
    1e-2,  1e-1,  1e0,   1e1,   1e2,   1e3,   1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10,
    1e11,  1e12,  1e13,  1e14,  1e15,  1e16,  1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr double power_of_ten(int exponent) {
    return powers[std::size_t(exponent - least_power)];
}

// Where the table of powers and whole numbers below 2^53 reach.
constexpr int least_exponent = -50;
constexpr int greatest_exponent = 49;
constexpr int most_exact_digits = 15;

double by_printing(float value, int digits) {
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), double(value),
                                   std::chars_format::general, digits)
                         .ptr;
    double read = 0;
    std::from_chars(text.data(), end, read);
    return read;
}

/// Exponent of the first digit of a magnitude whose binary exponent is known.
int first_digit(double magnitude, int binary_exponent) {
    // 78913 / 2^18 is log10(2), near enough for the exponents of floats.
    const int guess = (binary_exponent * 78913) >> 18;
    return guess + int(magnitude >= power_of_ten(guess + 1));
}

/// magnitude * power, whole, half to even, as printing rounds: of the exact product.
double rounded_product(double magnitude, double power) {
    constexpr double to_whole = 0x1.8p52;  // adding it leaves no place for a fraction
    const double product = magnitude * power;
    const double whole = (product + to_whole) - to_whole;
    const double rest = product - whole;
    if (std::abs(rest) != 0.5) return whole;
    // The product itself was rounded: only what it lost tells a half from nearly a half.
    const double lost = std::fma(magnitude, power, -product);
    if (rest > 0 && lost > 0) return whole + 1;
    if (rest < 0 && lost < 0) return whole - 1;
    return whole;
}

}  // namespace

double printed_float(float value, int digits) {
    if (value == 0 || !std::isfinite(value) || digits >= digits_of_double) return double(value);
    const int exponent = int(std::bit_cast<std::uint32_t>(value) >> 23U & 0xffU) - 127;
    if (exponent < least_exponent || exponent > greatest_exponent || digits > most_exact_digits) {
        return by_printing(value, digits);
    }
    const double magnitude = std::abs(double(value));
    const int decimals = digits - 1 - first_digit(magnitude, exponent);
    if (decimals < 0 || decimals > greatest_exact_power) return by_printing(value, digits);
    const double power = power_of_ten(decimals);
    // Both are exact, so the quotient is the double nearest to the decimal number.
    return std::copysign(rounded_product(magnitude, power) / power, double(value));
}

}  // namespace layerscope
