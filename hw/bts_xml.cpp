#include "hw/bts_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/number.h"

namespace layerscope::bts_xml {
namespace {

/// Auxiliary values whose names carry no number.
constexpr std::array<std::string_view, 3> aux_without_number = {"CPU", "auxtemp", "auxvol"};

/// Auxiliary inputs are called letters + number: V1, T1, t1, Thk1.
bool is_aux_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = std::find_if_not(name.begin(), name.end(), is_letter);
    const bool numbered =
        digits != name.begin() && digits != name.end() && std::all_of(digits, name.end(), is_digit);
    return numbered || std::find(aux_without_number.begin(), aux_without_number.end(), name) !=
                           aux_without_number.end();
}

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string out{text.substr(0, longest)};
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    while (text.size() > longest && !out.empty() && (out.back() & 0x80) != 0) out.pop_back();
    return fmt::format("'{}{}'", out, text.size() > longest ? "…" : "");
}

std::string_view text_of(const pugi::xml_node& node, const char* name) {
    const pugi::xml_attribute attribute = node.attribute(name);
    if (!attribute) throw Malformed{fmt::format("<{}> lacks '{}'", node.name(), name)};
    return attribute.value();
}

double number_of(const pugi::xml_node& node, const char* name) {
    const std::string_view text = text_of(node, name);
    if (const auto value = parse_number(text)) return *value;
    throw Malformed{fmt::format("'{}' is {}, which is not a number", name, quoted(text))};
}

std::int64_t whole_number_of(const pugi::xml_node& node, const char* name) {
    // Below 2^53, as 36070000.0 and 3.607E+07 are whole numbers too, and sums stay in range.
    constexpr double exact_below = 9007199254740992.0;
    const std::string_view text = text_of(node, name);
    const auto value = parse_number(text);
    if (value && std::abs(*value) < exact_below && *value == std::trunc(*value)) {
        return std::int64_t(*value);
    }
    throw Malformed{fmt::format("'{}' is {}, which is not a whole number", name, quoted(text))};
}

int small_number_of(const pugi::xml_node& node, const char* name) {
    const std::int64_t value = whole_number_of(node, name);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        throw Malformed{fmt::format("'{}' is {}, which is out of range", name, value)};
    }
    return int(value);
}

std::int64_t count_of(const pugi::xml_node& node, const char* name) {
    const std::int64_t value = whole_number_of(node, name);
    if (value < 0) throw Malformed{fmt::format("'{}' is {}, below zero", name, value)};
    return value;
}

std::vector<AuxValue> aux_of(const pugi::xml_node& node) {
    std::vector<AuxValue> aux;
    for (const pugi::xml_attribute attribute : node.attributes()) {
        if (!is_aux_name(attribute.name())) continue;
        if (const auto value = parse_number(attribute.value())) {
            aux.push_back({attribute.name(), *value});
        }
    }
    return aux;
}

Document::Document(std::string_view text, std::initializer_list<std::string_view> names) {
    const auto status =
        xml_.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!status) {
        throw Malformed{fmt::format("not readable at byte {} of {}", status.offset, text.size())};
    }
    root_ = xml_.child("bts");
    if (!root_) throw Malformed{"no <bts> in it"};
    const std::string_view command = root_.child_value("cmd");
    const std::string_view result = root_.child_value("result");
    if (!result.empty() && result != "ok") {
        throw Malformed{fmt::format("the cycler's program refused it with {}", quoted(result))};
    }
    if (std::find(names.begin(), names.end(), command) == names.end()) {
        throw Malformed{fmt::format("it calls itself {}", quoted(command))};
    }
}

pugi::xml_node Document::child(const char* name) const {
    const pugi::xml_node node = root_.child(name);
    if (!node) throw Malformed{fmt::format("no <{}> in it", name)};
    return node;
}

}  // namespace layerscope::bts_xml
