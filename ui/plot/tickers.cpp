#include "ui/plot/tickers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/number_text.h"

namespace layerscope {
namespace {

constexpr int most_value_ticks = 6;
constexpr int most_time_ticks = 8;
constexpr double day_s = 86400;

}  // namespace

double value_step(double span, int most) {
    const double least = span / most;
    const double decade = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0})
        if (factor * decade >= least * (1 - 1e-9)) return factor * decade;
    return 10 * decade;
}

int decimals_for(double step) {
    for (int decimals = 0; decimals < 12; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) return decimals;
    }
    return 12;
}

double time_step_s(double span_s, int most) {
    constexpr std::array steps_s{1.0,    2.0,    5.0,     10.0,    15.0,   30.0,
                                 60.0,   120.0,  300.0,   600.0,   1200.0, 1800.0,
                                 3600.0, 7200.0, 10800.0, 21600.0, 43200.0};
    for (const double step_s : steps_s)
        if (span_s / step_s <= most) return step_s;
    return day_s * std::max(1.0, std::ceil(value_step(span_s / day_s, most)));
}

double ValueTicker::getTickStep(const QCPRange& range) {
    step_ = value_step(range.size(), most_value_ticks);
    return step_;
}

QString ValueTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    if (std::abs(tick) < 1e-6 * step_) return QStringLiteral("0");
    return number_text(tick, decimals_for(step_));
}

double TimeTicker::getTickStep(const QCPRange& range) {
    step_s_ = time_step_s(range.size(), most_time_ticks);
    return step_s_;
}

QString TimeTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    return hours_text(tick, with_seconds());
}

}  // namespace layerscope
