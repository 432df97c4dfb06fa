#include "core/base/table_lines.h"

#include <gmock/gmock.h>

namespace layerscope {
namespace {

using testing::ElementsAre;

TEST(TableLines, hold_cells_without_spaces_and_their_line_number) {
    const auto lines = table_lines("a, b\t,c\n\n 1,2 , 3");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].number, 1U);
    EXPECT_THAT(lines[0].cells, ElementsAre("a", "b", "c"));
    EXPECT_EQ(lines[1].number, 3U);
    EXPECT_THAT(lines[1].cells, ElementsAre("1", "2", "3"));
}

TEST(TableLines, leave_out_comments_and_lines_of_blanks) {
    const auto lines = table_lines("# all of it\n   \n1,2 # the rest\n#\n");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].number, 3U);
    EXPECT_THAT(lines[0].cells, ElementsAre("1", "2"));
}

TEST(TableLines, understand_what_a_spreadsheet_writes) {
    const auto lines = table_lines("\xEF\xBB\xBFrate,q\r\n1,2\r\n");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0].cells, ElementsAre("rate", "q"));
    EXPECT_THAT(lines[1].cells, ElementsAre("1", "2"));
}

TEST(TableLines, keep_cells_that_are_empty) {
    const auto lines = table_lines("1,,3,\n");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0].cells, ElementsAre("1", "", "3", ""));
}

TEST(TableLines, are_none_in_an_empty_text) {
    EXPECT_TRUE(table_lines("").empty());
}

}  // namespace
}  // namespace layerscope
