#include "hw/simulator/simulated_cell.h"

#include <fmt/format.h>

#include <cmath>

#include "core/model/layer_ladder.h"
#include "hw/simulator/hash.h"

namespace layerscope {
namespace {

constexpr double voltage_noise_V = 20e-6;
constexpr double current_noise_A = 2e-6;

enum class Meter : std::uint64_t { voltage = 1, current, reference };

/// Which measurement a piece of noise belongs to.
struct Measurement {
    std::uint64_t seed;
    std::uint64_t layer;
    std::uint64_t seqid;
};

/// About normal, standard deviation 1: a sum of uniform numbers, from the measurement alone.
double noise(const Measurement& at, Meter meter) {
    if (at.seed == 0) return 0;
    constexpr int terms = 12;  // their variances of 1/12 add up to 1
    double sum = 0;
    for (int i = 0; i < terms; ++i) {
        Hash hash;
        hash.add(at.seed).add(at.layer).add(at.seqid).add(std::uint64_t(meter)).add(i);
        sum += double(hash.value() >> 11U) * 0x1p-53 - 0.5;
    }
    return sum;
}

double as_kept(double value) {
    return double(float(value));
}

int step_of(LadderPhase phase) {
    return int(phase) + 1;
}

/// Turns the ladder's records into one layer's rows.
class LayerRecorder {
  public:
    LayerRecorder(std::uint64_t seed, std::size_t layer, bool reference)
        : seed_{seed}, layer_{layer}, reference_{reference} {}

    SimulatedRow row(const LadderRecord& record, std::uint64_t seqid) {
        const LadderLayer& layer = record.layers[layer_];
        count(record, layer);
        const Measurement at{seed_, layer_ + 1, seqid};
        const bool rests = record.phase != LadderPhase::lithiation;
        SimulatedRow row;
        row.total_time_s = record.total_time_s;
        row.step = step_of(record.phase);
        row.cycle = 1;
        row.step_type = rests ? "rest" : "dc";
        row.step_time_ms = std::llround(record.phase_time_s * 1e3);
        row.voltage_V = as_kept(layer.terminal_V + voltage_noise_V * noise(at, Meter::voltage));
        row.current_A =
            rests ? 0 : as_kept(-layer.current_A + current_noise_A * noise(at, Meter::current));
        row.capacity_Ah = rests ? 0 : as_kept(std::abs(layer.charge_C - start_C_) / 3600);
        row.energy_Wh = as_kept(energy_J_ / 3600);
        if (reference_) {
            const double potential_V =
                layer.potential_V + voltage_noise_V * noise(at, Meter::reference);
            row.aux.push_back(as_kept(potential_V));
        }
        return row;
    }

  private:
    /// Capacity and energy count from the start of a step.
    void count(const LadderRecord& record, const LadderLayer& layer) {
        const double power_W = std::abs(layer.terminal_V * layer.current_A);
        if (record.phase_time_s == 0) {
            start_C_ = layer.charge_C;
            energy_J_ = 0;
        } else {
            energy_J_ += (power_W + last_power_W_) / 2 * (record.total_time_s - last_s_);
        }
        last_power_W_ = power_W;
        last_s_ = record.total_time_s;
    }

    std::uint64_t seed_;
    std::size_t layer_;
    bool reference_;
    double start_C_ = 0;
    double energy_J_ = 0;
    double last_power_W_ = 0;
    double last_s_ = 0;
};

}  // namespace

std::vector<SimulatedTest> simulate_cell(const CellDesign& design, double c_rate,
                                         std::uint64_t noise_seed) {
    const std::vector<LadderRecord> records = run_ladder(design, c_rate);
    std::vector<SimulatedTest> tests;
    for (std::size_t k = 0; k < design.layer_count(); ++k) {
        SimulatedTest test;
        test.barcode = fmt::format("{}-L{}", design.name, k + 1);
        const bool reference = design.layers[k].reference;
        if (reference) test.aux_names = {"V1"};
        LayerRecorder recorder{noise_seed, k, reference};
        for (const LadderRecord& record : records) {
            test.rows.push_back(recorder.row(record, test.rows.size() + 1));
        }
        tests.push_back(std::move(test));
    }
    return tests;
}

}  // namespace layerscope
