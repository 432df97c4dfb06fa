#include "ui/parts/zero_card.h"

#include <algorithm>

#include "ui/number_text.h"

namespace layerscope {
namespace {

constexpr double header = 38;
constexpr double row_height = 36;
constexpr double foot = 32;
constexpr int most_rows = 4;  // more references than that leave the events no room

QString layer_list(const std::vector<int>& layers) {
    QString text;
    for (const int layer : layers)
        text += (text.isEmpty() ? QString{} : QStringLiteral(", ")) + QString::number(layer);
    return text;
}

/// What the rows do not say, in one sentence.
QString foot_text(const RunModel& run) {
    std::vector<int> without;
    for (int layer = 1; layer <= run.layer_count(); ++layer)
        if (!run.has_reference(layer)) without.push_back(layer);
    if (int(without.size()) == run.layer_count())
        return QStringLiteral("No reference electrode: potentials unknown");
    if (without.empty()) return QStringLiteral("At or below 0 V plating is possible");
    if (without.size() > 6)
        return QStringLiteral("Unknown: %1 layers without reference").arg(without.size());
    return QStringLiteral("Unknown without reference: layer%1 %2")
        .arg(without.size() > 1 ? QStringLiteral("s") : QString{}, layer_list(without));
}

}  // namespace

ZeroCard::ZeroCard(const Scene& scene, QWidget* parent) : Part{scene, parent} {
    setAccessibleName(QStringLiteral("Potential at or below 0 V"));
}

int ZeroCard::wanted_height(const RunModel& run) {
    const int rows = std::min(most_rows, int(run.referenced_layers().size()));
    return int(header + rows * row_height + foot);
}

void ZeroCard::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.card(QRectF{rect()});
    ink.text({12, 23}, QStringLiteral("Potential at or below 0 V"), {13, QFont::DemiBold},
             theme.text);
    const auto first = run().first_crossing();
    const bool any_reference = !run().referenced_layers().empty();
    const QString badge = first           ? QStringLiteral("Plating possible")
                          : any_reference ? QStringLiteral("Not seen")
                                          : QStringLiteral("Unknown");
    const Type type{11, QFont::DemiBold};
    ink.chip({width() - 12 - Ink::width(badge, type) - 16, 19}, badge, type,
             first ? theme.critical_fill : theme.selected, first ? QColor{Qt::white} : theme.text);

    double y = header;
    int rows = 0;
    for (const int layer : run().referenced_layers()) {
        if (rows++ == most_rows) break;
        if (rows > 1) ink.horizontal(y, 12, width() - 12, theme.hairline);
        paint_row(ink, layer, y);
        y += row_height;
    }
    if (rows > 0) ink.horizontal(y, 1, width() - 1, theme.hairline);
    ink.text({12, y + 20}, foot_text(run()), {12, QFont::Medium}, theme.text, Qt::AlignLeft,
             width() - 24);
}

void ZeroCard::paint_row(Ink& ink, int layer, double y) {
    const Theme& theme = ink.theme();
    const auto& crossing = run().crossing(layer);
    if (crossing)
        ink.alarm_sign({20, y + 18}, 7, theme.critical, theme.card);
    else
        ink.ring({20, y + 18}, 6, theme.muted, theme.card);
    ink.text({36, y + 16}, QStringLiteral("E%1").arg(layer), {12, QFont::DemiBold}, theme.text);
    ink.text({36, y + 29}, QStringLiteral("measured, layer %1").arg(layer), {11}, theme.muted);
    const double right = width() - 12;
    if (crossing) {
        const double charge_mAh = crossing->charge_C / units::mAh.si();
        ink.text({right, y + 16},
                 number_text(crossing->potential_V * 1e3, 1) + QStringLiteral(" mV"),
                 {12, QFont::DemiBold}, theme.text, Qt::AlignRight);
        ink.text({right, y + 29},
                 hours_text(crossing->time_s, true) + QStringLiteral(", ") +
                     number_text(charge_mAh, 2) + QStringLiteral(" mAh"),
                 {11}, theme.muted, Qt::AlignRight);
        return;
    }
    const auto now = run().potential_V(layer);
    ink.text({right, y + 16}, QStringLiteral("not seen"), {12}, theme.muted, Qt::AlignRight);
    if (!now) return;
    const bool old = age_s(scene_, now->arrival).value_or(0) > run().stale_after_s(layer);
    const bool last = scene_.review || run().closed || old;
    ink.text({right, y + 29},
             (last ? QStringLiteral("last ") : QStringLiteral("now ")) +
                 number_text(now->value * 1e3, 1) + QStringLiteral(" mV"),
             {11}, theme.muted, Qt::AlignRight);
}

}  // namespace layerscope
