#include "core/analysis/run_analysis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/acquire/step_clock.h"
#include "core/analysis/capacity.h"
#include "core/analysis/current_density.h"
#include "core/analysis/layer_merge.h"
#include "core/analysis/state_bytes.h"
#include "core/analysis/state_of_charge.h"
#include "core/analysis/zero_crossing.h"

namespace layerscope {
namespace {

// A value stands for its layer during three recording intervals or three polls, the longer of both.
constexpr double fresh_intervals = 3;

struct LayerFold {
    StepClock clock;
    ChargeIntegral integral;
    DeviceCount device;
    ZeroCrossingFlag flag;
    std::optional<std::string> reference_field;
    double recording_interval_s = 0;
    double last_time_s = 0;
    double peak_current_density_A_m2 = 0;

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.clock, own.integral, own.device, own.flag, own.recording_interval_s,
                own.last_time_s, own.peak_current_density_A_m2);
    }
};

std::vector<Charge> capacities_of(const CellDesign& design) {
    std::vector<Charge> capacities;
    for (const LayerDesign& layer : design.layers) capacities.push_back(layer.theoretical_capacity);
    return capacities;
}

std::size_t index_of(int layer) {
    return std::size_t(layer) - 1;
}

}  // namespace

struct RunAnalysis::State {
    explicit State(RunSetup run)
        : setup{std::move(run)},
          folds(setup.design.layer_count()),
          merge{capacities_of(setup.design)} {
        const std::size_t given = std::min(folds.size(), setup.reference_fields.size());
        for (std::size_t i = 0; i < given; ++i) {
            folds[i].reference_field = setup.reference_fields[i];
        }
    }

    LayerPoint point_of(int layer, const RecordedRow& row);
    LayerSummary summary_of(int layer) const;

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(std::span{own.folds}, own.merge);
    }

    RunSetup setup;
    std::vector<LayerFold> folds;
    LayerMerge merge;
    std::vector<ZeroCrossing> crossings;
};

LayerPoint RunAnalysis::State::point_of(int layer, const RecordedRow& row) {
    LayerFold& fold = folds.at(index_of(layer));
    const LayerDesign& design = setup.design.layer(layer);
    const StepTime time = fold.clock.advance(row);
    const double current_A = setup.sign * row.current_A;
    fold.integral.add(row.seqid, time, current_A);
    fold.device.add(time, current_A, row.capacity_Ah);

    LayerPoint point;
    point.layer = layer;
    point.seqid = row.seqid;
    point.time_s = double(time.total_ms) / 1000.0;
    point.voltage_V = row.voltage_V;
    point.current_A = current_A;
    point.current_density_A_m2 = current_density(current_A * units::A, design.area).si();
    point.charge_C = fold.integral.charge_C();
    point.soc = state_of_charge(point.charge_C * units::C, design.theoretical_capacity);
    point.potential_V = reference_potential_V(row, fold.reference_field);
    point.after_gap = fold.integral.after_gap();
    point.rests = row.steptype == "rest";
    return point;
}

LayerSummary RunAnalysis::State::summary_of(int layer) const {
    const LayerFold& fold = folds.at(index_of(layer));
    LayerSummary summary;
    summary.layer = layer;
    summary.rows = fold.integral.rows();
    summary.missing_rows = fold.integral.missing_rows();
    summary.charge_C = fold.integral.charge_C();
    summary.absolute_charge_C = fold.integral.absolute_charge_C();
    summary.soc = state_of_charge(summary.charge_C * units::C,
                                  setup.design.layer(layer).theoretical_capacity);
    summary.peak_current_density_A_m2 = fold.peak_current_density_A_m2;
    summary.device_charge_C = fold.device.charge_C();
    summary.last_time_s = fold.last_time_s;
    summary.min_potential_V = fold.flag.min_potential_V();
    summary.first_below_0V = fold.flag.first();
    return summary;
}

RunAnalysis::RunAnalysis(RunSetup setup) : state_{std::make_unique<State>(std::move(setup))} {}
RunAnalysis::~RunAnalysis() = default;
RunAnalysis::RunAnalysis(RunAnalysis&&) noexcept = default;
RunAnalysis& RunAnalysis::operator=(RunAnalysis&&) noexcept = default;

