#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/lithiation_rate.h"
#include "core/analysis/run_analysis.h"
#include "core/cell/station.h"
#include "core/store/run_file.h"

namespace layerscope {

/// Raised whenever the same rows give other numbers or another state.
inline constexpr std::int64_t fold_version = 1;

/// All that is known of a run from the rows so far: one object beside a recording, in the window
/// and in review. Its state can be stored and taken up again, exactly.
class RunFolds {
  public:
    explicit RunFolds(const Station& station);
    explicit RunFolds(RunSetup setup);

    RunAnalysis& analysis() { return analysis_; }
    const RunAnalysis& analysis() const { return analysis_; }

    /// As `RunAnalysis::add`, with the folds beside it.
    LayerPoint add(int layer, const RecordedRow& row);

    /// The newest point of a layer; nullopt before its first row.
    const std::optional<LayerPoint>& newest(int layer) const { return at(layer).newest; }
    /// Test time of the layer's newest row at or below 0 V.
    std::optional<double> last_at_zero_s(int layer) const { return at(layer).last_at_zero_s; }
    /// A row of the layer carried its reference.
    bool reference_seen(int layer) const { return at(layer).reference_seen; }
    /// Mean rate of the lithiation in units of 1C; nullopt before it begins.
    std::optional<double> rate() const { return rate_.rate(); }
    /// The newest combined point that was taken by `take_spread`.
    const std::optional<SpreadPoint>& newest_spread() const { return newest_spread_; }
    /// As `RunAnalysis::take_spread`.
    std::vector<SpreadPoint> take_spread();

    /// The state, with the position of each layer and the newest event that is in it. Crossings and
    /// combined points that wait to be taken are not part of it: whoever stores it has taken and
    /// stored those. Nor is the end, since rows may follow on a stored state.
    FoldState save(std::int64_t newest_event_id) const;
    /// Takes up a stored state; false, and nothing is changed, where it is of other folds or of
    /// another cell. Hostile bytes are such a state.
    bool load(const FoldState& state);
    /// The newest event that the loaded state knows; 0 without one.
    std::int64_t newest_event_id() const { return newest_event_id_; }

  private:
    struct Layer {
        std::optional<LayerPoint> newest;
        std::optional<double> last_at_zero_s;
        bool reference_seen = false;

        template <class Self, class Archive>
        static void fields(Self& own, Archive& archive) {
            archive(own.newest, own.last_at_zero_s, own.reference_seen);
        }
    };
    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.analysis_, own.rate_, std::span{own.layers_}, own.newest_spread_);
    }
    const Layer& at(int layer) const { return layers_.at(std::size_t(layer) - 1); }
    bool is_possible() const;

    RunAnalysis analysis_;
    LithiationRate rate_;
    std::vector<Layer> layers_;
    std::optional<SpreadPoint> newest_spread_;
    std::int64_t newest_event_id_ = 0;
};

}  // namespace layerscope
