#include "core/exchange/neware_test_info.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(NewareTestInfo, turns_chinese_text_into_utf8_and_bad_bytes_into_a_mark) {
    EXPECT_EQ(utf8_from_gb18030("A \xB2\xE2\xCA\xD4 B"), "A \u6d4b\u8bd5 B");
    EXPECT_EQ(utf8_from_gb18030("x\xFFy"), "x\uFFFDy");
    EXPECT_EQ(utf8_from_gb18030("cut \xB2"), "cut \uFFFD");
    EXPECT_EQ(utf8_from_gb18030(""), "");
    EXPECT_EQ(utf8_from_gb18030(std::string(5000, 'x')), std::string(5000, 'x'));
}

TEST(NewareTestInfo, takes_the_numbers_as_written_where_the_shown_ones_are_missing) {
    const auto info = parse_neware_test_info(
        "<root><config><TestInfo DevType=\"26\" DevID=\"46\" UnitID=\"1\" ChlID=\"5\"/>"
        "<Backup Value=\"{not json\"/></config></root>");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->device, "Neware 46");
    EXPECT_EQ(info->address, "26-46-1-5");
}

TEST(NewareTestInfo, needs_none_of_its_attributes) {
    const auto info = parse_neware_test_info(
        "<root><config><TestInfo><Aux1/><Aux2 AuxID=\"-1\" ChlType=\"103\"/>"
        "<AuxX AuxID=\"1\" ChlType=\"103\"/></TestInfo></config></root>");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->device, "");
    EXPECT_EQ(info->address, "");
    EXPECT_TRUE(info->aux.empty());
}

TEST(NewareTestInfo, refuses_what_is_no_xml) {
    const auto info = parse_neware_test_info("PK");
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().sentence,
              "TestInfo.xml is no XML (No document element found at byte 2)");
}

}  // namespace
}  // namespace layerscope
