#pragma once
#include <QPainter>
#include <QString>
#include <vector>

#include "ui/theme.h"

namespace layerscope {

/// One text as it was painted, for tests: what was cut or stood outside of its widget.
struct PaintedText {
    QString text;
    QRectF box;
    bool elided = false;
    bool outside = false;
};

/// How the window looks now. One lives in the window, every part refers to it.
struct Look {
    Theme theme;
    std::vector<PaintedText>* log = nullptr;  // where to note the texts painted, or nowhere
};

struct Type {
    int px = 12;
    QFont::Weight weight = QFont::Normal;
};

/// The one way this program paints: text on a baseline, cards, lines of exactly one pixel, the
/// signs of an alarm. Wraps a painter for the length of a paint event.
class Ink {
  public:
    Ink(QPainter& painter, const Look& look);

    const Theme& theme() const { return look_.theme; }
    QPainter& painter() { return painter_; }

    /// Paints left of, right of or around `at`, the baseline; elided beyond `max_width` px where
    /// that is positive. Returns the width painted.
    double text(QPointF at, const QString& text, Type type, const QColor& color,
                Qt::Alignment align = Qt::AlignLeft, double max_width = 0);
    /// The same with a halo in `halo`, for text that lies on curves.
    double text_on_curves(QPointF at, const QString& text, Type type, const QColor& color,
                          const QColor& halo, Qt::Alignment align = Qt::AlignLeft);
    static double width(const QString& text, Type type);

    /// Rounded surface with a hairline, corners of 6 px.
    void card(const QRectF& box, const QColor& fill, const QColor& border);
    void card(const QRectF& box) { card(box, theme().card, theme().hairline); }
    void focus_ring(const QRectF& box);
    /// Crisp lines of one pixel.
    void horizontal(double y, double x0, double x1, const QColor& color);
    void vertical(double x, double y0, double y1, const QColor& color);

    void octagon(QPointF centre, double radius, const QColor& fill);
    /// The alarm sign: an octagon with an exclamation mark.
    void alarm_sign(QPointF centre, double radius, const QColor& fill, const QColor& mark);
    void triangle(QPointF centre, double radius, const QColor& fill);
    void dot(QPointF centre, double radius, const QColor& fill);
    void ring(QPointF centre, double radius, const QColor& line, const QColor& fill);
    /// Rounded label with text in its middle; returns its box.
    QRectF chip(QPointF left_middle, const QString& text, Type type, const QColor& fill,
                const QColor& color, double height = 20);
    /// Diagonal lines over a surface; red ones mean plating evidence, grey ones an old value.
    void hatch(const QRectF& box, const QColor& line, double step, double width);

  private:
    QPainter& painter_;
    const Look& look_;
};

}  // namespace layerscope
