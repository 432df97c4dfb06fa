#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "core/analysis/run_analysis.h"
#include "core/base/quantity.h"

namespace layerscope {

/// What the combination of the layers needs of one row.
struct MergeRow {
    double time_s = 0;
    double charge_C = 0;
    double current_A = 0;
    double fresh_until_s = 0;  // from then on the value is too old to stand for its layer
    bool after_gap = false;    // rows of the layer are missing directly before

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.time_s, own.charge_C, own.current_A, own.fresh_until_s, own.after_gap);
    }
};

/// Rows of one layer that wait for the other layers; keeps its memory, so that a steady stream
/// allocates nothing.
class WaitingRows {
  public:
    void push(const MergeRow& row);
    bool empty() const { return first_ == rows_.size(); }
    const MergeRow& front() const { return rows_[first_]; }
    void pop() { ++first_; }

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        if constexpr (std::is_const_v<Self>) {  // what was popped is nobody's
            const auto gone = own.rows_.begin() + std::ptrdiff_t(own.first_);
            archive(std::vector<MergeRow>(gone, own.rows_.end()));
        } else {
            archive(own.rows_);
            own.first_ = 0;
        }
    }

  private:
    std::vector<MergeRow> rows_;
    std::size_t first_ = 0;
};

/// Joins the layers in device time. A moment is settled when every layer that takes part has gone
/// past it, so that its point does not depend on the order in which the layers' rows arrived. Rows
/// of one and the same moment make one point.
class LayerMerge {
  public:
    /// `capacities[k - 1]`: theoretical capacity of layer k.
    explicit LayerMerge(std::vector<Charge> capacities);

    /// Rows of one layer in the order of time. A row of a moment that is settled comes too late.
    void add(int layer, const MergeRow& row);
    void set_away(int layer, double from_time_s, std::optional<double> to_time_s);
    void finish();

    std::vector<SpreadPoint> take();
    /// Moments before it are settled; 0 before the first row.
    double watermark_s() const;
    std::optional<double> newest_s(int layer) const;
    /// Since when the layer is away; nullopt while it takes part.
    std::optional<double> away_since_s(int layer) const;

    /// Whether a state that was read can be one, as far as anything would go astray by it.
    bool is_possible() const;

    /// Without the points that wait to be taken, and without the end.
    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(std::span{own.layers_}, own.joined_s_, own.incomplete_);
    }

  private:
    struct Away {
        double from_s = 0;
        std::optional<double> to_s;

        template <class Self, class Archive>
        static void fields(Self& own, Archive& archive) {
            archive(own.from_s, own.to_s);
        }
    };
    struct Layer {
        WaitingRows waiting;
        std::vector<Away> away;          // in the order of time
        std::optional<MergeRow> latest;  // of those that were joined
        std::optional<double> newest_s;

        template <class Self, class Archive>
        static void fields(Self& own, Archive& archive) {
            archive(own.waiting, own.away, own.latest, own.newest_s);
        }
    };

    static bool is_away(const Layer& layer, double time_s);
    static double holds_at_s(const Layer& layer);
    double settled_before_s() const;
    void settle();
    void join(double time_s);
    void take_part(Layer& layer, const MergeRow& row);
    bool all_take_part(double time_s) const;
    SpreadPoint spread_at(double time_s);

    std::vector<Charge> capacities_;
    std::vector<Layer> layers_;
    std::vector<SpreadPoint> points_;
    std::optional<double> joined_s_;
    bool incomplete_ = false;  // some layer was missing since the newest point
    bool finished_ = false;
    std::vector<double> soc_, clipped_soc_, charge_C_, current_A_;  // kept: no allocation a point
};

}  // namespace layerscope
