#include "ui/parts/top_bar.h"

#include <QIcon>
#include <QPixmap>
#include <QStyle>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "ui/number_text.h"
#include "ui/parts/duration_text.h"

namespace layerscope {
namespace {

constexpr Type value_type{13, QFont::Medium};
constexpr Type name_type{11, QFont::Normal};
constexpr double clock_width = 78;

QString zone_text(UtcTime time) {
    const int minutes = zone_offset_min(time);
    const QString sign = minutes < 0 ? QStringLiteral("−") : QStringLiteral("+");
    QString text = QStringLiteral("UTC") + sign + QString::number(std::abs(minutes) / 60);
    if (minutes % 60 != 0)
        text += QStringLiteral(":%1").arg(std::abs(minutes) % 60, 2, 10, QChar('0'));
    return text;
}

/// What the stack does, from the sum of its currents.
QString state_of(const RunModel& run) {
    if (!run.newest_s()) return QStringLiteral("Waiting for rows");
    const double total_A = run.total_current_A();
    if (std::abs(total_A) < 1e-3 * run.station().design.one_c.si()) return QStringLiteral("Rest");
    return total_A > 0 ? QStringLiteral("Lithiation") : QStringLiteral("Delithiation");
}

/// "0.33C"; empty before the lithiation.
QString rate_of(const RunModel& run) {
    const auto rate = run.rate();
    return rate ? QString::fromStdString(rate_text(*rate)) : QString{};
}

/// The step that layer 1's channel is in, in the cycler's words, while it speaks.
QString step_of(const Scene& scene) {
    const RunModel& run = *scene.run;
    if (scene.ended()) return QStringLiteral("at the end");
    const auto age = age_s(scene, run.last_heard());
    if (age && !scene.alive()) return QStringLiteral("last known, %1 ago").arg(age_text(*age));
    const auto& snapshot = run.snapshot(1);
    if (!snapshot) return run.newest_s() ? QStringLiteral("from the current") : QString{};
    QString status = QString::fromStdString(snapshot->status);
    if (!snapshot->step) return status;
    return QStringLiteral("Step %1, %2").arg(*snapshot->step).arg(status);
}

/// Two lines, value above name; returns the right edge of the group.
double pair(Ink& ink, double x, const QString& value, const QString& unit, const QString& name) {
    const double width = ink.text({x, 21}, value, value_type, ink.theme().text);
    const double with_unit =
        unit.isEmpty() ? width
                       : width + 4 + ink.text({x + width + 4, 21}, unit, {12}, ink.theme().muted);
    return x + std::max(with_unit, ink.text({x, 37}, name, name_type, ink.theme().muted));
}

/// What the recording does: only one that takes rows in is shown as on.
QString recording_word(const Scene& scene) {
    const RunModel& run = *scene.run;
    if (run.closed) return QStringLiteral("Ended · ") + QString::fromStdString(*run.closed);
    if (!run.lost_links().empty() && !scene.alive()) return QStringLiteral("NO LINK");
    if (!run.opened) return QStringLiteral("WAITING");
    return scene.alive() ? QStringLiteral("REC") : QStringLiteral("NO DATA");
}

double recording_pill(Ink& ink, double x, const Scene& scene, const QString& elapsed) {
    const Theme& theme = ink.theme();
    const Type strong{12, QFont::Bold};
    const QString word = recording_word(scene);
    const bool on = scene.alive() && scene.run->opened;
    const bool in_want = !on && !scene.ended() && scene.run->opened;
    const QColor color = on ? theme.pill_text : in_want ? theme.warning_text : theme.text;
    const double width = 40 + Ink::width(word, strong) + Ink::width(elapsed, value_type);
    ink.painter().setPen(on ? QPen{Qt::NoPen} : QPen{in_want ? theme.warning : theme.strong_line});
    ink.painter().setBrush(on ? theme.pill : theme.card);
    ink.painter().drawRoundedRect(QRectF{x + 0.5, 12.5, width - 1, 23}, 11.5, 11.5);
    on ? ink.dot({x + 14, 24}, 3.5, theme.bar) : ink.ring({x + 14, 24}, 3, color, theme.card);
    const double beside = ink.text({x + 24, 28.5}, word, strong, color);
    ink.text({x + 24 + beside + 6, 28.5}, elapsed, value_type, color);
    return x + width;
}

void logo(Ink& ink) {
    constexpr std::array widths{26.0, 20.0, 14.0, 18.0};
    for (int k = 1; k <= 4; ++k) {
        ink.painter().setPen(Qt::NoPen);
        ink.painter().setBrush(ink.theme().layer(k));
        ink.painter().drawRoundedRect(QRectF{19, 8.0 + 6 * k, widths[std::size_t(k) - 1], 3.6}, 1.8,
                                      1.8);
    }
}

QIcon theme_icon(const Theme& theme) {
    QPixmap pixmap{40, 40};
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter{&pixmap};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen{theme.text, 1.5, Qt::SolidLine, Qt::RoundCap});
    const QPointF centre{10, 10};
    painter.setBrush(theme.text);
    painter.drawPie(QRectF{4, 4, 12, 12}, 90 * 16, 180 * 16);  // half dark, half light
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(centre, 6, 6);
    return QIcon{pixmap};
}

}  // namespace

