#include "ui/parts/banner.h"

#include <algorithm>

#include "ui/number_text.h"
#include "ui/parts/duration_text.h"

namespace layerscope {
namespace {

/// The alarms the banner speaks of: those that wait; else those whose potential is still there.
std::vector<const ShownAlarm*> shown_alarms(const Scene& scene) {
    if (scene.review) return {};
    auto open = scene.run->unacknowledged();
    if (!open.empty()) return open;
    std::vector<const ShownAlarm*> standing;
    for (const ShownAlarm& alarm : scene.run->alarms()) {
        const auto now = scene.run->potential_V(alarm.raised.layer);
        if (now && now->value <= 0) standing.push_back(&alarm);
    }
    return standing;
}

}  // namespace

Banner::Banner(const Scene& scene, QWidget* parent)
    : Part{scene, parent},
      acknowledge_{new QPushButton{QStringLiteral("Acknowledge"), this}},
      go_to_{new QPushButton{QStringLiteral("Go to"), this}} {
    acknowledge_->setProperty("cls", "on-critical");
    acknowledge_->setToolTip(QStringLiteral("Confirm that you have seen it (A)"));
    connect(acknowledge_, &QPushButton::clicked, this, &Banner::acknowledged);
    connect(go_to_, &QPushButton::clicked, this, [this] {
        const auto shown = shown_alarms(scene_);
        if (!shown.empty()) emit go_to_wanted(shown.front()->raised.device_time_s);
    });
}

bool Banner::wanted(const Scene& scene) {
    return !shown_alarms(scene).empty();
}

void Banner::refresh() {
    acknowledge_->setVisible(!run().unacknowledged().empty());
    update();
}

void Banner::resizeEvent(QResizeEvent*) {
    go_to_->setGeometry(width() - 12 - 72, 6, 72, 28);
    acknowledge_->setGeometry(go_to_->x() - 8 - 104, 6, 104, 28);
}

void Banner::paint(Ink& ink) {
    const auto shown = shown_alarms(scene_);
    if (shown.empty()) return;
    const Theme& theme = ink.theme();
    const bool open = !shown.front()->acknowledged;
    const QColor text = open ? QColor{Qt::white} : theme.critical_text;
    ink.painter().fillRect(rect(), open ? theme.critical_fill : theme.critical_tint);
    ink.alarm_sign({26, 20}, 10, open ? QColor{Qt::white} : theme.critical,
                   open ? theme.critical_fill : theme.card);

    const AlarmRaised& first = shown.front()->raised;
    const double limit = (acknowledge_->isVisibleTo(this) ? acknowledge_->x() : go_to_->x()) - 12;
    double x = 48;
    const auto say = [&](const QString& words, Type type) {
        if (x + Ink::width(words, type) > limit) return;  // whole or not at all
        x += ink.text({x, 25}, words, type, text) + 14;
    };
    say(QStringLiteral("Layer %1 at or below 0 V").arg(first.layer), {14, QFont::DemiBold});
    say(QStringLiteral("E%1 ").arg(first.layer) + number_text(first.potential_V * 1e3, 1) +
            QStringLiteral(" mV at ") + hours_text(first.device_time_s, true),
        {13, QFont::DemiBold});
    say(number_text(first.charge_mAh, 2) + QStringLiteral(" mAh in layer %1").arg(first.layer),
        {13});
    const auto now = run().potential_V(first.layer);
    if (now && run().newest_s() && now->value <= 0)
        say(QStringLiteral("now ") + number_text(now->value * 1e3, 1) +
                QStringLiteral(" mV, for ") + lasting_text(*run().newest_s() - first.device_time_s),
            {13});
    if (shown.size() < 2) return;
    const QString first_out = QStringLiteral("First out: layer %1").arg(first.layer);
    if (x + Ink::width(first_out, {11, QFont::DemiBold}) + 16 < limit)
        x = ink.chip({x, 20}, first_out, {11, QFont::DemiBold},
                     open ? QColor{0, 0, 0, 56} : theme.card, text)
                .right() +
            12;
    say(QStringLiteral("+%1: layer %2").arg(shown.size() - 1).arg(shown[1]->raised.layer), {13});
}

}  // namespace layerscope
