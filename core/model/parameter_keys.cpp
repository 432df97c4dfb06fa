#include "core/model/parameter_keys.h"

#include <fmt/format.h>

#include "core/base/number.h"

namespace layerscope {

std::string decimal_in(double si, double unit) {
    constexpr int least_digits = 6;
    constexpr int most_digits = 17;  // enough for any double
    for (int digits = least_digits; digits < most_digits; ++digits) {
        const auto number = parse_number(fmt::format("{:.{}g}", si / unit, digits));
        if (number && *number * unit == si) return plain_decimal(*number);
    }
    return plain_decimal(si / unit);
}

}  // namespace layerscope
