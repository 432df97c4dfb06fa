#pragma once
#include <cstdint>
#include <vector>

#include "core/acquire/timed_row.h"
#include "core/cell/cell_design.h"
#include "core/model/simulation.h"

namespace layerscope {

/// How a simulated cell is measured.
struct MeterSettings {
    /// Of the noise, which is hashed from seed, layer, seqid and meter. 0: exact values, only
    /// rounded to float as cyclers keep them.
    std::uint64_t seed = 0;
    // White noise, standard deviations: our assumption for the 5 V and 100 mA ranges of a battery
    // cycler. Steps of 0.1 mV are what Neware's 4000 series stores.
    double voltage_noise_V = 0.3e-3;  // of reference potentials too
    double voltage_step_V = 0.1e-3;
    double current_noise_A = 10e-6;

    enum class Truth { hidden, recorded };
    Truth truth = Truth::hidden;  // auxiliary values that no cycler has, see simulated_truth.h
};

/// Turns the moments of a simulated test into what each layer's channel records. The channel sees
/// its lead against lithium before the separator, so that lithiation is discharge: its current is
/// negative, the word of its step `dc`; `cc` while delithiated, `cv` while a potential is held,
/// `rest`. Over a joined bus the layers exchange current at rest, and the channels record it; an
/// open lead has none. Capacity (the magnitude of what has passed) and energy count from the start
/// of a step. A layer with a reference electrode carries its potential as `V1`.
class CellMeter {
  public:
    CellMeter(const CellDesign& design, const Protocol& protocol, const MeterSettings& settings);

    /// The rows recorded at `moment`, of layer k at k - 1; moments in the order of the test.
    /// Without the cycler's wall time, as nobody has said when the test began.
    std::vector<TimedRow> read(const SimulatedMoment& moment);

  private:
    /// Counters of one channel since the start of the step.
    struct Channel {
        bool reference = false;
        double start_C = 0;
        double energy_J = 0;
        double power_W = 0;  // at the moment before
    };

    RecordedRow recorded(const SimulatedMoment& moment, std::size_t index) const;
    void count(const SimulatedMoment& moment, bool new_step);

    MeterSettings settings_;
    std::vector<ProtocolStep> steps_;
    std::vector<Channel> channels_;
    std::int64_t seqid_ = 0;
    int step_ = -1;
    double time_s_ = 0;
};

}  // namespace layerscope
