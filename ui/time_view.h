#pragma once
#include <cstdint>

#include "core/series/polyline.h"

namespace layerscope {

/// Which part of a run all panels show: the whole of it as it grows, a window that moves with its
/// newest row, or a window held where the person put it, while recording goes on.
class TimeView {
  public:
    const TimeRange& range() const { return range_; }
    bool held() const { return mode_ == Mode::held; }
    /// Rows that came since the view is held.
    std::int64_t new_rows() const { return held() ? rows_ - rows_at_hold_ : 0; }

    /// The run now ends at `newest_s` and has `rows` rows; a finished one needs no room to grow.
    void advance(double newest_s, std::int64_t rows, bool finished = false);
    /// Multiplies the width by `factor`, with `centre_s` staying where it is; holds.
    void zoom(double centre_s, double factor);
    /// Moves by `by_s`; holds.
    void pan(double by_s);
    /// Puts the middle at `centre_s`; holds.
    void centre(double centre_s) { pan(centre_s - (range_.from_s + range_.to_s) / 2); }
    /// Holds the view as it is.
    void hold();
    /// Back to the newest row, at the width it has.
    void go_live();
    /// The whole run, and what comes.
    void fit_all();

  private:
    enum class Mode { whole, moving, held };
    void follow();

    Mode mode_ = Mode::whole;
    TimeRange range_{0, 60};
    double newest_s_ = 0;
    bool finished_ = false;
    std::int64_t rows_ = 0;
    std::int64_t rows_at_hold_ = 0;
};

}  // namespace layerscope
