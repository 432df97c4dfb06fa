#include "app/commands/text_table.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

using Cut = TextColumn::Cut;

TEST(TextTable, is_as_wide_as_its_cells) {
    EXPECT_EQ(
        text_table({{"name", Cut::end, {"a", "longer"}}, {"rate", Cut::end, {"0.2C", ""}}}, 80),
        "name    rate\n"
        "a       0.2C\n"
        "longer\n");
}

TEST(TextTable, cuts_the_widest_columns_that_may_be_cut) {
    EXPECT_EQ(text_table({{"date", Cut::not_at_all, {"2026-11-23"}},
                          {"name", Cut::end, {"a name that is long"}},
                          {"file", Cut::beginning, {"some/folder/night.lsrun"}}},
                         36),
              "date        name         file\n"
              "2026-11-23  a name tha…  …ight.lsrun\n");
}

TEST(TextTable, leaves_of_a_column_what_can_be_recognised) {
    const std::string table = text_table(
        {{"a", Cut::not_at_all, {std::string(30, 'x')}}, {"b", Cut::end, {"0123456789"}}}, 20);
    EXPECT_EQ(table, "a" + std::string(31, ' ') + "b\n" + std::string(30, 'x') + "  01234…\n");
}

TEST(TextTable, counts_characters_and_not_bytes) {
    EXPECT_EQ(text_table({{"n", Cut::end, {"Übungüüü"}}, {"r", Cut::end, {"1"}}}, 10),
              "n        r\n"
              "Übungü…  1\n");
    EXPECT_EQ(text_table({{"n", Cut::beginning, {"üüübung"}}, {"r", Cut::end, {"1"}}}, 9),
              "n       r\n"
              "…übung  1\n");
}

TEST(TextTable, lets_no_file_command_the_terminal) {
    EXPECT_EQ(text_table({{"n", Cut::end, {"a\x1B[2Jb\nc\x7F"}}}, 80), "n\na [2Jb c\n");
    EXPECT_EQ(one_line("a\xC2\x9B"
                       "2Jb"),
              "a  2Jb");
    EXPECT_EQ(one_line("\xC3\x9C"), "\xC3\x9C");
}

TEST(TextTable, without_columns_is_empty) {
    EXPECT_EQ(text_table({}, 80), "");
}

}  // namespace
}  // namespace layerscope
