#include "ui/parts/time_strip.h"

#include <QMouseEvent>
#include <algorithm>
#include <cmath>

#include "ui/number_text.h"
#include "ui/plot/tickers.h"

namespace layerscope {
namespace {

constexpr double left = 12;
constexpr double right_of_frame = 126;
constexpr double bottom_of_frame = 17;

}  // namespace

TimeStrip::TimeStrip(const Scene& scene, QWidget* parent)
    : Part{scene, parent}, mode_{new QPushButton{this}} {
    setAccessibleName(QStringLiteral("The whole run"));
    connect(mode_, &QPushButton::clicked, this,
            [this] { scene_.view.held() ? emit live_wanted() : emit hold_wanted(); });
    mode_->setToolTip(QStringLiteral("Space: hold the view or return to the newest row"));
    refresh();
}

void TimeStrip::refresh() {
    const bool held = scene_.view.held();
    QString text = held             ? QStringLiteral("HOLD")
                   : scene_.alive() ? QStringLiteral("● LIVE")
                                    : QStringLiteral("○ LIVE");
    if (scene_.ended()) text = held ? QStringLiteral("Fit") : QStringLiteral("Whole run");
    const auto rows = scene_.view.new_rows();
    if (held && rows > 0)
        text += rows < 10000 ? QStringLiteral(" · %1 new").arg(rows)
                             : QStringLiteral(" · %1k new").arg(rows / 1000);
    if (mode_->text() != text) {
        mode_->setText(text);
        mode_->setAccessibleName(text);
    }
    const Theme& theme = scene_.look.theme;
    const QString sheet =
        held ? QStringLiteral(
                   "QPushButton{padding:0;font-size:11px;font-weight:600;background:%1;"
                   "color:%2;border:1px solid %2;}QPushButton:focus{border:2px solid %3;}")
                   .arg(theme.card.name(), theme.text.name(), theme.accent.name())
             : QStringLiteral(
                   "QPushButton{padding:0;font-size:12px;font-weight:600;background:%1;"
                   "color:%2;border:1px solid %1;}QPushButton:focus{border:2px solid %3;}")
                   .arg(theme.pill.name(), theme.pill_text.name(), theme.accent.name());
    if (mode_->styleSheet() != sheet) mode_->setStyleSheet(sheet);
    update();
}

void TimeStrip::resizeEvent(QResizeEvent*) {
    mode_->setGeometry(width() - 112, 12, 100, 32);
}

QRectF TimeStrip::frame() const {
    return {left, 4, width() - left - right_of_frame, height() - 4 - bottom_of_frame};
}

double TimeStrip::end_s() const {
    const double newest_s = run().newest_s().value_or(0);
    return std::max({newest_s * (scene_.ended() ? 1.0 : 1.1), scene_.view.range().to_s, 60.0});
}

double TimeStrip::seconds_per_px() const {
    return end_s() / frame().width();
}

double TimeStrip::x_of(double time_s) const {
    return left + time_s / seconds_per_px();
}

QRectF TimeStrip::brush() const {
    const double from = std::max(x_of(scene_.view.range().from_s), frame().left());
    const double to = std::min(x_of(scene_.view.range().to_s), frame().right());
    return {from, frame().top(), std::max(to - from, 4.0), frame().height()};
}

void TimeStrip::mousePressEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (x < frame().left() || x > frame().right()) return;
    if (!brush().contains(event->position())) emit centred((x - left) * seconds_per_px());
    drag_x_ = x;
}

void TimeStrip::mouseMoveEvent(QMouseEvent* event) {
    if (!drag_x_) return;
    const double by_s = (event->position().x() - *drag_x_) * seconds_per_px();
    drag_x_ = event->position().x();
    if (by_s != 0) emit panned(by_s);
}

void TimeStrip::mouseReleaseEvent(QMouseEvent*) {
    drag_x_.reset();
}

