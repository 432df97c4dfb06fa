#include "core/cell/toml_table.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

toml::table table(const std::string& text) {
    return parse_toml(text, "t.toml").value();
}

std::string sentence(const TomlTable& entry) {
    return entry.first_fault() ? entry.first_fault()->sentence : "no fault";
}

TEST(TomlTable, takes_any_finite_number_of_either_sign) {
    const toml::table root = table("a = -12.5\nb = 3\nc = inf\nd = \"1\"\n");
    TomlTable entry{root, "t.toml", "the table"};
    EXPECT_EQ(entry.finite_number("a"), -12.5);
    EXPECT_EQ(entry.finite_number("b"), 3);
    EXPECT_EQ(sentence(entry), "no fault");
    TomlTable infinite{root, "t.toml", "the table"};
    infinite.finite_number("c");
    EXPECT_EQ(sentence(infinite), "t.toml:3: 'c' must be a finite number, not inf");
    TomlTable text{root, "t.toml", "the table"};
    text.finite_number("d");
    EXPECT_EQ(sentence(text), "t.toml:4: 'd' must be a finite number");
    EXPECT_EQ(entry.finite_number("e"), 0);
    EXPECT_EQ(sentence(entry), "t.toml:1: the table needs the key 'e'; add it");
}

TEST(TomlTable, takes_numbers_in_brackets) {
    const toml::table root = table("a = [0.5, 0, -1]\nb = [1, \"2\"]\nc = 1\nd = [1, nan]\n");
    TomlTable entry{root, "t.toml", "the table"};
    EXPECT_EQ(entry.numbers("a"), (std::vector<double>{0.5, 0, -1}));
    EXPECT_EQ(sentence(entry), "no fault");
    entry.numbers("b");
    EXPECT_EQ(sentence(entry), "t.toml:2: 'b' must be finite numbers in brackets");
    for (const char* key : {"c", "d"}) {
        TomlTable bad{root, "t.toml", "the table"};
        bad.numbers(key);
        EXPECT_TRUE(bad.first_fault()) << key;
    }
}

TEST(TomlTable, finds_the_line_of_a_path_or_of_what_is_around_it) {
    const toml::table root = table("a = 1\n\n[m]\nb = 2\n[[m.l]]\nc = 3\n[[m.l]]\nc = 4\n");
    EXPECT_EQ(line_at(root, "m.b"), 4U);
    EXPECT_EQ(line_at(root, "m.l[1].c"), 8U);
    EXPECT_EQ(line_at(root, "m.l[1].missing"), 7U);
    EXPECT_EQ(line_at(root, "m.missing.deeper"), 3U);
    EXPECT_EQ(line_at(root, "nowhere"), 1U);
}

}  // namespace
}  // namespace layerscope
