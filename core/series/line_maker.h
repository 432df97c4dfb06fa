#pragma once
#include <cmath>

#include "core/series/polyline.h"
#include "core/series/pyramid.h"

namespace layerscope {

/// What is known of a piece of a curve: one row, or an entry of the pyramid. Times in seconds.
struct CurvePiece {
    double first_s = 0;
    double last_s = 0;
    bool gap_before = false;
    bool gap_inside = false;
    EntryValues values;
};

/// Draws pieces, which come in the order of their times, as a line. Within core/series only.
class LineMaker {
  public:
    /// No more than two points a pixel column, its least and its greatest.
    explicit LineMaker(double columns_per_s) : columns_per_s_{columns_per_s} {}

    void add(const CurvePiece& piece);
    Polyline take();

  private:
    void put(double time_s, double value);
    void put_break(double time_s);
    void finish_column();

    double columns_per_s_;
    Polyline line_;
    double column_ = 0;
    bool begun_ = false;   // `piece_` holds something
    bool broken_ = false;  // before what comes next
    CurvePiece piece_;     // what fell on the pixel column so far
};

}  // namespace layerscope
