#include "ui/parts/layer_bars.h"

#include <algorithm>
#include <cmath>

#include "ui/number_text.h"
#include "ui/plot/tickers.h"

namespace layerscope {
namespace {

constexpr double bars_left = 40;
constexpr double columns_width = 108;  // value and percent at the right
constexpr double first_bar = 62;
constexpr double below_bars = 31;  // scale and margin

/// Bars stand 30 px apart, closer where there are more than six.
double pitch(int layers) {
    return layers <= 6 ? 30 : std::max(11.0, 180.0 / layers);
}

double capacity_mAh(const RunModel& run, int layer) {
    return run.station().design.layer(layer).theoretical_capacity.in(units::mAh);
}

/// "Q" with a small "th" below, then the value; returns nothing, centred at `x`.
void paint_threshold_name(Ink& ink, double x, double right, double y, const QString& value) {
    const Type q{12, QFont::Medium};
    const Type th{9, QFont::Medium};
    const double wide = Ink::width(QStringLiteral("Q"), q) + Ink::width(QStringLiteral("th"), th) +
                        4 + Ink::width(value, q);
    const QColor& color = ink.theme().muted;
    double at = std::min(x - wide / 2, right - wide);
    at += ink.text({at, y}, QStringLiteral("Q"), q, color);
    at += ink.text({at, y + 3}, QStringLiteral("th"), th, color) + 4;
    ink.text({at, y}, value, q, color);
}

}  // namespace

LayerBars::LayerBars(const Scene& scene, QWidget* parent) : Part{scene, parent} {
    setAccessibleName(QStringLiteral("Capacity of each layer"));
}

int LayerBars::wanted_height(int layers) {
    return int(first_bar + pitch(layers) * (layers - 1) + std::min(14.0, pitch(layers) - 3) / 2 +
               below_bars);
}

void LayerBars::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.card(QRectF{rect()});
    const double title =
        ink.text({12, 23}, QStringLiteral("Layer capacity"), {13, QFont::DemiBold}, theme.text);
    ink.text({12 + title + 8, 23}, QStringLiteral("Q (mAh)"), {12}, theme.muted);

    const int n = run().layer_count();
    double greatest = 0;
    bool one_capacity = true;
    for (int layer = 1; layer <= n; ++layer) {
        greatest = std::max({greatest, 1.06 * capacity_mAh(run(), layer), run().charge_mAh(layer)});
        one_capacity = one_capacity && capacity_mAh(run(), layer) == capacity_mAh(run(), 1);
    }
    const double step = value_step(greatest, 5);
    // Not rounded up to the next tick: the bars use the width they have.
    const double px_per_mAh = (width() - bars_left - columns_width) / (1.02 * greatest);
    const double bars_bottom = first_bar + pitch(n) * (n - 1) + std::min(14.0, pitch(n) - 3) / 2;

    for (int layer = 1; layer <= n; ++layer)
        paint_bar(ink, layer, first_bar + pitch(n) * (layer - 1), px_per_mAh);
    if (one_capacity) {
        const double x = std::floor(bars_left + capacity_mAh(run(), 1) * px_per_mAh);
        ink.vertical(x, first_bar - 13, bars_bottom + 6, theme.text);
        paint_threshold_name(ink, x, width() - 12, first_bar - 18,
                             number_text(capacity_mAh(run(), 1), 1));
    }
    for (int i = 0; i * step <= greatest; ++i) {
        const double mark = i * step;
        ink.text({bars_left + mark * px_per_mAh, bars_bottom + 19},
                 mark == 0 ? QStringLiteral("0") : number_text(mark, decimals_for(step)), {11},
                 theme.muted, Qt::AlignHCenter);
    }
}

void LayerBars::paint_bar(Ink& ink, int layer, double y, double px_per_mAh) {
    const Theme& theme = ink.theme();
    const double limit_mAh = capacity_mAh(run(), layer);
    const double charge_mAh = run().charge_mAh(layer);
    const double thick = std::min(14.0, pitch(run().layer_count()) - 3);
    const double top = std::round(y - thick / 2);
    const auto strip = [&](double from_mAh, double to_mAh) {
        return QRectF{bars_left + from_mAh * px_per_mAh, top, (to_mAh - from_mAh) * px_per_mAh,
                      thick};
    };
    const Type name{thick >= 12 ? 12 : 10, QFont::DemiBold};
    ink.text({12, y + name.px * 0.36}, QStringLiteral("L%1").arg(layer), name, theme.text);
    ink.painter().fillRect(strip(0, limit_mAh), theme.selected);
    ink.painter().fillRect(strip(0, std::clamp(charge_mAh, 0.0, limit_mAh)), theme.layer(layer));
    if (charge_mAh > limit_mAh) {
        const QRectF excess = strip(limit_mAh, charge_mAh);
        ink.painter().fillRect(excess, theme.critical_tint);
        ink.hatch(excess, theme.critical, 4.5, 1.5);
        ink.painter().setPen(QPen{theme.critical, 1});
        ink.painter().setBrush(Qt::NoBrush);
        ink.painter().drawRect(excess.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (!run().newest(layer)) {
        ink.text({width() - 60.0, y + 4}, QStringLiteral("–"), name, theme.muted, Qt::AlignRight);
        return;
    }
    const bool over = charge_mAh > limit_mAh;
    ink.text({width() - 58.0, y + name.px * 0.36}, number_text(charge_mAh, 2), name, theme.text,
             Qt::AlignRight);
    ink.text({width() - 12.0, y + name.px * 0.36},
             number_text(100 * charge_mAh / limit_mAh, 0) + QStringLiteral(" %"),
             {name.px, over ? QFont::DemiBold : QFont::Normal},
             over ? theme.critical_text : theme.muted, Qt::AlignRight);
}

}  // namespace layerscope
