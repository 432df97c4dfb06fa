#include "ui/parts/banner.h"

#include <algorithm>

#include "ui/number_text.h"

namespace layerscope {
namespace {

constexpr int row_height = 40;

/// The alarms the banner speaks of: those that wait; else those whose potential still stands.
std::vector<const ShownAlarm*> shown_alarms(const Scene& scene) {
    if (scene.review) return {};
    auto open = scene.run->unacknowledged();
    if (!open.empty()) return open;
    std::vector<const ShownAlarm*> standing;
    for (const ShownAlarm& alarm : scene.run->alarms())
        if (scene.run->stands_at_zero(alarm.raised.layer)) standing.push_back(&alarm);
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

int Banner::wanted_height(const Scene& scene) {
    const int rows = (shown_alarms(scene).empty() ? 0 : 1) + (scene.run->trouble ? 1 : 0);
    return rows * row_height;
}

void Banner::refresh() {
    go_to_->setVisible(!shown_alarms(scene_).empty());
    acknowledge_->setVisible(!scene_.review && !run().unacknowledged().empty());
    setToolTip(QString::fromStdString(run().trouble.value_or("")));
    update();
}

void Banner::resizeEvent(QResizeEvent*) {
    go_to_->setGeometry(width() - 12 - 72, 6, 72, 28);
    acknowledge_->setGeometry(go_to_->x() - 8 - 104, 6, 104, 28);
}

void Banner::paint(Ink& ink) {
    const bool alarms = !shown_alarms(scene_).empty();
    if (alarms) paint_alarms(ink);
    if (run().trouble) paint_trouble(ink, alarms ? row_height : 0);
}

void Banner::paint_trouble(Ink& ink, double top) {
    const Theme& theme = ink.theme();
    const QRectF row{0, top, double(width()), double(row_height)};
    ink.painter().fillRect(row, theme.critical_tint);
    ink.horizontal(row.bottom() - 1, 0, row.right(), theme.critical);
    ink.alarm_sign({26, top + 20}, 10, theme.critical, theme.card);
    const double x = 48 + 14 +
                     ink.text({48, top + 25}, QStringLiteral("Recording at risk"),
                              {14, QFont::DemiBold}, theme.critical_text);
    ink.text({x, top + 25}, QString::fromStdString(*run().trouble), {13, QFont::Medium},
             theme.critical_text, Qt::AlignLeft, width() - 12 - x);
}

void Banner::paint_alarms(Ink& ink) {
    const auto shown = shown_alarms(scene_);
    const Theme& theme = ink.theme();
    const bool open = !shown.front()->acknowledged;
    const QColor text = open ? QColor{Qt::white} : theme.critical_text;
    ink.painter().fillRect(QRect{0, 0, width(), row_height},
                           open ? theme.critical_fill : theme.critical_tint);
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
    if (now && run().newest_s() && run().stands_at_zero(first.layer))
        say((scene_.alive() ? QStringLiteral("now ") : QStringLiteral("last ")) +
                number_text(now->value * 1e3, 1) + QStringLiteral(" mV"),
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
