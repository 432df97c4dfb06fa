#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace layerscope {

/// One line of a comma-separated text.
struct TableLine {
    std::size_t number = 0;  // in the text, from 1 on
    std::vector<std::string_view> cells;
};

/// The lines of `csv` that hold something, split at commas, without the spaces around a cell. A '#'
/// begins a comment that reaches to the end of its line; both line ends are understood, quotes are
/// not. The cells point into `csv`.
std::vector<TableLine> table_lines(std::string_view csv);

}  // namespace layerscope
