#include "ui/parts/tile.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/number_text.h"
#include "ui/parts/duration_text.h"

namespace layerscope {
namespace {

constexpr double sparkline_s = 600;  // the last ten minutes of the test

QString dash() {
    return QStringLiteral("–");
}

TileReading potential_reading(const Scene& scene, int layer) {
    const RunModel& run = *scene.run;
    TileReading reading;
    reading.label = QStringLiteral("E%1").arg(layer);
    reading.curve = run.potential(layer);
    const auto now = run.potential_V(layer);
    reading.value = now ? number_text(now->value * 1e3, 1) : dash();
    reading.unit = now ? QStringLiteral("mV") : QString{};
    if (!now) reading.note = QStringLiteral("no valid value");
    if (now) reading.age_s = age_s(scene, now->arrival);
    reading.stale = reading.age_s.value_or(0) > run.stale_after_s(layer);
    reading.alarm = !scene.review && run.stands_at_zero(layer);
    return reading;
}

void date_by_rows(TileReading& reading, const Scene& scene) {
    reading.age_s = age_s(scene, scene.run->oldest_rows());
    reading.stale = reading.age_s.value_or(0) > scene.run->rows_stale_after_s();
}

TileReading share_reading(const Scene& scene) {
    const RunModel& run = *scene.run;
    TileReading reading;
    reading.label = QStringLiteral("Layer 1 share");
    const auto share = run.current_share(1);
    reading.value = share ? number_text(*share * 100, 1) : dash();
    reading.unit = share ? QStringLiteral("%") : QString{};
    if (!share && run.newest_s()) reading.note = QStringLiteral("no current");
    reading.curve = run.share_percent();
    date_by_rows(reading, scene);
    return reading;
}

TileReading spread_reading(const Scene& scene) {
    const RunModel& run = *scene.run;
    TileReading reading;
    reading.label = QStringLiteral("SOC spread σ");
    const auto& spread = run.newest_spread();
    reading.value = spread ? number_text(spread->raw.sigma, 3) : dash();
    reading.curve = run.sigma();
    date_by_rows(reading, scene);
    return reading;
}

TileReading below_reading(const Scene& scene) {
    const RunModel& run = *scene.run;
    const auto first = run.first_crossing();
    TileReading reading;
    reading.label = QStringLiteral("Since first ≤ 0 V");
    if (!first || !run.newest_s()) {
        reading.value = dash();
        reading.note = QStringLiteral("not seen");
        return reading;
    }
    const double since_s = *run.newest_s() - first->time_s;
    reading.value = lasting_text(since_s);
    reading.unit = since_s < 3600 ? QStringLiteral("min") : QString{};
    reading.note =
        QStringLiteral("layer %1, %2").arg(first->layer).arg(hours_text(first->time_s, true));
    date_by_rows(reading, scene);
    return reading;
}

}  // namespace

Tile::Tile(const Scene& scene, Source source, QWidget* parent)
    : Part{scene, parent}, source_{std::move(source)} {
    setFocusPolicy(Qt::TabFocus);
    refresh();
}

void Tile::refresh() {
    const TileReading reading = source_(scene_);
    const QString name = reading.label + QStringLiteral(": ") + reading.value + QChar(' ') +
                         reading.unit + (reading.stale ? QStringLiteral(", old") : QString{});
    if (accessibleName() != name) setAccessibleName(name);
    update();
}

void Tile::paint_sparkline(Ink& ink, const TileReading& reading, const QColor& color) {
    const QRectF box{12, 64, width() - 24.0, height() - 76.0};
    if (reading.curve.empty()) return;
    const double end_s = reading.curve.series->last_s().value();
    const TimeRange range{end_s - sparkline_s, end_s};
    const Polyline line = reading.curve.trace(range, int(box.width()));
    double least = INFINITY;
    double greatest = -INFINITY;
    for (const double value : line.value)
        if (!std::isnan(value))
            least = std::min(least, value), greatest = std::max(greatest, value);
    if (least > greatest) return;
    const double begin_s = std::max(line.time_s.front(), range.from_s);
    const double span_s = std::max(end_s - begin_s, 1.0);
    const double span = std::max(greatest - least, 1e-9 + 1e-3 * std::abs(greatest));
    const auto point = [&](std::size_t i) {
        return QPointF{box.left() + (line.time_s[i] - begin_s) / span_s * box.width(),
                       box.bottom() - (line.value[i] - least) / span * box.height()};
    };
    ink.painter().save();
    ink.painter().setClipRect(box.adjusted(-3, -3, 3, 3));
    // Pieces with square caps, as in the panels: noise in one polyline costs ten times as much.
    ink.painter().setPen(QPen{color, 1.3, Qt::SolidLine, Qt::SquareCap});
    QVector<QLineF> pieces;
    for (std::size_t i = 1; i < line.time_s.size(); ++i)
        if (!std::isnan(line.value[i - 1]) && !std::isnan(line.value[i]))
            pieces.append({point(i - 1), point(i)});
    ink.painter().drawLines(pieces);
    if (!std::isnan(line.value.back())) ink.dot(point(line.value.size() - 1), 2.4, color);
    ink.painter().restore();
}

void Tile::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    const TileReading reading = source_(scene_);
    const QRectF box{rect()};
    const bool filled = reading.alarm && !reading.stale;
    ink.card(box, filled ? theme.critical_fill : theme.card,
             filled          ? theme.critical_fill
             : reading.alarm ? theme.critical
                             : theme.hairline);
    if (reading.stale) ink.hatch(box.adjusted(1, 1, -1, -1), theme.selected, 8, 3);

    const QColor text = filled ? QColor{Qt::white} : reading.stale ? theme.muted : theme.text;
    const QColor quiet = filled ? QColor{Qt::white} : theme.muted;
    ink.text({12, 22}, reading.label, {12, QFont::Medium}, quiet);
    const QString age = reading.age_s ? age_text(*reading.age_s) : QString{};
    if (filled)
        ink.alarm_sign({width() - 19.0, 18}, 8, Qt::white, theme.critical_fill);
    else if (!age.isEmpty() &&
             24 + Ink::width(reading.label, {12, QFont::Medium}) + Ink::width(age, {11}) + 6 <
                 width())
        ink.text({width() - 12.0, 22}, age, {11, reading.stale ? QFont::DemiBold : QFont::Normal},
                 reading.stale ? theme.warning_text : theme.muted, Qt::AlignRight);
    const double wide = ink.text({12, 52}, reading.value, {24, QFont::DemiBold}, text);
    ink.text({12 + wide + 4, 52}, reading.unit, {12}, quiet);
    if (!reading.note.isEmpty())
        ink.text({12, height() - 20.0}, reading.note, {11}, quiet, Qt::AlignLeft, width() - 20);
    else
        paint_sparkline(ink, reading, filled ? QColor{Qt::white} : theme.muted);
}

std::vector<Tile::Source> tile_sources(const RunModel& run) {
    std::vector<Tile::Source> sources;
    const auto referenced = run.referenced_layers();
    const auto potential = [&](int layer) {
        sources.emplace_back(
            [layer](const Scene& scene) { return potential_reading(scene, layer); });
    };
    if (!referenced.empty()) potential(referenced.front());
    if (referenced.size() > 1) potential(referenced.back());
    if (run.layer_count() > 1) {
        sources.emplace_back(share_reading);
        sources.emplace_back(spread_reading);
    }
    if (run.first_crossing()) sources.emplace_back(below_reading);
    return sources;
}

}  // namespace layerscope
