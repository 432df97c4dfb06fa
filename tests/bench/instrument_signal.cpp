#include "tests/bench/instrument_signal.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>

namespace layerscope {
namespace {

constexpr std::int64_t readings_a_step = 4 * 3600 * 1000 / sample_period_ms;
constexpr double mean_current_A = 3.36e-3;  // four fifths of 16.8 mAh in 4 h
constexpr double voltage_noise_V = 3e-4;
constexpr double current_noise_A = 1e-5;
constexpr double volt_steps = 1e4;
constexpr double ampere_steps = 1e6;

/// About graphite's potential against lithium while it takes up current.
double graphite_V(double state_of_charge) {
    return 0.05 + 0.3 * std::exp(-12 * state_of_charge) -
           0.02 * std::tanh(20 * (state_of_charge - 0.5));
}

}  // namespace

LayerSignal::LayerSignal(int layer, Digits digits)
    : layer_{layer}, digits_{digits}, random_{0x9e3779b97f4a7c15U * std::uint64_t(layer)} {}

/// About normal, of deviation 1: four uniform numbers of 16 bits.
double LayerSignal::noise() {
    random_ ^= random_ >> 12U;
    random_ ^= random_ << 25U;
    random_ ^= random_ >> 27U;
    const std::uint64_t bits = random_ * 0x2545f4914f6cdd1dU;
    double sum = 0;
    for (unsigned part = 0; part < 4; ++part) sum += double((bits >> (16 * part)) & 0xffffU);
    return (sum / 65535 - 2) * std::numbers::sqrt3;
}

double LayerSignal::as_written(double value, double steps) const {
    if (digits_ == Digits::decimal) return std::round(value * steps) / steps;
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "%.15g", double(float(value)));
    return std::strtod(text.data(), nullptr);
}

LayerReading LayerSignal::next() {
    const std::int64_t in_step = readings_ % readings_a_step;
    LayerReading reading;
    reading.step = int(readings_ / readings_a_step) + 1;
    reading.in_step_ms = (in_step + 1) * sample_period_ms;
    reading.time_ms = (++readings_) * sample_period_ms;
    const bool lithiates = reading.step % 2 == 1;
    const double done = double(in_step) / double(readings_a_step);
    const double lead = 0.08 * (2.5 - layer_) * std::cos(std::numbers::pi * done);
    const double state_of_charge = 0.05 + 0.8 * (lithiates ? done : 1 - done) + 0.1 * lead;
    const double potential_V = graphite_V(state_of_charge) + (lithiates ? 0 : 0.03);
    const double current_A = (lithiates ? -1 : 1) * mean_current_A * (1 + lead);
    reading.voltage_V = as_written(
        3.9 - 0.4 * (1 - state_of_charge) - potential_V + voltage_noise_V * noise(), volt_steps);
    reading.current_A = as_written(current_A + current_noise_A * noise(), ampere_steps);
    reading.reference_V = as_written(potential_V + voltage_noise_V * noise(), volt_steps);
    return reading;
}

}  // namespace layerscope
