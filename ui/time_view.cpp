#include "ui/time_view.h"

#include <algorithm>

namespace layerscope {
namespace {

constexpr double least_span_s = 10;
constexpr double most_span_s = 400 * 86400.0;
// The newest row stays left of this part of the width; right of it lies what has not happened yet.
constexpr double edge = 0.94;
constexpr double after_step = 0.80;

}  // namespace

void TimeView::advance(double newest_s, std::int64_t rows, bool finished) {
    newest_s_ = newest_s;
    rows_ = rows;
    finished_ = finished;
    follow();
}

void TimeView::follow() {
    if (mode_ == Mode::whole) {
        if (finished_) {
            range_ = {0, std::max(newest_s_, least_span_s)};
            return;
        }
        // Grows in steps: curves that are squeezed a little with every row never look still.
        range_.from_s = 0;
        if (newest_s_ > edge * range_.to_s || newest_s_ < 0.5 * range_.to_s)
            range_.to_s = std::max(newest_s_ / after_step, 60.0);
    }
    if (mode_ == Mode::moving) {
        const double span_s = range_.span_s();
        if (finished_) {
            range_ = {newest_s_ - span_s, newest_s_};
        } else if (newest_s_ > range_.from_s + edge * span_s || newest_s_ < range_.from_s) {
            range_.from_s = newest_s_ - after_step * span_s;
            range_.to_s = range_.from_s + span_s;
        }
    }
}

void TimeView::zoom(double centre_s, double factor) {
    hold();
    const double span_s = std::clamp(range_.span_s() * factor, least_span_s, most_span_s);
    const double part = (centre_s - range_.from_s) / range_.span_s();
    range_.from_s = centre_s - part * span_s;
    range_.to_s = range_.from_s + span_s;
}

void TimeView::pan(double by_s) {
    hold();
    range_.from_s += by_s;
    range_.to_s += by_s;
}

void TimeView::hold() {
    if (!held()) rows_at_hold_ = rows_;
    mode_ = Mode::held;
}

void TimeView::go_live() {
    // A window that begins at the start and holds all of the run is the whole run.
    const double span_s = range_.span_s();
    mode_ = span_s >= newest_s_ ? Mode::whole : Mode::moving;
    range_.to_s = newest_s_ + (1 - after_step) * span_s;
    range_.from_s = range_.to_s - span_s;
    if (mode_ == Mode::whole) range_ = {0, span_s};
    follow();
}

void TimeView::fit_all() {
    mode_ = Mode::whole;
    range_ = {0, 0};
    follow();
}

}  // namespace layerscope
