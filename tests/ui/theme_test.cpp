#include "ui/theme.h"

#include <gtest/gtest.h>

#include <cmath>

namespace layerscope {
namespace {

double linear(double part) {
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

/// WCAG 2 contrast of two colours, 1 to 21.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& c) {
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

TEST(Theme, has_readable_text_on_every_surface) {
    for (const ThemeKind kind : {ThemeKind::light, ThemeKind::dark}) {
        const Theme theme = make_theme(kind);
        for (const QColor& surface :
             {theme.page, theme.bar, theme.card, theme.hover, theme.selected}) {
            EXPECT_GE(contrast(theme.text, surface), 7.0);
            EXPECT_GE(contrast(theme.muted, surface), 4.5);
        }
        EXPECT_GE(contrast(QColor{Qt::white}, theme.critical_fill), 4.5);
        EXPECT_GE(contrast(theme.critical_text, theme.critical_tint), 4.5);
        EXPECT_GE(contrast(theme.warning_text, theme.warning_tint), 4.5);
        EXPECT_GE(contrast(theme.pill_text, theme.pill), 7.0);
        for (int step = 0; step < 10; ++step)
            EXPECT_GE(contrast(theme.soc_text(step / 10.0), theme.soc_fill(step / 10.0)), 3.0);
    }
}

TEST(Theme, gives_sixteen_layers_colours_of_their_own_that_can_be_seen) {
    for (const ThemeKind kind : {ThemeKind::light, ThemeKind::dark}) {
        const Theme theme = make_theme(kind);
        for (int k = 1; k <= 16; ++k) {
            EXPECT_GE(contrast(theme.layer(k), theme.card), 2.9) << "layer " << k;
            for (int other = 1; other < k; ++other) EXPECT_NE(theme.layer(k), theme.layer(other));
        }
    }
}

}  // namespace
}  // namespace layerscope
