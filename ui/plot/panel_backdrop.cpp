#include "ui/plot/panel_backdrop.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QColor with_alpha(QColor color, int alpha) {
    color.setAlpha(alpha);
    return color;
}

/// Walks along a line, to times that rise.
class LineWalk {
  public:
    explicit LineWalk(const Polyline& line) : line_{&line} {}

    /// Value of the last point at or before `time_s`; NaN outside of the line or in a break.
    double value_at(double time_s) {
        const std::size_t points = line_->time_s.size();
        while (next_ < points && line_->time_s[next_] <= time_s) ++next_;
        if (next_ == 0) return nan;
        const bool goes_on = next_ < points && !std::isnan(line_->value[next_]);
        const bool on_point = line_->time_s[next_ - 1] == time_s;
        return goes_on || on_point ? line_->value[next_ - 1] : nan;
    }

  private:
    const Polyline* line_;
    std::size_t next_ = 0;  // the first point after
};

}  // namespace

PanelBackdrop::PanelBackdrop(QCustomPlot* plot, const Scene& scene, const PanelContent& content,
                             const std::vector<Polyline>& lines)
    : QCPLayerable{plot, QStringLiteral("background")},
      scene_{scene},
      content_{content},
      lines_{lines} {}

void PanelBackdrop::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

void PanelBackdrop::draw(QCPPainter* painter) {
    const QRectF frame = mParentPlot->axisRect()->rect();
    painter->setClipRect(frame);
    painter->setPen(Qt::NoPen);
    draw_below_level(painter, frame);
    draw_future(painter, frame);
    if (content_.band) draw_band(painter);
}

void PanelBackdrop::draw_future(QCPPainter* painter, const QRectF& frame) {
    if (!content_.now_s) return;
    const double x = std::max(frame.left(), mParentPlot->xAxis->coordToPixel(*content_.now_s));
    if (x >= frame.right()) return;
    painter->fillRect(QRectF{x, frame.top(), frame.right() - x, frame.height()},
                      scene_.look.theme.future);
}

void PanelBackdrop::draw_below_level(QCPPainter* painter, const QRectF& frame) {
    if (!content_.level || !content_.tone_below_level) return;
    const double level_y = mParentPlot->yAxis->coordToPixel(content_.level->value);
    if (level_y < frame.bottom())
        painter->fillRect(QRectF{frame.left(), level_y, frame.width(), frame.bottom() - level_y},
                          scene_.look.theme.hover);
    if (!content_.red_trace) return;

    const Polyline& line = lines_.at(*content_.red_trace);
    QPolygonF area;
    for (std::size_t i = 0; i < line.time_s.size(); ++i) {
        const double value = std::isnan(line.value[i])
                                 ? content_.level->value
                                 : std::min(line.value[i], content_.level->value);
        area << QPointF{mParentPlot->xAxis->coordToPixel(line.time_s[i]),
                        mParentPlot->yAxis->coordToPixel(value)};
    }
    if (area.isEmpty()) return;
    area << QPointF{area.back().x(), level_y} << QPointF{area.front().x(), level_y};
    painter->setBrush(with_alpha(scene_.look.theme.critical, 34));
    painter->drawPolygon(area);
}

void PanelBackdrop::draw_band(QCPPainter* painter) {
    const QRectF frame = mParentPlot->axisRect()->rect();
    QPolygonF upper;
    QPolygonF lower;
    const auto flush = [&] {
        std::reverse_copy(lower.cbegin(), lower.cend(), std::back_inserter(upper));
        painter->setBrush(with_alpha(scene_.look.theme.text,
                                     scene_.look.theme.kind == ThemeKind::light ? 14 : 20));
        if (upper.size() > 2) painter->drawPolygon(upper);
        upper.clear();
        lower.clear();
    };
    std::vector<LineWalk> walks;
    for (std::size_t i = 0; i < content_.traces.size(); ++i)
        if (content_.traces[i].in_band) walks.emplace_back(lines_.at(i));
    for (int column = 0; 2 * column <= int(frame.width()); ++column) {
        const double x = frame.left() + 2 * column;
        const double time_s = mParentPlot->xAxis->pixelToCoord(x);
        double least = std::numeric_limits<double>::infinity();
        double greatest = -least;
        bool complete = true;  // as the spread: only where every layer has a value
        for (LineWalk& walk : walks) {
            const double value = walk.value_at(time_s);
            complete = complete && !std::isnan(value);
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
        if (!complete) {
            flush();
            continue;
        }
        upper << QPointF{x, mParentPlot->yAxis->coordToPixel(greatest)};
        lower << QPointF{x, mParentPlot->yAxis->coordToPixel(least)};
    }
    flush();
}

}  // namespace layerscope
