#include "core/model/parameter_keys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/base/number.h"
#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

template <class Keys>
void expect_documented(const Keys& keys) {
    static const std::string document =
        read_settings_text(LAYERSCOPE_SOURCE_DIR "/docs/model.md").value();
    for (const auto& key : keys) {
        EXPECT_NE(document.find(fmt::format("`{}`", key.name)), std::string::npos) << key.name;
    }
}

TEST(ParameterKeys, stand_in_the_document_of_the_model) {
    expect_documented(parameter_keys::cell);
    expect_documented(parameter_keys::cathode);
    expect_documented(parameter_keys::region);
    expect_documented(parameter_keys::graphite);
    expect_documented(parameter_keys::layer);
    expect_documented(parameter_keys::interlayer);
}

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
