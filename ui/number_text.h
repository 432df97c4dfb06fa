#pragma once
#include <QString>

namespace layerscope {

/// Fixed decimals with the real minus sign U+2212; a rounded zero has no sign. "–" for not a
/// number.
QString number_text(double value, int decimals);

/// Hours and minutes, "1:05"; with seconds "1:05:09". Negative times carry U+2212.
QString hours_text(double time_s, bool with_seconds = false);

}  // namespace layerscope
