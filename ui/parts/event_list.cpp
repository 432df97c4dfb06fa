#include "ui/parts/event_list.h"

#include <QHelpEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/number_text.h"

namespace layerscope {
namespace {

constexpr int header = 36;
constexpr int row_height = 25;

/// On the test's clock where the event has a place there, else by the wall: "14:31".
QString when_text(const ShownEvent& event) {
    if (event.time_s) return hours_text(*event.time_s, true);
    if (!event.at) return QStringLiteral("–");
    return QString::fromStdString(to_local_text(*event.at)).mid(11, 5);
}

}  // namespace

EventList::EventList(const Scene& scene, QWidget* parent) : Part{scene, parent} {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Events, newest first"));
}

int EventList::rows_shown() const {
    return std::max(0, (height() - header - 4) / row_height);
}

void EventList::scroll(int by) {
    const int last = std::max(0, int(run().events().size()) - rows_shown());
    first_ = std::clamp(first_ + by, 0, last);
    update();
}

void EventList::wheelEvent(QWheelEvent* event) {
    scroll(event->angleDelta().y() > 0 ? -1 : 1);
    event->accept();
}

void EventList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Up) return scroll(-1);
    if (event->key() == Qt::Key_Down) return scroll(1);
    Part::keyPressEvent(event);
}

void EventList::refresh() {
    setAccessibleDescription(whole_text(header));
    update();
}

QString EventList::whole_text(double y) const {
    const auto& events = run().events();
    const int from_newest = first_ + int(std::floor((y - header) / row_height));
    if (y < header || from_newest >= std::min(int(events.size()), first_ + rows_shown())) return {};
    const ShownEvent& event = events[events.size() - 1 - std::size_t(from_newest)];
    QString text = QString::fromStdString(event.text);
    if (!event.detail.empty()) text += QStringLiteral(": ") + QString::fromStdString(event.detail);
    if (event.time_s) text += QStringLiteral("\nTest time ") + hours_text(*event.time_s, true);
    if (event.at) text += QChar('\n') + QString::fromStdString(to_local_text(*event.at));
    return text;
}

bool EventList::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return Part::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), whole_text(help->pos().y()), this);
    return true;
}

void EventList::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.card(QRectF{rect()});
    ink.text({12, 23}, QStringLiteral("Events"), {13, QFont::DemiBold}, theme.text);
    const auto& events = run().events();
    const int older = int(events.size()) - first_ - rows_shown();
    ink.text({width() - 12.0, 23},
             older > 0 ? QStringLiteral("newest first, %1 more").arg(older)
                       : QStringLiteral("newest first"),
             {12}, theme.muted, Qt::AlignRight);
    if (events.empty())
        ink.text({12, header + 17.0}, QStringLiteral("none yet"), {12}, theme.muted);
    for (int row = 0; row < rows_shown(); ++row) {
        const int from_newest = first_ + row;
        if (from_newest >= int(events.size())) break;
        paint_row(ink, events[events.size() - 1 - std::size_t(from_newest)],
                  header + row * row_height);
    }
}

void EventList::paint_row(Ink& ink, const ShownEvent& event, double y) {
    using Weight = ShownEvent::Weight;
    const Theme& theme = ink.theme();
    const QPointF sign{20, y + row_height / 2.0};
    switch (event.weight) {
        case Weight::critical:
            ink.octagon(sign, 6, theme.critical);
            break;
        case Weight::warning:
            ink.triangle(sign, 5, theme.warning);
            break;
        case Weight::info:
            ink.dot(sign, 4, theme.accent);
            break;
        case Weight::plain:
            ink.dot(sign, 2.5, theme.faint);
            break;
    }
    const auto open = run().unacknowledged();
    const bool fresh = !scene_.review && std::ranges::any_of(open, [&](const ShownAlarm* alarm) {
        return event.alarm_id != 0 && alarm->raised.id == event.alarm_id;
    });
    const double base = y + 17;
    ink.text({88, base}, when_text(event), {12}, theme.muted, Qt::AlignRight);
    const double room = width() - 98 - 12 - (fresh ? 34 : 0);
    ink.text({98, base}, QString::fromStdString(event.text),
             {12, fresh ? QFont::DemiBold : QFont::Normal}, theme.text, Qt::AlignLeft, room);
    if (fresh)
        ink.text({width() - 12.0, base}, QStringLiteral("new"), {12, QFont::DemiBold},
                 theme.critical_text, Qt::AlignRight);
}

}  // namespace layerscope
