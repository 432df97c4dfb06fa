#pragma once
#include <cstdint>

namespace layerscope {

/// How an instrument writes its numbers.
enum class Digits {
    decimal,  // volts with 4 decimals, amperes with 6
    single,   // floats printed with 15 significant digits, as a cycler's rows carry them
};

inline constexpr std::int64_t sample_period_ms = 10;

/// What a layer's channel shows at one moment, currents as received.
struct LayerReading {
    int step = 1;                 // charge and discharge in turn, from 1
    std::int64_t in_step_ms = 0;  // since the start of the step
    std::int64_t time_ms = 0;     // since the start of the test
    double voltage_V = 0;
    double current_A = 0;
    double reference_V = 0;
};

/// The noisy readings of one layer at 100 Hz, the same on every machine: 4 h of lithiation and 4 h
/// of delithiation in turn, by a formula of the right size and nothing more.
class LayerSignal {
  public:
    LayerSignal(int layer, Digits digits);

    LayerReading next();

  private:
    double noise();
    double as_written(double value, double steps) const;

    int layer_;
    Digits digits_;
    std::uint64_t random_;
    std::int64_t readings_ = 0;
};

}  // namespace layerscope
