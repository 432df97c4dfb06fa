#include "ui/theme.h"

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

constexpr int soc_steps = 10;

Theme light() {
    Theme t;
    t.kind = ThemeKind::light;
    t.page = "#F2F4F6", t.bar = "#F8F9FA", t.card = "#FFFFFF", t.hairline = "#E2E6EA";
    t.strong_line = "#CBD2D9", t.hover = "#F4F6F8", t.selected = "#E8EDF2", t.grid = "#EDF0F3";
    t.axis = "#AEB7C0", t.faint = "#8A939D", t.future = "#F7F8FA";
    t.text = "#1F2328", t.muted = "#59636E", t.accent = "#0B62A8";
    t.critical = "#C8102E", t.critical_fill = "#C8102E", t.critical_tint = "#FCEBED";
    t.critical_text = "#A50D26";
    t.warning = "#B35900", t.warning_tint = "#FDF1E4", t.warning_text = "#8F4700";
    t.pill = "#1F2328", t.pill_text = "#FFFFFF";
    t.layers = {"#1A1A1A", "#6C2A89", "#5C7540", "#219BDF"};
    t.soc_empty = QColor{245, 245, 245}, t.soc_step = QColor{17, 17, 17};
    return t;
}

Theme dark() {
    Theme t;
    t.kind = ThemeKind::dark;
    t.page = "#0F1214", t.bar = "#14171A", t.card = "#181C20", t.hairline = "#272D33";
    t.strong_line = "#3A424A", t.hover = "#1F2429", t.selected = "#262C33", t.grid = "#23282E";
    t.axis = "#4A535C", t.faint = "#6B747E", t.future = "#14171A";
    t.text = "#E6EDF3", t.muted = "#9198A1", t.accent = "#58A6FF";
    t.critical = "#FF5A5F", t.critical_fill = "#B3202C", t.critical_tint = "#3A1B20";
    t.critical_text = "#FF7B80";
    t.warning = "#FFB000", t.warning_tint = "#332711", t.warning_text = "#FFB000";
    t.pill = "#E6EDF3", t.pill_text = "#14171A";
    t.layers = {"#F5F5F5", "#E1B4F1", "#92A16F", "#367EA2"};
    t.soc_empty = QColor{34, 36, 38}, t.soc_step = QColor{15, 15, 15};
    return t;
}

}  // namespace

Theme make_theme(ThemeKind kind) {
    return kind == ThemeKind::light ? light() : dark();
}

QColor Theme::layer(int k) const {
    if (k <= int(layers.size())) return layers[std::size_t(std::max(k, 1) - 1)];
    // Golden-ratio steps keep neighbours apart; 0.1 to 0.9 of the hue circle leaves red out.
    const double turn = std::fmod(0.618 * (k - 4), 1.0);
    const double lightness = (kind == ThemeKind::light ? 0.34 : 0.66) + 0.08 * (k % 3 - 1);
    return QColor::fromHslF(float(0.1 + 0.8 * turn), 0.42F, float(lightness));
}

QColor Theme::soc_fill(double soc) const {
    const int step = std::clamp(int(std::floor(soc * soc_steps)), 0, soc_steps - 1);
    const int sign = kind == ThemeKind::light ? -1 : 1;
    const auto at = [&](int base, int per_step) { return base + sign * per_step * step; };
    return {at(soc_empty.red(), soc_step.red()), at(soc_empty.green(), soc_step.green()),
            at(soc_empty.blue(), soc_step.blue())};
}

QColor Theme::soc_text(double soc) const {
    return soc_fill(soc).lightnessF() > 0.55F ? QColor{"#1F2328"} : QColor{"#FFFFFF"};
}

QPalette make_palette(const Theme& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.page);
    p.setColor(QPalette::Base, t.card);
    p.setColor(QPalette::AlternateBase, t.hover);
    p.setColor(QPalette::Button, t.card);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(role, t.text);
    p.setColor(QPalette::ToolTipBase, t.card);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::Mid, t.strong_line);
    p.setColor(QPalette::PlaceholderText, t.muted);
    return p;
}

QString make_style_sheet(const Theme& t) {
    return QStringLiteral(R"(
        QPushButton { background: %1; color: %2; border: 1px solid %3; border-radius: 4px;
                      padding: 0 10px; font-size: 12px; font-weight: 500; }
        QPushButton:hover { background: %4; }
        QPushButton:focus { border: 2px solid %5; }
        QPushButton[cls="flat"] { background: transparent; border-color: transparent;
                                   color: %7; font-weight: 400; }
        QPushButton[cls="flat"]:hover { background: %4; }
        QPushButton[cls="flat"]:focus { border: 2px solid %5; }
        QPushButton[cls="critical"] { background: %6; color: white; border-color: %6; }
        QPushButton[cls="critical"]:focus { border: 2px solid %5; }
        QPushButton[cls="on-critical"] { background: white; color: #A50D26; border-color: white; }
        QPushButton[cls="on-critical"]:focus { border: 2px solid #1F2328; }
        QToolTip { background: %1; color: %2; border: 1px solid %3; padding: 3px; }
    )")
        .arg(t.card.name(), t.text.name(), t.strong_line.name(), t.hover.name(), t.accent.name(),
             t.critical_fill.name(), t.muted.name());
}

}  // namespace layerscope
