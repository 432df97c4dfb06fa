#include "ui/plot/trace_panel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ui/fonts.h"
#include "ui/parts/part.h"
#include "ui/plot/panel_backdrop.h"
#include "ui/plot/panel_overlay.h"
#include "ui/plot/tickers.h"

namespace layerscope {
namespace {

constexpr PanelMargins margins;

QPen pen_of(const Trace& trace) {
    // Square caps close the joints of the pieces as round ones do, but Qt has a fast way for them.
    QPen pen{trace.color, trace.width_px, Qt::SolidLine, Qt::SquareCap, Qt::RoundJoin};
    if (trace.dashed) {
        pen.setDashPattern({4, 3});
        pen.setCapStyle(Qt::FlatCap);
    }
    return pen;
}

QVector<double> to_qt(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

TracePanel::TracePanel(const Scene& scene, QWidget* parent) : QCustomPlot{parent}, scene_{scene} {
    new PanelBackdrop{this, scene_, content_, lines_};  // the plot owns what lies on its layers
    // A pen above one pixel costs five to twelve times as much without it.
    setPlottingHint(QCP::phFastPolylines);
    setNotAntialiasedElements(QCP::aeGrid | QCP::aeAxes);
    setBackground(QBrush{Qt::NoBrush});  // the card behind shows through
    setAttribute(Qt::WA_OpaquePaintEvent, false);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    axisRect()->setAutoMargins(QCP::msNone);
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>{new TimeTicker});
    yAxis->setTicker(QSharedPointer<QCPAxisTicker>{new ValueTicker});
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setSubTicks(false);
        axis->setTickLabelFont(ui_font(11));
    }
    xAxis->grid()->setVisible(false);
    xAxis->setTickLength(0, 4);
    xAxis->setTickLabelPadding(4);
    yAxis->setTickPen(Qt::NoPen);  // a length of zero still paints a dot
    yAxis->setBasePen(Qt::NoPen);
    yAxis->setTickLabelPadding(8);
    yAxis->grid()->setZeroLinePen(Qt::NoPen);
    restyle();
}

TracePanel::~TracePanel() = default;

void TracePanel::restyle() {
    const Theme& theme = scene_.look.theme;
    for (QCPAxis* axis : {xAxis, yAxis}) axis->setTickLabelColor(theme.muted);
    xAxis->setBasePen(QPen{theme.axis, 1});
    xAxis->setTickPen(QPen{theme.axis, 1});
    yAxis->grid()->setPen(QPen{theme.grid, 1});
}

void TracePanel::show_content(PanelContent content) {
    content_ = std::move(content);
    axisRect()->setMargins({margins.left, margins.top, margins.right,
                            content_.time_axis ? margins.bottom_with_axis : margins.bottom});
    xAxis->setTickLabels(content_.time_axis);
    xAxis->setVisible(content_.time_axis);
    setAccessibleName(content_.title);
    feed();
    replot(QCustomPlot::rpQueuedReplot);
}

void TracePanel::feed() {
    while (graphCount() > int(content_.traces.size())) removeGraph(graphCount() - 1);
    while (graphCount() < int(content_.traces.size())) {
        QCPGraph* graph = addGraph(xAxis, yAxis);
        graph->setAntialiased(true);
        graph->setAdaptiveSampling(false);  // the line is thinned before it comes here
    }
    xAxis->setRange(scene_.view.range().from_s, scene_.view.range().to_s);
    const int columns = std::max(8, width() - margins.left - margins.right);
    lines_.clear();
    for (std::size_t i = 0; i < content_.traces.size(); ++i) {
        const Trace& trace = content_.traces[i];
        // Dashes cost by the point, and what is dashed is smooth.
        const int px_per_column = trace.dashed ? 8 : 2;
        lines_.push_back(trace.curve.trace(scene_.view.range(), columns / px_per_column));
        const Polyline& line = lines_.back();
        QCPGraph* on_top = graph(int(content_.traces.size() - 1 - i));
        on_top->setPen(pen_of(trace));
        on_top->setData(to_qt(line.time_s), to_qt(line.value), true);
    }
    fit_values();
}

void TracePanel::fit_values() {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -least;
    for (const Polyline& line : lines_)
        for (const double value : line.value)
            if (!std::isnan(value)) {
                least = std::min(least, value);
                greatest = std::max(greatest, value);
            }
    if (least > greatest) least = 0, greatest = content_.from_zero ? 1 : 0.1;
    if (content_.from_zero) least = std::min(least, 0.0);
    if (content_.tone_below_level && content_.level) {
        // The level stays in sight, with room below it for what must be seen when it is crossed.
        const double level = content_.level->value;
        greatest = std::max(greatest, level);
        least = std::min(least, level - 0.22 * (greatest - level));
    }
    // The capacity line comes into sight when the charge comes near it, not while it would flatten
    // all.
    if (content_.from_zero && content_.level && greatest > 0.45 * content_.level->value)
        greatest = std::max(greatest, 1.1 * content_.level->value);
    const bool sits_on_zero = content_.from_zero && least == 0;
    if (const double lacking = content_.least_span - (greatest - least); lacking > 0) {
        least -= sits_on_zero ? 0 : lacking / 2;
        greatest += sits_on_zero ? lacking : lacking / 2;
    }
    const double span = greatest - least;
    yAxis->setRange(sits_on_zero ? 0 : least - 0.06 * span, greatest + 0.08 * span);
}

std::vector<QRectF> TracePanel::tag_boxes() const {
    std::vector<QRectF> boxes;
    for (const Tag& tag : place_tags(*this))
        boxes.emplace_back(frame().right() + 12, tag.y - tag_height / 2,
                           width() - 12 - frame().right() - 12, tag_height);
    return boxes;
}

void TracePanel::paintEvent(QPaintEvent* event) {
    QCustomPlot::paintEvent(event);
    QPainter painter{this};
    Ink ink{painter, scene_.look};
    paint_overlay(ink, *this, scene_);
    if (hasFocus() && focus_shown_) ink.focus_ring(QRectF{rect()});
}

void TracePanel::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    emit zoomed(time_at(event->position().x()), std::pow(0.8, notches));
    event->accept();
}

void TracePanel::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    if (event->button() == Qt::LeftButton) drag_x_ = event->position().x();
}

void TracePanel::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (!drag_x_) {
        const bool inside = x >= frame().left() && x <= frame().right();
        inside ? emit hovered(time_at(x)) : emit left();
        return;
    }
    const double by_s = time_at(*drag_x_) - time_at(x);
    drag_x_ = x;
    if (by_s != 0) emit panned(by_s);
}

void TracePanel::mouseReleaseEvent(QMouseEvent*) {
    drag_x_.reset();
}

void TracePanel::leaveEvent(QEvent*) {
    emit left();
}

void TracePanel::focusInEvent(QFocusEvent* event) {
    focus_shown_ = shows_focus(*event, focus_shown_);
    QCustomPlot::focusInEvent(event);
}

void TracePanel::keyPressEvent(QKeyEvent* event) {
    const double span_s = scene_.view.range().span_s();
    const double centre_s = (scene_.view.range().from_s + scene_.view.range().to_s) / 2;
    switch (event->key()) {
        case Qt::Key_Left:
            emit panned(-span_s / 10);
            return;
        case Qt::Key_Right:
            emit panned(span_s / 10);
            return;
        case Qt::Key_Plus:
            emit zoomed(centre_s, 0.8);
            return;
        case Qt::Key_Minus:
            emit zoomed(centre_s, 1.25);
            return;
        default:
            QCustomPlot::keyPressEvent(event);
    }
}

}  // namespace layerscope