void TimeStrip::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.card(QRectF{rect()});
    const QRectF area = frame();
    const QRectF window = brush();
    if (run().newest_s() && !scene_.ended()) {
        const double now = x_of(*run().newest_s());
        ink.painter().fillRect(QRectF{now, area.top(), area.right() - now, area.height()},
                               theme.future);
    }
    paint_curves(ink);
    QColor veil = theme.card;
    veil.setAlpha(150);
    ink.painter().fillRect(
        QRectF{area.left(), area.top(), window.left() - area.left(), area.height()}, veil);
    ink.painter().fillRect(
        QRectF{window.right(), area.top(), area.right() - window.right(), area.height()}, veil);

    ink.horizontal(area.bottom(), area.left(), area.right(), theme.axis);
    const double step_s = time_step_s(end_s(), 8);
    for (int i = 0; i * step_s <= end_s(); ++i) {
        const double tick_s = i * step_s;
        const QString label = hours_text(tick_s, step_s < 60);
        const double half = Ink::width(label, {10}) / 2;
        const double x = std::max(x_of(tick_s), area.left() + half);
        if (x + half <= area.right())
            ink.text({x, height() - 5.0}, label, {10}, theme.muted, Qt::AlignHCenter);
    }
    paint_below_zero(ink);
    paint_marks(ink);

    ink.painter().setPen(QPen{theme.muted, 1});
    ink.painter().setBrush(Qt::NoBrush);
    ink.painter().drawRect(window.adjusted(0.5, 0.5, -0.5, -0.5));
    ink.painter().setPen(Qt::NoPen);
    ink.painter().setBrush(theme.muted);
    for (const double x : {window.left(), window.right()})
        ink.painter().drawRoundedRect(QRectF{x - 3, window.center().y() - 8, 6, 16}, 2, 2);
}

void TimeStrip::paint_curves(Ink& ink) {
    const QRectF area = frame();
    double greatest = 1e-9;
    double least = 0;
    std::vector<Polyline> lines;
    for (int layer = 1; layer <= run().layer_count(); ++layer) {
        lines.push_back(run().current_density(layer).trace({0, end_s()}, int(area.width()) / 2));
        for (const double value : lines.back().value)
            if (!std::isnan(value))
                greatest = std::max(greatest, value), least = std::min(least, value);
    }
    for (int layer = run().layer_count(); layer >= 1; --layer) {
        const Polyline& line = lines[std::size_t(layer) - 1];
        ink.painter().setPen(QPen{ink.theme().layer(layer), 1});
        QPolygonF piece;
        const auto flush = [&] {
            ink.painter().drawPolyline(piece);
            piece.clear();
        };
        for (std::size_t i = 0; i < line.time_s.size(); ++i) {
            if (std::isnan(line.value[i])) {
                flush();
                continue;
            }
            const double part = (line.value[i] - least) / (greatest - least);
            piece << QPointF{x_of(line.time_s[i]), area.bottom() - 4 - part * (area.height() - 9)};
        }
        flush();
    }
}

void TimeStrip::paint_below_zero(Ink& ink) {
    for (const int layer : run().referenced_layers()) {
        if (!run().crossing(layer)) continue;
        const Polyline line = run().potential(layer).trace({0, end_s()}, int(frame().width()));
        for (std::size_t i = 0; i + 1 < line.time_s.size(); ++i) {
            if (!(line.value[i] <= 0)) continue;
            const double x = x_of(line.time_s[i]);
            ink.painter().fillRect(
                QRectF{x, frame().bottom() - 1, std::max(1.0, x_of(line.time_s[i + 1]) - x), 3},
                ink.theme().critical);
        }
    }
}

void TimeStrip::paint_marks(Ink& ink) {
    using Weight = ShownEvent::Weight;
    for (const ShownEvent& event : run().events()) {
        if (!event.time_s || event.weight == Weight::plain) continue;
        const QPointF at{std::clamp(x_of(*event.time_s), frame().left() + 5, frame().right() - 5),
                         frame().top() + 6};
        if (event.weight == Weight::critical) ink.octagon(at, 5, ink.theme().critical);
        if (event.weight == Weight::warning) ink.triangle(at, 5, ink.theme().warning);
        if (event.weight == Weight::info) ink.dot(at, 3, ink.theme().accent);
    }
    if (run().newest_s() && !scene_.ended())
        ink.vertical(x_of(*run().newest_s()), frame().top(), frame().bottom(), ink.theme().text);
}

}  // namespace layerscope
