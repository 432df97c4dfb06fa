#pragma once
#include <QColor>
#include <QPalette>
#include <QString>
#include <array>

namespace layerscope {

enum class ThemeKind { light, dark };

/// Every colour of the window, from one table. Red and amber belong to alarms only.
struct Theme {
    ThemeKind kind{};
    QColor page, bar, card, hairline, strong_line, hover, selected, grid, axis, faint, future;
    QColor text, muted, accent;
    QColor critical, critical_fill, critical_tint, critical_text;  // line, area under white, tint
    QColor warning, warning_tint, warning_text;
    QColor pill, pill_text;  // what is on: recording, live, the one filled button
    std::array<QColor, 4> layers;
    QColor soc_empty, soc_step;  // state of charge as grey: empty, and one of ten steps from it

    /// Curve and stripe of layer `k`, from 1 on. Beyond the four of the palette the hues go round,
    /// never through red.
    QColor layer(int k) const;
    /// Fill of a layer at this state of charge, in ten steps of grey.
    QColor soc_fill(double soc) const;
    /// Text that reads on `soc_fill`.
    QColor soc_text(double soc) const;
};

Theme make_theme(ThemeKind kind);
QPalette make_palette(const Theme& theme);
QString make_style_sheet(const Theme& theme);

}  // namespace layerscope
