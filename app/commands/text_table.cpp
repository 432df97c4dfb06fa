#include "app/commands/text_table.h"

#include <algorithm>
#include <numeric>

namespace layerscope {
namespace {

// Narrower than this nobody recognises what is left.
constexpr std::size_t least_width = 6;

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;  // of UTF-8
}

std::size_t length(const std::string& text) {
    return std::size_t(std::count_if(text.begin(), text.end(), begins_character));
}

/// Byte at which character `index` begins; the end where there are fewer.
std::size_t byte_of(const std::string& text, std::size_t index) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (begins_character(text[at]) && index-- == 0) return at;
    }
    return text.size();
}

std::string fitted(const std::string& text, std::size_t width, TextColumn::Cut cut) {
    const std::size_t has = length(text);
    if (has <= width) return text + std::string(width - has, ' ');
    if (cut == TextColumn::Cut::beginning) return "…" + text.substr(byte_of(text, has - width + 1));
    return text.substr(0, byte_of(text, width - 1)) + "…";
}

std::vector<std::size_t> natural_widths(const std::vector<TextColumn>& columns) {
    std::vector<std::size_t> widths;
    for (const TextColumn& column : columns) {
        std::size_t most = length(column.title);
        for (const std::string& cell : column.cells) most = std::max(most, length(cell));
        widths.push_back(most);
    }
    return widths;
}

/// Takes from the widest until all fit.
void narrow(std::vector<std::size_t>& widths, const std::vector<TextColumn>& columns,
            std::size_t most) {
    while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > most) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool may =
                columns[i].cut != TextColumn::Cut::not_at_all && widths[i] > least_width;
            if (may && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
        }
        if (widest == nullptr) return;
        --*widest;
    }
}

}  // namespace

std::string one_line(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // Some terminals obey U+0080 to U+009F too, which are 0xC2 and one more in UTF-8.
        const bool second_set = byte >= 0x80 && byte <= 0x9F && i > 0 && text[i - 1] == '\xC2';
        if (second_set) text[i - 1] = ' ';
        if (second_set || byte < ' ' || byte == 0x7F) text[i] = ' ';
    }
    return text;
}

std::string text_table(std::vector<TextColumn> columns, std::size_t width) {
    for (TextColumn& column : columns) {
        for (std::string& cell : column.cells) cell = one_line(std::move(cell));
    }
    auto widths = natural_widths(columns);
    const std::size_t between = 2 * (columns.size() - 1);
    narrow(widths, columns, width - std::min(width, between));

    const std::size_t lines = columns.empty() ? 0 : columns.front().cells.size() + 1;
    std::string table;
    for (std::size_t line = 0; line < lines; ++line) {
        std::string text;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& column = columns[i];
            if (i > 0) text += "  ";
            text += line == 0 ? fitted(column.title, widths[i], TextColumn::Cut::end)
                              : fitted(column.cells[line - 1], widths[i], column.cut);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        table += text + '\n';
    }
    return table;
}

}  // namespace layerscope
