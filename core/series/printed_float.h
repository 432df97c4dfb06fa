#pragma once

namespace layerscope {

/// Digits with which every double is read back as itself: a float so printed is that float.
inline constexpr int digits_of_double = 17;

/// What `value` is when printed with `digits` (1 to 17) significant digits, as by "%.14g", and read
/// again as a double. Exact: the same as by printing and reading, some fifty times faster.
double printed_float(float value, int digits);

}  // namespace layerscope
