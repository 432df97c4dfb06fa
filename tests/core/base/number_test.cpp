#include "core/base/number.h"

#include <gtest/gtest.h>

#include <clocale>

namespace layerscope {
namespace {

TEST(Number, reads_the_same_in_every_locale) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    for (const char* locale : {"C", "de_DE.UTF-8", "C.UTF-8"}) {
        if (std::setlocale(LC_ALL, locale) == nullptr) continue;
        EXPECT_EQ(parse_number("3.7021"), 3.7021) << locale;
        EXPECT_EQ(plain_decimal(3.7021), "3.7021") << locale;
    }
    std::setlocale(LC_ALL, before.c_str());
}

TEST(Number, takes_exponents_and_refuses_rests) {
    EXPECT_EQ(parse_number("2.11492042581085E-05"), 2.11492042581085e-05);
    EXPECT_EQ(parse_number("-1"), -1.0);
    for (const char* text : {"", "--", "3,7", "1.5x", " 1", "nan", "inf", "1e999"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
    EXPECT_EQ(parse_integer("2818580404"), 2818580404LL);
    EXPECT_FALSE(parse_integer("12.0"));
    EXPECT_FALSE(parse_integer("99999999999999999999"));
}

TEST(Number, writes_plain_decimals_that_read_back) {
    for (const double value : {2.11492042581085e-05, 1e-20, 123456789.125, -0.1, 0.0, 1e22}) {
        const auto text = plain_decimal(value);
        EXPECT_EQ(text.find_first_of("eE"), std::string::npos) << text;
        EXPECT_EQ(parse_number(text), value) << text;
    }
}

}  // namespace
}  // namespace layerscope
