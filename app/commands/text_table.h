#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace layerscope {

/// A column of a table for people; `cells` has as many as every other column.
struct TextColumn {
    enum class Cut { not_at_all, end, beginning };  // where the table would be too wide

    std::string title;
    Cut cut = Cut::not_at_all;
    std::vector<std::string> cells;
};

/// Lines of at most `width` characters, two blanks between columns. What does not fit is cut and
/// shows so by "…". Control characters, which a file from elsewhere may bring, become blanks.
std::string text_table(std::vector<TextColumn> columns, std::size_t width);

/// `text` in one line: without control characters.
std::string one_line(std::string text);

}  // namespace layerscope
