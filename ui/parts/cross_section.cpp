#include "ui/parts/cross_section.h"

#include <algorithm>

#include "ui/number_text.h"
#include "ui/plot/tickers.h"

namespace layerscope {
namespace {

constexpr double stack_left = 44;
constexpr double stack_width = 96;
constexpr double stack_top = 46;
constexpr double stack_bottom_margin = 12;
constexpr double share_width = 42;  // of the bar of all the current
constexpr Type small_type{11, QFont::Normal};

double um(Length length) {
    return length.in(units::um);
}

double depth_um(const CellDesign& cell) {
    double sum = um(cell.separator_thickness) + um(cell.foil_thickness);
    for (const LayerDesign& layer : cell.layers) sum += um(layer.thickness);
    return sum + double(cell.layer_count() - 1) *
                     (um(cell.collector_thickness) + um(cell.interlayer_thickness));
}

}  // namespace

CrossSection::CrossSection(const Scene& scene, QWidget* parent) : Part{scene, parent} {
    setAccessibleName(QStringLiteral("Cross-section of the electrode"));
}

void CrossSection::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.card(QRectF{rect()});
    const double title =
        ink.text({12, 23}, QStringLiteral("Cross-section"), {13, QFont::DemiBold}, theme.text);
    ink.text({12 + title + 8, 23}, QStringLiteral("to scale, µm"), {12}, theme.muted);

    const CellDesign& cell = run().station().design;
    const double total_um = depth_um(cell);
    const double px_per_um = (height() - stack_top - stack_bottom_margin) / total_um;
    paint_ruler(ink, stack_top, px_per_um, total_um);

    double y = stack_top;
    const auto next = [&](Length thickness) {
        const QRectF box{stack_left, y, stack_width, um(thickness) * px_per_um};
        y += box.height();
        return box;
    };
    const QRectF separator = next(cell.separator_thickness);
    ink.painter().fillRect(separator, theme.hover);
    ink.painter().setPen(QPen{theme.strong_line, 1});
    ink.painter().setBrush(Qt::NoBrush);
    ink.painter().drawRect(separator.adjusted(0.5, 0.5, -0.5, -0.5));
    if (separator.height() > 14)
        ink.text({separator.center().x(), separator.center().y() + 4}, QStringLiteral("Separator"),
                 small_type, theme.muted, Qt::AlignHCenter);
    if (separator.height() > 14)
        ink.text({stack_left + stack_width + 12, separator.center().y() + 4},
                 QStringLiteral("Share of I, E"), small_type, theme.muted);

    for (int layer = 1; layer <= run().layer_count(); ++layer) {
        const QRectF box = next(cell.layer(layer).thickness);
        paint_layer(ink, layer, box);
        paint_beside(ink, layer, box);
        if (layer == run().layer_count()) break;
        const QRectF mesh = next(cell.collector_thickness);
        const double strip = std::min(6.0, mesh.height() * 0.6);
        constexpr double wire = 4.4;
        constexpr double wire_pitch = 7.05;
        for (int k = 0; k * wire_pitch + wire <= mesh.width() + 0.1; ++k)
            ink.painter().fillRect(
                QRectF{mesh.left() + k * wire_pitch, mesh.center().y() - strip / 2, wire, strip},
                theme.axis);
        ink.painter().fillRect(next(cell.interlayer_thickness), theme.hover);
    }
    const QRectF foil = next(cell.foil_thickness);
    ink.painter().fillRect(foil, theme.axis);
    if (foil.height() > 9)
        ink.text({stack_left + stack_width + 12, foil.center().y() + 4}, QStringLiteral("Cu foil"),
                 small_type, theme.muted);
}

void CrossSection::paint_ruler(Ink& ink, double top, double px_per_um, double depth) {
    const double step = value_step(depth, 5);
    for (int i = 0; i * step <= depth; ++i) {
        const double mark = i * step;
        const double y = std::floor(top + mark * px_per_um) + 0.5;
        ink.horizontal(y, stack_left - 10, stack_left - 3, ink.theme().axis);
        ink.text({stack_left - 13, y + 4}, number_text(mark, 0), small_type, ink.theme().muted,
                 Qt::AlignRight);
    }
}

