#include "ui/number_text.h"

#include <cmath>

namespace layerscope {
namespace {
const QChar minus{0x2212};
}

QString number_text(double value, int decimals) {
    if (!std::isfinite(value)) return QStringLiteral("–");
    const QString digits = QString::number(std::abs(value), 'f', decimals);
    const bool zero = digits.toDouble() == 0;
    return value < 0 && !zero ? minus + digits : digits;
}

QString hours_text(double time_s, bool with_seconds) {
    if (!std::isfinite(time_s)) return QStringLiteral("–");
    const auto whole = std::llround(std::abs(time_s));
    const auto total_min = with_seconds ? whole / 60 : std::llround(std::abs(time_s) / 60);
    QString text =
        QStringLiteral("%1:%2").arg(total_min / 60).arg(total_min % 60, 2, 10, QChar('0'));
    if (with_seconds) text += QStringLiteral(":%1").arg(whole % 60, 2, 10, QChar('0'));
    return time_s < 0 && whole != 0 ? minus + text : text;
}

}  // namespace layerscope
