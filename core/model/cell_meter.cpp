#include "core/model/cell_meter.h"

#include <cmath>
#include <string>

#include "core/base/hash.h"
#include "core/base/quantity.h"
#include "core/model/simulated_truth.h"

namespace layerscope {
namespace {

enum class Meter : std::uint64_t { voltage = 1, current, reference };

/// Which reading a piece of noise belongs to.
struct Reading {
    std::uint64_t seed;
    std::uint64_t layer;
    std::uint64_t seqid;
};

/// About normal, standard deviation 1: a sum of uniform numbers, from the reading alone.
double noise(const Reading& at, Meter meter) {
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

double rounded(double value, double step) {
    return step > 0 ? step * std::round(value / step) : value;
}

/// The cycler's word. Charge is what its sign calls so: against lithium, the delithiation.
const char* word_of(StepKind kind) {
    switch (kind) {
        case StepKind::lithiate:
            return "dc";
        case StepKind::delithiate:
            return "cc";
        case StepKind::hold:
            return "cv";
        case StepKind::rest:
            break;
    }
    return "rest";
}

bool is_open(const ProtocolStep& step) {
    return step.kind == StepKind::rest && step.leads == Leads::open;
}

}  // namespace

CellMeter::CellMeter(const CellDesign& design, const Protocol& protocol,
                     const MeterSettings& settings)
    : settings_{settings}, steps_{protocol.steps} {
    for (const LayerDesign& layer : design.layers) channels_.push_back({layer.reference, 0, 0, 0});
}

std::vector<TimedRow> CellMeter::read(const SimulatedMoment& moment) {
    ++seqid_;
    count(moment, moment.step != step_);
    std::vector<TimedRow> rows;
    rows.reserve(channels_.size());
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        rows.push_back({moment.cell.time_s, recorded(moment, i)});
    }
    return rows;
}

void CellMeter::count(const SimulatedMoment& moment, bool new_step) {
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        const LayerMoment& layer = moment.cell.layers[i];
        Channel& channel = channels_[i];
        const double power_W = std::abs(layer.terminal_V * layer.current_A);
        if (new_step) {
            channel.start_C = layer.charge_C;
            channel.energy_J = 0;
        } else {
            channel.energy_J += (power_W + channel.power_W) / 2 * (moment.cell.time_s - time_s_);
        }
        channel.power_W = power_W;
    }
    step_ = moment.step;
    time_s_ = moment.cell.time_s;
}

RecordedRow CellMeter::recorded(const SimulatedMoment& moment, std::size_t index) const {
    const LayerMoment& layer = moment.cell.layers[index];
    const Channel& channel = channels_[index];
    const ProtocolStep& step = steps_[std::size_t(moment.step)];
    const Reading at{settings_.seed, index + 1, std::uint64_t(seqid_)};
    const auto potential_V = [&](double true_V, Meter meter) {
        if (settings_.seed == 0) return as_kept(true_V);
        const double read_V = true_V + settings_.voltage_noise_V * noise(at, meter);
        return as_kept(rounded(read_V, settings_.voltage_step_V));
    };
    const double current_A =
        layer.current_A + settings_.current_noise_A * noise(at, Meter::current);
    const double charge_C = std::abs(layer.charge_C - channel.start_C);
    RecordedRow row;
    row.seqid = seqid_;
    row.stepid = moment.step + 1;
    row.cycleid = 1;
    row.steptype = word_of(step.kind);
    row.testtime_ms = std::llround(moment.step_time_s * 1e3);
    row.voltage_V = potential_V(layer.terminal_V, Meter::voltage);
    row.current_A = is_open(step) ? 0 : as_kept(0 - current_A);
    row.capacity_Ah = as_kept((charge_C * units::C).in(units::Ah));
    row.energy_Wh = as_kept(channel.energy_J / 3600);
    if (channel.reference) {
        row.aux.push_back({"V1", potential_V(layer.potential_V, Meter::reference)});
    }
    if (settings_.truth == MeterSettings::Truth::recorded) {
        for (AuxValue& truth : simulated_truth(layer)) row.aux.push_back(std::move(truth));
    }
    return row;
}

}  // namespace layerscope
