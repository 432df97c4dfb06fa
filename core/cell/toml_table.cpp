#include "core/cell/toml_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace layerscope {
namespace {

constexpr double most_magnitude = 1e12;  // beyond it a number is a slip, and sums lose their digits

/// Any number whose magnitude is believable; nullopt for infinities and other kinds.
std::optional<double> believable(const toml::node& node) {
    const auto value = node.value<double>();
    if (!value || !(std::abs(*value) <= most_magnitude)) return std::nullopt;
    return value;
}

/// ", not -1" where it is a number at all; other kinds the person sees in the line.
std::string but_is(const toml::node& node) {
    const auto value = node.value<double>();
    return value ? fmt::format(", not {:.6g}", *value) : std::string{};
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const std::string& file) {
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}:{}: this is not TOML: {}", file, error.source().begin.line,
                                error.description()));
    }
}

Result<std::string> read_settings_text(const std::filesystem::path& path) {
    constexpr std::uintmax_t most_bytes = 1'000'000;
    std::error_code status;
    const auto kind = std::filesystem::status(path, status).type();
    if (kind == std::filesystem::file_type::not_found) {
        return fail(ErrorKind::not_found,
                    fmt::format("{}: there is no such file; check the path", path.string()));
    }
    if (kind != std::filesystem::file_type::regular) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: this is not a file; name a TOML file", path.string()));
    }
    const auto bytes = std::filesystem::file_size(path, status);
    if (!status && bytes > most_bytes) {
        return fail(
            ErrorKind::malformed,
            fmt::format("{}: {} bytes are too many for a settings file; name a TOML file of "
                        "at most 1 MB",
                        path.string(), bytes));
    }
    std::ifstream in{path, std::ios::binary};
    std::stringstream text;
    text << in.rdbuf();
    if (!in) {
        return fail(ErrorKind::io,
                    fmt::format("{}: cannot be read; check its permissions", path.string()));
    }
    return text.str();
}

std::string quoted_toml(const std::string& text) {
    std::ostringstream out;
    out << toml::toml_formatter{toml::value<std::string>{text}, toml::format_flags::none};
    return out.str();
}

std::size_t line_at(const toml::table& root, std::string_view path) {
    auto node = toml::at_path(root, path);
    while (!node && !path.empty()) {
        const std::size_t end = path.find_last_of(".[");
        path = path.substr(0, end == std::string_view::npos ? 0 : end);
        node = toml::at_path(root, path);
    }
    const auto at = node ? node.node()->source().begin.line : root.source().begin.line;
    return std::max<std::size_t>(at, 1);
}

TomlTable::TomlTable(const toml::table& table, std::string file, std::string what)
    : table_{table}, file_{std::move(file)}, what_{std::move(what)} {}

std::size_t TomlTable::line(std::string_view key) const {
    const toml::node* node = table_.get(key);
    const auto at = node != nullptr ? node->source().begin.line : table_.source().begin.line;
    return std::max<std::size_t>(at, 1);
}

void TomlTable::fault(std::string_view key, const std::string& sentence) {
    if (fault_) return;
    fault_ = Error{ErrorKind::malformed, fmt::format("{}:{}: {}", file_, line(key), sentence)};
}

void TomlTable::take_fault(const TomlTable& inner) {
    if (!fault_) fault_ = inner.fault_;
}

void TomlTable::allow_only(std::initializer_list<std::string_view> known) {
    allow_only(std::span{known.begin(), known.size()});
}

void TomlTable::allow_only(std::span<const std::string_view> known) {
    for (const auto& [key, node] : table_) {
        if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
            fault(key.str(), fmt::format("{} has an unknown key '{}'; known are {}", what_,
                                         key.str(), fmt::join(known, ", ")));
        }
    }
}

const toml::node* TomlTable::wanted(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) fault(key, fmt::format("{} needs the key '{}'; add it", what_, key));
    return node;
}

std::string TomlTable::text(std::string_view key) {
    const toml::node* node = wanted(key);
    if (node == nullptr) return {};
    if (!node->is_string()) {
        fault(key, fmt::format("'{}' must be a text in quotes", key));
        return {};
    }
    auto value = node->value_or(std::string{});
    if (value.empty()) fault(key, fmt::format("'{}' is empty; write a text", key));
    return value;
}

std::string TomlTable::text_or(std::string_view key, std::string fallback) {
    return has(key) ? text(key) : std::move(fallback);
}

double TomlTable::positive_number(std::string_view key) {
    const toml::node* node = wanted(key);
    if (node == nullptr) return 1.0;
    const auto value = believable(*node);
    if (!value || !(*value > 0)) {
        fault(key, fmt::format("'{}' must be a number above 0{}", key, but_is(*node)));
        return 1.0;
    }
    return *value;
}

std::optional<double> TomlTable::number(std::string_view key) {
    if (!has(key)) return std::nullopt;
    const toml::node& node = *table_.get(key);
    const auto value = believable(node);
    if (!value || !(*value >= 0)) {
        fault(key, fmt::format("'{}' must be a number, 0 or more{}", key, but_is(node)));
        return std::nullopt;
    }
    return value;
}

double TomlTable::finite_number(std::string_view key) {
    const toml::node* node = wanted(key);
    if (node == nullptr) return 0;
    const auto value = believable(*node);
    if (!value) fault(key, fmt::format("'{}' must be a finite number{}", key, but_is(*node)));
    return value.value_or(0);
}

std::vector<double> TomlTable::numbers(std::string_view key) {
    std::vector<double> values;
    const toml::node* node = wanted(key);
    if (node == nullptr) return values;
    const toml::array* array = node->as_array();
    bool all = array != nullptr;
    for (std::size_t i = 0; all && i < array->size(); ++i) {
        const auto value = believable(*array->get(i));
        all = value.has_value();
        if (all) values.push_back(*value);
    }
    if (!all) fault(key, fmt::format("'{}' must be finite numbers in brackets", key));
    return values;
}

std::int64_t TomlTable::integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const toml::node* node = wanted(key);
    if (node == nullptr) return least;
    const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
    if (!value || *value < least || *value > most) {
        fault(key, fmt::format("'{}' must be a whole number from {} to {}", key, least, most));
        return least;
    }
    return *value;
}

std::optional<std::int64_t> TomlTable::integer_if_there(std::string_view key, std::int64_t least) {
    if (!has(key)) return std::nullopt;
    return integer(key, least, std::numeric_limits<std::int64_t>::max());
}

bool TomlTable::flag_or(std::string_view key, bool fallback) {
    if (!has(key)) return fallback;
    const toml::node* node = table_.get(key);
    if (!node->is_boolean()) {
        fault(key, fmt::format("'{}' must be true or false", key));
        return fallback;
    }
    return node->value_or(fallback);
}

const toml::table* TomlTable::table(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) fault(key, fmt::format("'{}' must be a table", key));
    return node->as_table();
}

const toml::array* TomlTable::array_of_tables(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return nullptr;
    const toml::array* array = node->as_array();
    if (array == nullptr || !array->is_homogeneous<toml::table>()) {
        fault(key, fmt::format("'{0}' must be written as [[{0}]]", key));
        return nullptr;
    }
    return array;
}

}  // namespace layerscope
