#include "core/base/table_lines.h"

namespace layerscope {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// What stands before `separator`, which is taken off `rest` too; all of it where there is none.
std::string_view take_until(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    const auto taken = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return taken;
}

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    const bool open_end = line.ends_with(',');
    while (!line.empty()) cells.push_back(trimmed(take_until(line, ',')));
    if (open_end) cells.emplace_back();
    return cells;
}

}  // namespace

std::vector<TableLine> table_lines(std::string_view csv) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // spreadsheets put one in front
    if (csv.starts_with(byte_order_mark)) csv.remove_prefix(byte_order_mark.size());
    std::vector<TableLine> lines;
    for (std::size_t number = 1; !csv.empty(); ++number) {
        std::string_view line = take_until(csv, '\n');
        const auto held = trimmed(take_until(line, '#'));
        if (!held.empty()) lines.push_back({number, cells_of(held)});
    }
    return lines;
}

}  // namespace layerscope
