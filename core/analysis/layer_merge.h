#pragma once
#include <cstddef>
#include <optional>
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
};

/// Rows of one layer that wait for the other layers; keeps its memory, so that a steady stream
/// allocates nothing.
class WaitingRows {
  public:
    void push(const MergeRow& row);
    bool empty() const { return first_ == rows_.size(); }
    const MergeRow& front() const { return rows_[first_]; }
    void pop() { ++first_; }

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

  private:
    struct Away {
        double from_s = 0;
        std::optional<double> to_s;
    };
    struct Layer {
        WaitingRows waiting;
        std::vector<Away> away;          // in the order of time
        std::optional<MergeRow> latest;  // of those that were joined
        std::optional<double> newest_s;
    };

    static bool is_away(const Layer& layer, double time_s);
    static double holds_at_s(const Layer& layer);
    double settled_before_s() const;
    void settle();
    void join(double time_s);
    bool all_take_part(double time_s) const;
    SpreadPoint spread_at(double time_s);

    std::vector<Charge> capacities_;
    std::vector<Layer> layers_;
    std::vector<SpreadPoint> points_;
    std::optional<double> joined_s_;
    bool finished_ = false;
    std::vector<double> soc_, clipped_soc_, charge_C_, current_A_;  // kept: no allocation a point
};

}  // namespace layerscope
