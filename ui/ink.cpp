#include "ui/ink.h"

#include <QFontMetricsF>
#include <QPainterPath>
#include <QPolygonF>
#include <cmath>
#include <numbers>

#include "ui/fonts.h"

namespace layerscope {
namespace {

double shift_for(Qt::Alignment align, double width) {
    if (align & Qt::AlignRight) return -width;
    if (align & Qt::AlignHCenter) return -width / 2;
    return 0;
}

}  // namespace

Ink::Ink(QPainter& painter, const Look& look) : painter_{painter}, look_{look} {
    painter_.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
}

double Ink::width(const QString& text, Type type) {
    return QFontMetricsF{ui_font(type.px, type.weight)}.horizontalAdvance(text);
}

double Ink::text(QPointF at, const QString& text, Type type, const QColor& color,
                 Qt::Alignment align, double max_width) {
    if (text.isEmpty()) return 0;
    const QFont font = ui_font(type.px, type.weight);
    const QFontMetricsF metrics{font};
    const bool too_wide = max_width > 0 && metrics.horizontalAdvance(text) > max_width;
    const QString shown = too_wide ? metrics.elidedText(text, Qt::ElideRight, max_width) : text;
    const double advance = metrics.horizontalAdvance(shown);
    const QPointF start{at.x() + shift_for(align, advance), at.y()};
    painter_.setFont(font);
    painter_.setPen(color);
    painter_.drawText(start, shown);
    if (look_.log != nullptr) {
        // Ink of digits and capitals, not the line's full ascent, must lie within the surface.
        const QRectF box{start.x(), start.y() - metrics.capHeight(), advance, metrics.capHeight()};
        const QRectF surface{0, 0, double(painter_.device()->width()),
                             double(painter_.device()->height())};
        look_.log->push_back({text, box, too_wide, !surface.contains(box)});
    }
    return advance;
}

double Ink::text_on_curves(QPointF at, const QString& text, Type type, const QColor& color,
                           const QColor& halo, Qt::Alignment align) {
    const QFont font = ui_font(type.px, type.weight);
    const double shift = shift_for(align, QFontMetricsF{font}.horizontalAdvance(text));
    QPainterPath outline;
    outline.addText(at + QPointF{shift, 0}, font, text);
    painter_.strokePath(outline, QPen{halo, 4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin});
    return this->text(at, text, type, color, align);
}

void Ink::card(const QRectF& box, const QColor& fill, const QColor& border) {
    painter_.setPen(QPen{border, 1});
    painter_.setBrush(fill);
    painter_.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

void Ink::focus_ring(const QRectF& box) {
    painter_.setPen(QPen{theme().accent, 2});
    painter_.setBrush(Qt::NoBrush);
    painter_.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6);
}

void Ink::horizontal(double y, double x0, double x1, const QColor& color) {
    painter_.fillRect(QRectF{x0, std::floor(y), x1 - x0, 1}, color);
}

void Ink::vertical(double x, double y0, double y1, const QColor& color) {
    painter_.fillRect(QRectF{std::floor(x), y0, 1, y1 - y0}, color);
}

void Ink::octagon(QPointF centre, double radius, const QColor& fill) {
    QPolygonF corners;
    for (int i = 0; i < 8; ++i) {
        const double angle = (i + 0.5) * std::numbers::pi / 4;
        corners << centre + radius * QPointF{std::cos(angle), std::sin(angle)};
    }
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(fill);
    painter_.drawPolygon(corners);
}

void Ink::alarm_sign(QPointF centre, double radius, const QColor& fill, const QColor& mark) {
    octagon(centre, radius, fill);
    painter_.setPen(QPen{mark, radius * 0.24, Qt::SolidLine, Qt::RoundCap});
    painter_.drawLine(centre + QPointF{0, -radius * 0.5}, centre + QPointF{0, radius * 0.1});
    dot(centre + QPointF{0, radius * 0.5}, radius * 0.15, mark);
}

void Ink::triangle(QPointF centre, double radius, const QColor& fill) {
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(fill);
    painter_.drawPolygon(
        QPolygonF{{centre + QPointF{0, -radius}, centre + QPointF{radius, radius * 0.8},
                   centre + QPointF{-radius, radius * 0.8}}});
}

void Ink::dot(QPointF centre, double radius, const QColor& fill) {
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(fill);
    painter_.drawEllipse(centre, radius, radius);
}

void Ink::ring(QPointF centre, double radius, const QColor& line, const QColor& fill) {
    painter_.setPen(QPen{line, 1.6});
    painter_.setBrush(fill);
    painter_.drawEllipse(centre, radius, radius);
}

QRectF Ink::chip(QPointF left_middle, const QString& text, Type type, const QColor& fill,
                 const QColor& color, double height) {
    const QRectF box{left_middle.x(), left_middle.y() - height / 2, width(text, type) + 16, height};
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(fill);
    painter_.drawRoundedRect(box, 4, 4);
    this->text({box.center().x(), box.center().y() + type.px * 0.36}, text, type, color,
               Qt::AlignHCenter);
    return box;
}

void Ink::hatch(const QRectF& box, const QColor& line, double step, double width) {
    painter_.save();
    painter_.setClipRect(box, Qt::IntersectClip);
    painter_.setPen(QPen{line, width});
    const int lines = int(std::ceil((box.width() + box.height()) / step));
    for (int i = 0; i < lines; ++i) {
        const double x = box.left() - box.height() + i * step;
        painter_.drawLine(QPointF{x, box.bottom()}, QPointF{x + box.height(), box.top()});
    }
    painter_.restore();
}

}  // namespace layerscope