TopBar::TopBar(const Scene& scene, QWidget* parent)
    : Part{scene, parent}, alarms_{new QPushButton{this}}, theme_{new QPushButton{this}} {
    alarms_->setProperty("cls", "flat");
    theme_->setProperty("cls", "flat");
    theme_->setAccessibleName(QStringLiteral("Light or dark"));
    theme_->setToolTip(QStringLiteral("Light or dark (Ctrl+T)"));
    alarms_->setToolTip(QStringLiteral("Show where the last alarm is"));
    connect(alarms_, &QPushButton::clicked, this, &TopBar::alarms_wanted);
    connect(theme_, &QPushButton::clicked, this, &TopBar::theme_toggled);
    refresh();
}

void TopBar::refresh() {
    const auto open = run().unacknowledged().size();
    const auto all = run().alarms().size();
    const QString words =
        open > 0 ? QStringLiteral("%1 new %2")
                       .arg(open)
                       .arg(open == 1 ? QStringLiteral("alarm") : QStringLiteral("alarms"))
        : all == 1 ? QStringLiteral("1 alarm")
                   : QStringLiteral("%1 alarms").arg(all);
    const QString cls = open > 0 ? QStringLiteral("critical") : QStringLiteral("flat");
    if (alarms_->property("cls").toString() != cls) {
        alarms_->setProperty("cls", cls);
        alarms_->style()->unpolish(alarms_);
        alarms_->style()->polish(alarms_);
    }
    if (alarms_->text() != words) {
        alarms_->setText(words);
        alarms_->setAccessibleName(words);
        place_buttons();
    }
    theme_->setIcon(theme_icon(scene_.look.theme));
    theme_->setIconSize({20, 20});
    update();
}

void TopBar::resizeEvent(QResizeEvent*) {
    place_buttons();
}

void TopBar::place_buttons() {
    const int words = int(std::ceil(Ink::width(alarms_->text(), {12, QFont::Medium}))) + 28;
    const int right = width() - int(clock_width) - 8;
    theme_->setGeometry(right - 32, 10, 28, 28);
    alarms_->setGeometry(right - 32 - 8 - words, 10, words, 28);
}

void TopBar::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.painter().fillRect(rect(), theme.bar);
    ink.horizontal(height() - 1, 0, width(), theme.hairline);
    logo(ink);

    const auto divider = [&](double after) {
        ink.vertical(after + 20, 12, 36, theme.hairline);
        return after + 41;
    };
    const double limit = alarms_->x() - 16;
    const Station& station = run().station();
    double x = 80;
    const double name = ink.text({x, 21}, QString::fromStdString(station.cell_name),
                                 {14, QFont::DemiBold}, theme.text, Qt::AlignLeft, 160);
    const double rate = ink.text({x + name + 8, 21}, rate_of(run()), value_type, theme.text);
    const double title = ink.text({x, 37}, QString::fromStdString(station.design.title), name_type,
                                  theme.muted, Qt::AlignLeft, 210);
    x = divider(x + std::max(name + 8 + rate, title));

    const QString elapsed = hours_text(run().newest_s().value_or(0), true);
    if (scene_.review)
        x = divider(pair(ink, x, elapsed, {}, QStringLiteral("Duration")));
    else
        x = divider(recording_pill(ink, x, scene_, elapsed));
    if (scene_.accelerated && *scene_.accelerated != 1) {
        const QString times = QStringLiteral("accelerated ×") + number_text(*scene_.accelerated, 0);
        x = ink.chip({x, 24}, times, {11, QFont::DemiBold}, theme.selected, theme.text).right() +
            20;
    }
    x = pair(ink, x, state_of(run()), {}, step_of(scene_));

    struct Group {
        QString value, unit, name;
    };
    const auto age = age_s(scene_, run().last_heard());
    const QString channels =
        QStringLiteral("%1/%2").arg(run().channels_alive(scene_.now)).arg(run().layer_count());
    std::vector<Group> groups;
    groups.push_back({number_text(run().total_charge_mAh(), 2), QStringLiteral("mAh"),
                      QStringLiteral("Charge")});
    if (age)
        groups.push_back(
            {channels,
             QStringLiteral("+ %1 ref, ").arg(run().referenced_layers().size()) + age_text(*age),
             QStringLiteral("Channels")});
    groups.push_back({number_text(run().total_current_A() / units::mA.si(), 2),
                      QStringLiteral("mA"), QStringLiteral("Total current")});
    bool first = true;
    for (const Group& group : groups) {
        const double needed =
            std::max(Ink::width(group.value, value_type) + 4 + Ink::width(group.unit, {12}),
                     Ink::width(group.name, name_type));
        const double start = first ? x + 41 : x + 28;
        if (start + needed > limit) break;
        if (first) ink.vertical(x + 20, 12, 36, theme.hairline);
        x = pair(ink, start, group.value, group.unit, group.name);
        first = false;
    }

    const QString local = QString::fromStdString(to_local_text(scene_.now)).mid(11, 8);
    ink.text({width() - 12.0, 21}, local, value_type, theme.text, Qt::AlignRight);
    ink.text({width() - 12.0, 37}, zone_text(scene_.now), name_type, theme.muted, Qt::AlignRight);
}

}  // namespace layerscope
