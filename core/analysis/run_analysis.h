#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/reading.h"
#include "core/analysis/heterogeneity.h"
#include "core/cell/cell_design.h"

namespace layerscope {

class StateReader;
class StateWriter;

/// What the folds need to know of a run before its first row.
struct RunSetup {
    CellDesign design;
    double sign = -1;  // turns a current as received into ours (lithiation positive)
    std::vector<std::optional<std::string>> reference_fields;  // of layer k at k - 1
    double poll_s = 1;  // a value older than three polls (or three recording intervals) is none
};

/// One row of one layer, analysed. SI units; lithiation positive.
struct LayerPoint {
    int layer = 0;
    std::int64_t seqid = 0;
    double time_s = 0;  // device test time on the clock of the run
    double voltage_V = 0;
    double current_A = 0;
    double current_density_A_m2 = 0;
    double charge_C = 0;  // since the start of the run
    double soc = 0;       // charge / theoretical capacity; may be negative or exceed 1
    std::optional<double> potential_V;  // against the layer's reference
    bool after_gap = false;             // nothing is known between the row before and this one
    bool rests = false;  // the cycler drives no current; joined layers may still exchange some

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.layer, own.seqid, own.time_s, own.voltage_V, own.current_A,
                own.current_density_A_m2, own.charge_C, own.soc, own.potential_V, own.after_gap,
                own.rests);
    }
};

/// All layers at one moment of device time at which some layer has a row. There is a point only
/// where every layer of the design takes part and its last row up to then is fresh; nothing is
/// interpolated.
struct SpreadPoint {
    double time_s = 0;
    Heterogeneity raw;                // of the states of charge as they are
    Heterogeneity clipped;            // of the same, limited to [0, 1]
    double share_layer1 = 0;          // charge of layer 1 / charge of all; NaN while all is ~0
    double current_share_layer1 = 0;  // the same for the current
    /// Directly before it some layer was missing (away, stale, or its rows are not there): nothing
    /// may be drawn from the point before to this one. True of a first point that had to wait.
    bool after_gap = false;

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.time_s, own.raw, own.clipped, own.share_layer1, own.current_share_layer1,
                own.after_gap);
    }
};

/// A layer's potential at or below 0 V on a fresh, valid row for the first time.
struct ZeroCrossing {
    int layer = 0;
    std::int64_t seqid = 0;
    double time_s = 0;
    double potential_V = 0;
    double charge_C = 0;

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.layer, own.seqid, own.time_s, own.potential_V, own.charge_C);
    }
};

struct LayerSummary {
    int layer = 0;
    std::int64_t rows = 0;
    std::int64_t missing_rows = 0;
    double charge_C = 0;           // signed
    double absolute_charge_C = 0;  // integral of |I|
    double soc = 0;
    double peak_current_density_A_m2 = 0;  // of the largest magnitude, signed
    double device_charge_C = 0;  // the cycler's own count of the same, signed; for comparison only
    double last_time_s = 0;
    std::optional<double> min_potential_V;
    std::optional<ZeroCrossing> first_below_0V;
};

struct RunSummary {
    std::vector<LayerSummary> layers;
    double charge_C = 0;
    Heterogeneity raw;  // of the layers' final states of charge
    Heterogeneity clipped;
    double share_layer1 = 0;
};

/// Every analysis of a run as one fold over its rows, the same live and after, bit for bit.
///
/// Each layer's rows come in seqid order; the layers may interleave in any way. What concerns one
/// layer is known at once. What combines layers follows in the order (device time, layer, seqid) as
/// soon as every layer that takes part has come that far, so that it does not depend on how the
/// layers' pages interleaved.
class RunAnalysis {
  public:
    explicit RunAnalysis(RunSetup setup);
    ~RunAnalysis();
    RunAnalysis(RunAnalysis&&) noexcept;
    RunAnalysis& operator=(RunAnalysis&&) noexcept;

    /// Start of the layer's own clock on that of the run; before its first row.
    void set_offset_ms(int layer, std::int64_t offset_ms);

    /// Where the layer's rows begin in this run, when a predecessor has those before; before its
    /// first row. They are not missing here, and charge counts from that row on.
    void set_first_seqid(int layer, std::int64_t first_seqid);

    /// A row with a larger seqid than the layer's row before.
    LayerPoint add(int layer, const RecordedRow& row);

    /// Layers whose potential went to or below 0 V for the first time since the last call.
    std::vector<ZeroCrossing> take_crossings();

    /// Without `to_time_s` the layer is away from `from_time_s` on and the others no longer wait
    /// for it; with it, it takes part again after `to_time_s`. Its rows in between count for itself
    /// only. A second call with the same `from_time_s` replaces the first. May come before or after
    /// the rows it concerns, as long as neither time lies before the watermark.
    void set_away(int layer, double from_time_s, std::optional<double> to_time_s);

    /// No more rows will come: nobody waits for anybody.
    void finish();

    /// The combined points that became known since the last call, in order.
    std::vector<SpreadPoint> take_spread();

    /// Device time before which the combined points are known; 0 before the first row.
    double watermark_s() const;
    /// Newest device time of a layer; nullopt before its first row.
    std::optional<double> newest_s(int layer) const;

    /// The layer's newest row; one before its first where there is none.
    std::int64_t last_seqid(int layer) const;
    /// Since when the layer is away; nullopt while it takes part.
    std::optional<double> away_since_s(int layer) const;

    RunSummary summary() const;

    const RunSetup& setup() const;

    /// Its state, but for the setup, for what waits to be taken, and for the end: take first.
    static void fields(const RunAnalysis& own, StateWriter& archive);
    static void fields(RunAnalysis& own, StateReader& archive);
    /// Whether a state that was read can be one, as far as anything would go astray by it.
    bool is_possible() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace layerscope
