#include "hw/simulator/reply_document.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/number.h"

namespace layerscope {
namespace {

TEST(ReplyDocument, is_written_as_the_vendors_server_does) {
    ReplyDocument reply;
    put_element(reply.root(), "cmd", "x_resp");
    put(reply.root().append_child("list"), "count", 0);
    EXPECT_EQ(reply.message(),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts version=\"1.0\">\r\n"
              "  <cmd>x_resp</cmd>\r\n  <list count=\"0\" />\r\n</bts>\n\n#\r\n");
}

std::string barcode_on_the_wire(std::string_view barcode) {
    ReplyDocument reply;
    put(reply.root(), "b", barcode);
    const std::string message = reply.message();
    const std::size_t begin = message.find(" b=\"") + 4;
    return message.substr(begin, message.find('"', begin) - begin);
}

TEST(ReplyDocument, escapes_what_XML_reserves) {
    EXPECT_EQ(barcode_on_the_wire("a<b>&\"c\""), "a&lt;b>&amp;&quot;c&quot;");
}

TEST(ReplyDocument, writes_characters_beyond_ASCII_as_references) {
    EXPECT_EQ(barcode_on_the_wire("D:测试 µ 😀"), "D:&#27979;&#35797; &#181; &#128512;");
}

TEST(ReplyDocument, writes_a_question_mark_for_bytes_that_are_no_character) {
    EXPECT_EQ(barcode_on_the_wire("a\xff\xc3"), "a??");
    EXPECT_EQ(barcode_on_the_wire("\xe6\xb5"), "??");
    EXPECT_EQ(barcode_on_the_wire("\xc0\xaf"), "??");
    EXPECT_EQ(barcode_on_the_wire("\xed\xa0\x80"), "???");
}

TEST(ReplyDocument, writes_blanks_for_control_characters) {
    EXPECT_EQ(barcode_on_the_wire("a\nb\x01"
                                  "c"),
              "a b c");
}

TEST(RecordedDecimal, is_plain_and_at_most_15_digits_long) {
    EXPECT_EQ(recorded_decimal(0), "0");
    EXPECT_EQ(recorded_decimal(-0.0), "0");
    EXPECT_EQ(recorded_decimal(0.5), "0.5");
    EXPECT_EQ(recorded_decimal(-120), "-120");
    EXPECT_EQ(recorded_decimal(1e-5), "0.00001");
    EXPECT_EQ(recorded_decimal(2.11492042581085e-05), "0.0000211492042581085");
    EXPECT_EQ(recorded_decimal(3.6780698299408), "3.6780698299408");
    EXPECT_EQ(recorded_decimal(120000.0), "120000");
    EXPECT_EQ(recorded_decimal(std::numeric_limits<double>::quiet_NaN()), "");
}

TEST(RecordedDecimal, brings_every_float_back) {
    float value = 1e-12F;
    for (int i = 0; i < 5000; ++i) {
        const auto back = parse_number(recorded_decimal(double(value)));
        ASSERT_TRUE(back);
        ASSERT_EQ(float(*back), value);
        value = std::nextafter(value * 1.011F, 1e30F);
    }
}

TEST(LiveDecimal, drops_trailing_zeros_and_a_negative_zero) {
    EXPECT_EQ(live_decimal(4.6947, 4), "4.6947");
    EXPECT_EQ(live_decimal(0.001, 4), "0.001");
    EXPECT_EQ(live_decimal(-0.00003, 4), "0");
    EXPECT_EQ(live_decimal(12319, 1), "12319");
    EXPECT_EQ(live_decimal(3189199.26, 1), "3189199.3");
}

}  // namespace
}  // namespace layerscope
