#include "core/store/word_list.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace layerscope {
namespace {

constexpr unsigned char first_printable = 0x20;

void append_word(std::string& out, std::string_view word) {
    out += '"';
    for (const char c : word) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < first_printable) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

/// Takes the rest of a word behind its opening quote off `text`.
std::optional<std::string> take_word(std::string_view& text) {
    constexpr std::size_t hex_digits = 4;
    std::string word;
    while (!text.empty() && text.front() != '"') {
        if (text.front() != '\\') {
            word += text.front();
            text.remove_prefix(1);
        } else if (text.substr(0, 2) == "\\u" && text.size() >= 2 + hex_digits) {
            std::uint8_t code = 0;
            const char* digits = text.data() + 2;
            const auto read = std::from_chars(digits, digits + hex_digits, code, 16);
            if (read.ec != std::errc{} || read.ptr != digits + hex_digits) return std::nullopt;
            word += static_cast<char>(code);
            text.remove_prefix(2 + hex_digits);
        } else if (text.size() >= 2) {
            word += text[1];
            text.remove_prefix(2);
        } else {
            return std::nullopt;
        }
    }
    if (text.empty()) return std::nullopt;
    text.remove_prefix(1);
    return word;
}

}  // namespace

std::string word_list_text(const std::vector<std::string>& words) {
    std::string out = "[";
    for (const auto& word : words) {
        if (out.size() > 1) out += ',';
        append_word(out, word);
    }
    return out + "]";
}

Result<std::vector<std::string>> parse_word_list(std::string_view text) {
    const auto malformed = [] {
        return fail(ErrorKind::malformed, "a list of names in the run file is damaged");
    };
    std::vector<std::string> words;
    if (text == "[]") return words;
    if (text.empty() || text.front() != '[') return malformed();
    do {
        text.remove_prefix(1);  // the bracket, or a comma
        if (text.empty() || text.front() != '"') return malformed();
        text.remove_prefix(1);
        auto word = take_word(text);
        if (!word) return malformed();
        words.push_back(std::move(*word));
    } while (!text.empty() && text.front() == ',');
    if (text != "]") return malformed();
    return words;
}

}  // namespace layerscope
