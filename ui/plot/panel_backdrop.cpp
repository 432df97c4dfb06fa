#include "ui/plot/panel_backdrop.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "ui/plot/decimate.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QColor with_alpha(QColor color, int alpha) {
    color.setAlpha(alpha);
    return color;
}

}  // namespace

double value_at(const Trace& trace, double time_s) {
    const auto after = std::upper_bound(trace.time_s.begin(), trace.time_s.end(), time_s);
    if (after == trace.time_s.begin() || after == trace.time_s.end()) {
        const bool on_last = !trace.time_s.empty() && trace.time_s.back() == time_s;
        return on_last ? trace.value.back() : nan;
    }
    return trace.value[std::size_t(after - trace.time_s.begin()) - 1];
}

double last_value(const Trace& trace) {
    for (std::size_t i = trace.value.size(); i > 0; --i)
        if (!std::isnan(trace.value[i - 1])) return trace.value[i - 1];
    return nan;
}

PanelBackdrop::PanelBackdrop(QCustomPlot* plot, const Scene& scene, const PanelContent& content)
    : QCPLayerable{plot, QStringLiteral("background")}, scene_{scene}, content_{content} {}

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

    const Trace& trace = content_.traces.at(*content_.red_trace);
    const Polyline line =
        decimate(trace.time_s, trace.value, scene_.view.range(), int(frame.width()));
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
    for (int column = 0; 2 * column <= int(frame.width()); ++column) {
        const double x = frame.left() + 2 * column;
        const double time_s = mParentPlot->xAxis->pixelToCoord(x);
        double least = std::numeric_limits<double>::infinity();
        double greatest = -least;
        bool complete = true;  // as the spread: only where every layer has a value
        for (const Trace& trace : content_.traces) {
            if (!trace.in_band) continue;
            const double value = value_at(trace, time_s);
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