void RunAnalysis::set_offset_ms(int layer, std::int64_t offset_ms) {
    state_->folds.at(index_of(layer)).clock = StepClock{offset_ms};
}

void RunAnalysis::set_first_seqid(int layer, std::int64_t first_seqid) {
    state_->folds.at(index_of(layer)).integral = ChargeIntegral{first_seqid};
}

LayerPoint RunAnalysis::add(int layer, const RecordedRow& row) {
    const LayerPoint point = state_->point_of(layer, row);
    LayerFold& fold = state_->folds.at(index_of(layer));
    if (std::abs(point.current_density_A_m2) > std::abs(fold.peak_current_density_A_m2)) {
        fold.peak_current_density_A_m2 = point.current_density_A_m2;
    }
    if (auto crossing = fold.flag.add(point)) state_->crossings.push_back(*crossing);

    // A step's last row and the next one's first may share their time; that is no interval.
    const double interval_s = point.time_s - fold.last_time_s;
    const bool is_interval = fold.integral.rows() > 1 && !point.after_gap && interval_s > 0;
    if (is_interval) fold.recording_interval_s = interval_s;
    fold.last_time_s = point.time_s;
    const double fresh_s =
        fresh_intervals * std::max(fold.recording_interval_s, state_->setup.poll_s);
    state_->merge.add(layer, {point.time_s, point.charge_C, point.current_A, point.time_s + fresh_s,
                              point.after_gap});
    return point;
}

std::vector<ZeroCrossing> RunAnalysis::take_crossings() {
    return std::exchange(state_->crossings, {});
}

void RunAnalysis::set_away(int layer, double from_time_s, std::optional<double> to_time_s) {
    state_->merge.set_away(layer, from_time_s, to_time_s);
}

void RunAnalysis::finish() {
    state_->merge.finish();
}

std::vector<SpreadPoint> RunAnalysis::take_spread() {
    return state_->merge.take();
}

double RunAnalysis::watermark_s() const {
    return state_->merge.watermark_s();
}

std::optional<double> RunAnalysis::newest_s(int layer) const {
    return state_->merge.newest_s(layer);
}

std::int64_t RunAnalysis::last_seqid(int layer) const {
    return state_->folds.at(index_of(layer)).integral.last_seqid();
}

std::optional<double> RunAnalysis::away_since_s(int layer) const {
    return state_->merge.away_since_s(layer);
}

const RunSetup& RunAnalysis::setup() const {
    return state_->setup;
}

void RunAnalysis::fields(const RunAnalysis& own, StateWriter& archive) {
    State::fields(std::as_const(*own.state_), archive);
}

void RunAnalysis::fields(RunAnalysis& own, StateReader& archive) {
    State::fields(*own.state_, archive);
}

bool RunAnalysis::is_possible() const {
    if (!state_->merge.is_possible()) return false;
    int layer = 0;
    return std::all_of(state_->folds.begin(), state_->folds.end(), [&](const LayerFold& fold) {
        ++layer;
        const ChargeIntegral& integral = fold.integral;
        const bool in_order = integral.first_seqid() > 0 && integral.rows() >= 0 &&
                              integral.last_seqid() >= integral.first_seqid() - 1;
        return in_order && (!fold.flag.first() || fold.flag.first()->layer == layer);
    });
}

RunSummary RunAnalysis::summary() const {
    RunSummary summary;
    std::vector<double> charge_C;
    std::vector<double> soc;
    std::vector<double> clipped_soc;
    for (int layer = 1; layer <= int(state_->folds.size()); ++layer) {
        summary.layers.push_back(state_->summary_of(layer));
        charge_C.push_back(summary.layers.back().charge_C);
        soc.push_back(summary.layers.back().soc);
        clipped_soc.push_back(clipped_state_of_charge(soc.back()));
        summary.charge_C += charge_C.back();
    }
    summary.raw = heterogeneity(soc);
    summary.clipped = heterogeneity(clipped_soc);
    summary.share_layer1 = share_of_first(charge_C);
    return summary;
}

}  // namespace layerscope