void CrossSection::paint_layer(Ink& ink, int layer, const QRectF& box) {
    const Theme& theme = ink.theme();
    const auto& newest = run().newest(layer);
    const double soc = newest ? newest->soc : 0;
    ink.painter().fillRect(box, theme.soc_fill(soc));
    ink.painter().fillRect(QRectF{box.left(), box.top(), 4, box.height()}, theme.layer(layer));
    const bool alarm = run().crossing(layer).has_value();
    ink.painter().setBrush(Qt::NoBrush);
    ink.painter().setPen(QPen{alarm ? theme.critical : theme.strong_line, alarm ? 1.5 : 1});
    const double inset = alarm ? 0.75 : 0.5;
    ink.painter().drawRect(box.adjusted(inset, inset, -inset, -inset));
    if (box.height() < 13) return;
    const double y = box.center().y() + 5;
    ink.text({box.left() + 12, y}, QStringLiteral("L%1").arg(layer), {12, QFont::DemiBold},
             theme.soc_text(soc));
    const QString text =
        newest ? number_text(soc * 100, 0) + QStringLiteral(" %") : QStringLiteral("–");
    ink.text({box.right() - 8, y}, text, {box.height() > 18 ? 14 : 12, QFont::DemiBold},
             theme.soc_text(soc), Qt::AlignRight);
}

void CrossSection::paint_beside(Ink& ink, int layer, const QRectF& box) {
    const Theme& theme = ink.theme();
    const double left = box.right() + 12;
    const double right = width() - 12;
    const bool two_lines = box.height() > 32;
    const double y = box.center().y() + (two_lines ? -8 : 0);
    const auto share = run().current_share(layer);
    if (two_lines || !run().has_reference(layer)) {
        const QRectF track{left, y - 2.5, share_width, 5};
        ink.painter().setPen(Qt::NoPen);
        ink.painter().setBrush(theme.selected);
        ink.painter().drawRoundedRect(track, 2.5, 2.5);
        const double part = std::clamp(share.value_or(0), 0.0, 1.0);
        ink.painter().setBrush(theme.muted);
        if (part > 0)
            ink.painter().drawRoundedRect(
                QRectF{left, y - 2.5, std::max(5.0, share_width * part), 5}, 2.5, 2.5);
        ink.text({right, y + 4},
                 share ? number_text(*share * 100, 0) + QStringLiteral(" %") : QStringLiteral("–"),
                 {12, QFont::DemiBold}, theme.text, Qt::AlignRight);
    }
    const double below = two_lines ? y + 19 : y;
    if (!run().has_reference(layer)) {
        if (two_lines)
            ink.text({left, below + 4}, QStringLiteral("no reference"), small_type, theme.muted);
        return;
    }
    const auto potential = run().potential_V(layer);
    const bool old =
        potential && age_s(scene_, potential->arrival).value_or(0) > run().stale_after_s(layer);
    const bool negative = potential && potential->value <= 0 && !old;
    const QColor color = negative ? theme.critical : theme.text;
    ink.painter().setPen(QPen{color, 1.4});
    ink.painter().drawLine(QPointF{box.right(), below}, QPointF{left, below});
    ink.ring({box.right(), below}, 3.2, color, theme.card);
    ink.text({left + 3, below + 4}, QStringLiteral("E%1").arg(layer), small_type, theme.muted);
    ink.text({right, below + 4},
             potential ? number_text(potential->value * 1e3, 1) + QStringLiteral(" mV")
                       : QStringLiteral("–"),
             {12, old ? QFont::Normal : QFont::DemiBold},
             negative ? theme.critical_text : (old ? theme.muted : theme.text), Qt::AlignRight);
}

}  // namespace layerscope
