#pragma once
#include <toml++/toml.h>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// `text` as TOML; the error names `file`, the line and what the parser missed.
Result<toml::table> parse_toml(std::string_view text, const std::string& file);

/// The whole text of a settings file; refused above 1 MB, which no station or cell needs.
Result<std::string> read_settings_text(const std::filesystem::path& path);

/// `text` as TOML writes it: in quotes, what may not stand there escaped.
std::string quoted_toml(const std::string& text);

/// Line of the node at `path`, like `model.layer[1].lead_ohm`; where it is missing, of the nearest
/// table around it.
std::size_t line_at(const toml::table& root, std::string_view path);

/// Strict reading of one table: every key must be known, every value of its kind. The first fault
/// is kept, later calls return defaults, so that a reader reads on and asks once at the end.
class TomlTable {
  public:
    /// `what` names the table in sentences, for example `[[channel]] 2`. Both referents must live
    /// on.
    TomlTable(const toml::table& table, std::string file, std::string what);

    /// Faults any key that is not in `known`.
    void allow_only(std::initializer_list<std::string_view> known);
    void allow_only(std::span<const std::string_view> known);

    std::string text(std::string_view key);                           // required
    std::string text_or(std::string_view key, std::string fallback);  // optional
    double positive_number(std::string_view key);                     // required, > 0
    std::optional<double> number(std::string_view key);               // optional, >= 0
    double finite_number(std::string_view key);                       // required, any sign
    std::vector<double> numbers(std::string_view key);                // required, any sign
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> integer_if_there(std::string_view key, std::int64_t least);
    bool flag_or(std::string_view key, bool fallback);
    const toml::table* table(std::string_view key);            // optional; faults another kind
    const toml::array* array_of_tables(std::string_view key);  // optional; faults another kind

    bool has(std::string_view key) const { return table_.contains(key); }
    /// Line of the key, or of the table itself where the key is missing.
    std::size_t line(std::string_view key) const;

    /// Keeps `sentence` as the fault, with file and line of `key` in front, unless there is one.
    void fault(std::string_view key, const std::string& sentence);
    const std::optional<Error>& first_fault() const { return fault_; }
    /// Takes over the fault of a table read inside this one.
    void take_fault(const TomlTable& inner);

  private:
    const toml::node* wanted(std::string_view key);

    const toml::table& table_;
    std::string file_;
    std::string what_;
    std::optional<Error> fault_;
};

}  // namespace layerscope
