#include "ui/pages/live_panels.h"

#include <QStringList>
#include <algorithm>

#include "ui/number_text.h"

namespace layerscope {
namespace {

Trace layer_trace(const Scene& scene, int layer, QChar symbol, Curve curve) {
    Trace trace;
    trace.name = symbol + QString::number(layer);
    trace.color = scene.look.theme.layer(layer);
    trace.strong = layer == 1;
    trace.width_px = layer == 1 ? 1.9 : 1.5;
    trace.curve = curve;
    return trace;
}

/// What all panels have in common: now, and the dashed line of the first crossing.
PanelContent common(const Scene& scene) {
    PanelContent content;
    const auto newest_s = scene.run->newest_s();
    if (!scene.ended()) content.now_s = newest_s;
    if (!newest_s)
        content.waiting =
            scene.ended() ? QStringLiteral("no rows")
                          : QStringLiteral("waiting for the first row since ") +
                                QString::fromStdString(to_local_text(scene.shown_at)).mid(11, 8);
    if (const auto first = scene.run->first_crossing()) content.crossing_s = first->time_s;
    return content;
}

/// What the station asks for and the rows do not carry, in one sentence; empty where all is there.
QString missing_references(const RunModel& run) {
    QStringList named;
    for (const int layer : run.referenced_layers())
        if (run.reference_missing(layer))
            named << QStringLiteral("%1 (layer %2)")
                         .arg(QString::fromStdString(*run.reference_field(layer)))
                         .arg(layer);
    if (named.isEmpty()) return {};
    return QStringLiteral("the rows carry no ") + named.join(QStringLiteral(", ")) +
           QStringLiteral("; map it in the cycler or correct the station");
}

}  // namespace

PanelContent current_panel(const Scene& scene) {
    PanelContent content = common(scene);
    content.title = QStringLiteral("Current density");
    content.unit = QStringLiteral("j (mA cm⁻²)");
    if (scene.run->newest_s())
        content.remark = QStringLiteral("Σ ") +
                         number_text(scene.run->total_current_A() / units::mA.si(), 2) +
                         QStringLiteral(" mA");
    content.from_zero = true;
    content.least_span = 0.02;  // mA cm⁻²; a layer at 0.05C carries 0.05
    content.now_label = scene.alive() ? QStringLiteral("now") : QStringLiteral("last row");
    for (int layer = 1; layer <= scene.run->layer_count(); ++layer) {
        content.traces.push_back(
            layer_trace(scene, layer, QChar('L'), scene.run->current_density(layer)));
    }
    return content;
}

PanelContent potential_panel(const Scene& scene) {
    PanelContent content = common(scene);
    content.title = QStringLiteral("Electrode potential");
    content.unit = QStringLiteral("E vs Li/Li⁺ (V)");
    const auto first = scene.run->first_crossing();
    const auto referenced = scene.run->referenced_layers();
    if (referenced.empty()) {
        content.waiting = QStringLiteral("no reference electrode on any layer");
        return content;
    }
    content.remark = QStringLiteral("%1 of %2 layers with reference")
                         .arg(referenced.size())
                         .arg(scene.run->layer_count());
    for (const int layer : referenced) {
        if (first && first->layer == layer) content.red_trace = content.traces.size();
        content.traces.push_back(
            layer_trace(scene, layer, QChar('E'), scene.run->potential(layer)));
    }
    if (const QString missing = missing_references(*scene.run); !missing.isEmpty()) {
        const bool all = std::ranges::all_of(
            referenced, [&](int layer) { return scene.run->reference_missing(layer); });
        (all ? content.waiting : content.remark) = missing;
    }
    content.tone_below_level = true;
    content.least_span = 0.01;  // V; a reference is good to a millivolt or two
    content.level = Level{0, first ? QString{} : QStringLiteral("below 0 V: plating possible"),
                          first.has_value()};
    if (first)
        content.crossing_label =
            QStringLiteral("E%1 ≤ 0 V at ").arg(first->layer) + hours_text(first->time_s, true);
    return content;
}

PanelContent charge_panel(const Scene& scene) {
    PanelContent content = common(scene);
    content.title = QStringLiteral("State of charge and spread");
    content.unit = QStringLiteral("x = Q/Q_th");
    const auto& spread = scene.run->newest_spread();
    if (spread && scene.run->layer_count() > 1)
        content.remark = QStringLiteral("shaded: range ") + number_text(spread->raw.range, 3);
    content.from_zero = true;
    content.least_span = 0.02;
    content.band = scene.run->layer_count() > 1;
    const auto& design = scene.run->station().design;
    bool one_capacity = true;
    for (int layer = 1; layer <= scene.run->layer_count(); ++layer) {
        one_capacity = one_capacity && design.layer(layer).theoretical_capacity ==
                                           design.layer(1).theoretical_capacity;
        content.traces.push_back(layer_trace(scene, layer, QChar('L'), scene.run->soc(layer)));
        content.traces.back().in_band = true;
    }
    content.level = Level{1, QStringLiteral("theoretical capacity"), false};
    if (one_capacity)
        content.level->name += QChar(' ') +
                               number_text(design.layer(1).theoretical_capacity.in(units::mAh), 1) +
                               QStringLiteral(" mAh");
    if (scene.run->layer_count() == 1) return content;
    Trace sigma;
    sigma.name = QStringLiteral("σ");
    sigma.color = scene.look.theme.muted;
    sigma.dashed = true;
    sigma.width_px = 1.4;
    sigma.curve = scene.run->sigma();
    content.traces.push_back(sigma);
    return content;
}

}  // namespace layerscope
