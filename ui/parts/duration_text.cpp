#include "ui/parts/duration_text.h"

#include <array>
#include <cmath>

#include "ui/number_text.h"

namespace layerscope {

QString age_text(double age_s) {
    if (age_s < 9.95) return number_text(age_s, 1) + QStringLiteral(" s");
    if (age_s < 99.5) return number_text(age_s, 0) + QStringLiteral(" s");
    if (age_s < 90 * 60) return number_text(age_s / 60, 0) + QStringLiteral(" min");
    return number_text(age_s / 3600, 0) + QStringLiteral(" h");
}

QString lasting_text(double duration_s) {
    const auto whole = std::llround(duration_s);
    if (whole >= 3600) return hours_text(double(whole), true);
    return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QChar('0'));
}

QString bytes_text(double bytes) {
    constexpr std::array units{" B", " kB", " MB", " GB", " TB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < units.size()) bytes /= 1000, ++unit;
    return number_text(bytes, unit == 0 || bytes >= 99.95 ? 0 : 1) +
           QString::fromLatin1(units[unit]);
}

}  // namespace layerscope
