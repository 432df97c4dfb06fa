#include "ui/parts/rail.h"

namespace layerscope {

void Rail::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.painter().fillRect(rect(), theme.bar);
    ink.vertical(width() - 1, 0, height(), theme.hairline);
    ink.painter().setPen(Qt::NoPen);
    ink.painter().setBrush(theme.selected);
    ink.painter().drawRoundedRect(QRectF{4, 8, 56, 56}, 6, 6);
    ink.painter().fillRect(QRectF{0, 20, 2, 32}, theme.text);
    ink.painter().setPen(QPen{theme.text, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin});
    ink.painter().setBrush(Qt::NoBrush);
    const QPointF at{32, 28};  // a pulse
    ink.painter().drawPolyline(
        QPolygonF{{at + QPointF{-9, 1}, at + QPointF{-5, 1}, at + QPointF{-2, -7},
                   at + QPointF{2, 7}, at + QPointF{5, 1}, at + QPointF{9, 1}}});
    ink.text({32, 54}, scene_.review ? QStringLiteral("Review") : QStringLiteral("Live"),
             {11, QFont::DemiBold}, theme.text, Qt::AlignHCenter);
    if (!run().unacknowledged().empty()) ink.dot({46, 18}, 5, theme.critical);
}

}  // namespace layerscope
