#include "ui/plot/panel_overlay.h"

#include <algorithm>
#include <cmath>

#include "ui/number_text.h"
#include "ui/plot/label_placement.h"
#include "ui/plot/tickers.h"

namespace layerscope {
namespace {

constexpr Type title_type{13, QFont::DemiBold};
constexpr Type small_type{11, QFont::Normal};
constexpr Type small_strong{11, QFont::DemiBold};

void paint_header(Ink& ink, const TracePanel& panel) {
    const PanelContent& content = panel.content();
    const Theme& theme = ink.theme();
    const double title = ink.text({12, 23}, content.title, title_type, theme.text);
    // What follows an underscore is a subscript: "x = Q/Q_th".
    const QStringList parts = content.unit.split(QChar('_'));
    double unit = ink.text({12 + title + 8, 23}, parts.front(), {12}, theme.muted);
    if (parts.size() > 1)
        unit += ink.text({12 + title + 8 + unit, 26}, parts.back(), {9}, theme.muted);
    const double room = panel.width() - 12 - (12 + title + 8 + unit + 16);
    if (Ink::width(content.remark, {12}) <= room)  // dropped whole rather than cut
        ink.text({panel.width() - 12.0, 23}, content.remark, {12}, theme.muted, Qt::AlignRight);
}

void paint_now(Ink& ink, const TracePanel& panel) {
    const auto& now_s = panel.content().now_s;
    const QRectF frame = panel.frame();
    if (!now_s) return;
    const double x = panel.x_of(*now_s);
    if (x < frame.left() || x > frame.right()) return;
    ink.vertical(x, frame.top(), frame.bottom(), ink.theme().axis);
    const QString& label = panel.content().now_label;
    if (!label.isEmpty() && frame.right() - x > Ink::width(label, small_type) + 8)
        ink.text_on_curves({x + 6, frame.top() + 11}, label, small_type, ink.theme().muted,
                           ink.theme().future);
}

void paint_level(Ink& ink, const TracePanel& panel) {
    const auto& level = panel.content().level;
    if (!level) return;
    const QRectF frame = panel.frame();
    const double y = panel.y_of(level->value);
    if (y < frame.top() || y > frame.bottom()) return;
    const Theme& theme = ink.theme();
    ink.horizontal(y, frame.left(), frame.right(),
                   level->alarm                       ? theme.critical
                   : panel.content().tone_below_level ? theme.text
                                                      : theme.axis);
    if (level->name.isEmpty()) return;
    const bool below = panel.content().tone_below_level;
    if (below ? frame.bottom() - y > 20 : y - frame.top() > 14)
        ink.text_on_curves({frame.left() + 7, below ? y + 16 : y - 5}, level->name, small_type,
                           theme.muted, below ? theme.hover : theme.card);
}

void paint_crossing(Ink& ink, const TracePanel& panel) {
    const PanelContent& content = panel.content();
    if (!content.crossing_s) return;
    const QRectF frame = panel.frame();
    const double x = std::floor(panel.x_of(*content.crossing_s)) + 0.5;
    if (x < frame.left() || x > frame.right()) return;
    QPen pen{ink.theme().critical, 1.4};
    pen.setDashPattern({2.6, 2.2});
    pen.setCapStyle(Qt::FlatCap);
    ink.painter().setPen(pen);
    ink.painter().drawLine(QPointF{x, frame.top()}, QPointF{x, frame.bottom()});
    if (content.crossing_label.isEmpty()) return;
    const bool left = x + 10 + Ink::width(content.crossing_label, small_strong) > frame.right();
    ink.text_on_curves({x + (left ? -8 : 8), frame.top() + 11}, content.crossing_label,
                       small_strong, ink.theme().critical_text, ink.theme().card,
                       left ? Qt::AlignRight : Qt::AlignLeft);
}

/// How many labels of `height` stand under each other; the layers next to the separator come first,
/// the values of all are in the capacity card.
std::size_t most_labels(const QRectF& frame, double height) {
    return std::size_t(std::max(1.0, std::floor(frame.height() / height)));
}

/// From the end of a curve across the future to the gutter, then to the tag if that was moved.
void paint_leader(Ink& ink, const TracePanel& panel, const Tag& tag) {
    const QRectF frame = panel.frame();
    const Trace& trace = panel.content().traces[tag.trace];
    const double end = std::clamp(panel.x_of(trace.curve.series->last_s().value_or(0)),
                                  frame.left(), frame.right());
    QPen pen{ink.theme().axis, 1};
    pen.setDashPattern({1, 2});
    ink.painter().setPen(pen);
    const double inside = std::clamp(tag.true_y, frame.top(), frame.bottom());
    ink.painter().drawLine(QPointF{end + 2, inside}, QPointF{frame.right() + 2, inside});
    ink.painter().setPen(QPen{ink.theme().axis, 1});
    ink.painter().drawLine(QPointF{frame.right() + 2, inside}, QPointF{frame.right() + 9, tag.y});
}

void paint_tags(Ink& ink, const TracePanel& panel) {
    const QRectF frame = panel.frame();
    const Theme& theme = ink.theme();
    for (const Tag& tag : place_tags(panel)) {
        const Trace& trace = panel.content().traces[tag.trace];
        paint_leader(ink, panel, tag);
        const double x = frame.right() + 12;
        ink.painter().fillRect(QRectF{x, std::round(tag.y) - 6, 3, 12}, trace.color);
        ink.text({x + 7, tag.y + 4}, trace.name, {11, QFont::Medium}, theme.muted);
        ink.text({panel.width() - 12.0, tag.y + 4},
                 number_text(tag.value, panel.content().decimals),
                 {12, trace.strong ? QFont::DemiBold : QFont::Medium}, theme.text, Qt::AlignRight);
    }
}

void paint_time_unit(Ink& ink, const TracePanel& panel) {
    if (!panel.content().time_axis) return;
    const auto* ticker = dynamic_cast<const TimeTicker*>(panel.xAxis->ticker().data());
    const bool seconds = ticker != nullptr && ticker->with_seconds();
    ink.text({panel.width() - 12.0, panel.frame().bottom() + 18},
             seconds ? QStringLiteral("t (h:min:s)") : QStringLiteral("t (h:min)"), small_type,
             ink.theme().muted, Qt::AlignRight);
}

struct HoverLabel {
    const Trace* trace;
    double value;
    double y;
};

void paint_hover(Ink& ink, const TracePanel& panel, double time_s) {
    const QRectF frame = panel.frame();
    const double x = panel.x_of(time_s);
    if (x < frame.left() || x > frame.right()) return;
    const Theme& theme = ink.theme();
    ink.vertical(x, frame.top(), frame.bottom(), theme.text);
    std::vector<HoverLabel> labels;
    std::vector<double> wanted;
    for (const Trace& trace : panel.content().traces) {
        const double value = trace.curve.value_at(time_s);
        if (std::isnan(value)) continue;
        if (labels.size() == most_labels(frame, 14)) break;
        labels.push_back({&trace, value, panel.y_of(value)});
        wanted.push_back(labels.back().y - 9);
        ink.ring({x, labels.back().y}, 3.5, trace.color, theme.card);
    }
    const auto placed = place_labels(wanted, 14, frame.top() + 7, frame.bottom() - 7);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const QString text = labels[i].trace->name + QChar(' ') +
                             number_text(labels[i].value, panel.content().decimals);
        const bool left = x + 14 + Ink::width(text, small_strong) > frame.right();
        ink.text_on_curves({x + (left ? -8 : 8), placed[i] + 4}, text, small_strong, theme.text,
                           theme.card, left ? Qt::AlignRight : Qt::AlignLeft);
    }
    if (!panel.content().time_axis) return;
    const QString time = hours_text(time_s, true);
    const double half = Ink::width(time, small_strong) / 2 + 8;
    const double middle = std::clamp(x, frame.left() + half, frame.right() - half);
    ink.chip({middle - half, frame.bottom() + 15}, time, small_strong, theme.pill, theme.pill_text,
             18);
}

}  // namespace

