#include "hw/simulator/reply_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "hw/bts_framing.h"

namespace layerscope {
namespace {

class StringWriter : public pugi::xml_writer {
  public:
    void write(const void* data, std::size_t size) override {
        text.append(static_cast<const char*>(data), size);
    }
    std::string text;
};

/// A character beyond ASCII at the head of `text`, with its length in bytes.
struct WideCharacter {
    std::uint32_t code;
    std::size_t length;
};

/// Decodes UTF-8; nullopt when it is not (cut, overlong, surrogate, beyond Unicode).
std::optional<WideCharacter> decode(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return std::uint32_t(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t lead = byte(0);
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return std::nullopt;
    std::uint32_t code = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) return std::nullopt;
        code = code << 6U | (byte(i) & 0x3fU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool no_character =
        (code >= 0xd800 && code < 0xe000) || code > 0x10ffff || code == 0xfffe || code == 0xffff;
    if (overlong || no_character) return std::nullopt;
    return WideCharacter{code, length};
}

/// Windows line ends; characters beyond ASCII as references, bytes that are none as `?`.
std::string to_wire(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    while (!text.empty()) {
        const char head = text.front();
        std::size_t taken = 1;
        if (head == '\n') {
            out += "\r\n";
        } else if (static_cast<unsigned char>(head) < 0x80) {
            out += head;
        } else if (const auto character = decode(text)) {
            out += fmt::format("&#{};", character->code);
            taken = character->length;
        } else {
            out += '?';
        }
        text.remove_prefix(taken);
    }
    return out;
}

std::string clean(std::string_view text) {
    std::string out{text};
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    std::replace_if(out.begin(), out.end(), is_control, ' ');
    return out;
}

std::string without_trailing_zeros(std::string text) {
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

}  // namespace

ReplyDocument::ReplyDocument() {
    pugi::xml_node declaration = document_.append_child(pugi::node_declaration);
    put(declaration, "version", "1.0");
    put(declaration, "encoding", "UTF-8");
    root_ = document_.append_child("bts");
    put(root_, "version", "1.0");
}

std::string ReplyDocument::message() const {
    StringWriter writer;
    document_.save(writer, "  ", pugi::format_indent, pugi::encoding_utf8);
    std::string_view text = writer.text;
    while (text.ends_with('\n')) text.remove_suffix(1);
    return to_wire(text).append(bts_terminator);
}

void put(pugi::xml_node element, const char* name, std::string_view value) {
    element.append_attribute(name).set_value(clean(value).c_str());
}

void put(pugi::xml_node element, const char* name, std::int64_t value) {
    put(element, name, fmt::format("{}", value));
}

void put_element(pugi::xml_node parent, const char* name, std::string_view text) {
    parent.append_child(name).text().set(clean(text).c_str());
}

std::string recorded_decimal(double value) {
    constexpr int digits = 15;
    if (!std::isfinite(value)) return {};
    if (value == 0) return "0";
    const int exponent = int(std::floor(std::log10(std::abs(value))));
    return without_trailing_zeros(
        fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent)));
}

std::string live_decimal(double value, int digits) {
    return without_trailing_zeros(fmt::format("{:.{}f}", value, digits));
}

}  // namespace layerscope
