#include "core/model/parameter_keys.h"

#include <gtest/gtest.h>

#include "core/base/number.h"

namespace layerscope {
namespace {

TEST(DecimalIn, is_the_number_as_it_was_written) {
    for (const double unit : {1.0, file_units::um, file_units::mAh, file_units::per_h,
                              file_units::per_mAh, file_units::ohm_cm2}) {
        for (int i = 0; i < 2000; ++i) {
            const double written = *parse_number(plain_decimal(i) + ".1234567");
            EXPECT_EQ(decimal_in(written * unit, unit), plain_decimal(written)) << unit;
        }
    }
    EXPECT_EQ(decimal_in(0, file_units::mAh), "0");
    EXPECT_EQ(decimal_in(36e-6, file_units::um), "36");
}

}  // namespace
}  // namespace layerscope