std::vector<Tag> place_tags(const TracePanel& panel) {
    std::vector<Tag> tags;
    std::vector<double> wanted;
    const auto& traces = panel.content().traces;
    for (std::size_t i = 0; i < traces.size(); ++i) {
        const double value = traces[i].curve.newest();
        if (std::isnan(value)) continue;
        if (tags.size() == most_labels(panel.frame(), tag_height)) break;
        tags.push_back({i, 0, panel.y_of(value), value});
        wanted.push_back(tags.back().true_y);
    }
    const QRectF frame = panel.frame();
    const auto placed = place_labels(wanted, tag_height, frame.top() + tag_height / 2,
                                     frame.bottom() - tag_height / 2);
    for (std::size_t i = 0; i < tags.size(); ++i) tags[i].y = placed[i];
    std::ranges::sort(tags, {}, &Tag::y);
    return tags;
}

void paint_overlay(Ink& ink, const TracePanel& panel, const Scene& scene) {
    paint_header(ink, panel);
    paint_now(ink, panel);
    paint_level(ink, panel);
    paint_crossing(ink, panel);
    paint_tags(ink, panel);
    paint_time_unit(ink, panel);
    if (!panel.content().waiting.isEmpty())
        ink.text(panel.frame().center(), panel.content().waiting, {12}, ink.theme().muted,
                 Qt::AlignHCenter);
    if (scene.hover_s) paint_hover(ink, panel, *scene.hover_s);
}

}  // namespace layerscope
