#pragma once
#include <cstdint>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace layerscope {

/// One reply of the cycler while it is being written: `<bts version="1.0">`, `<cmd>` first.
class ReplyDocument {
  public:
    ReplyDocument();

    pugi::xml_node root() const { return root_; }

    /// The whole message as it goes on the wire: declaration, line ends and indent as the vendor's
    /// server writes them, ASCII only (other characters as numeric references), terminator.
    std::string message() const;

  private:
    pugi::xml_document document_;
    pugi::xml_node root_;
};

/// Appends `name="value"`; control characters, which XML cannot hold, become blanks.
void put(pugi::xml_node element, const char* name, std::string_view value);
void put(pugi::xml_node element, const char* name, std::int64_t value);

/// Appends `<name>text</name>`, text cleaned as in `put`.
void put_element(pugi::xml_node parent, const char* name, std::string_view text);

/// A recorded value: plain decimal, at most 15 significant digits, which brings a float back
/// exactly. Empty for NaN: the attribute stays, so that all rows look alike, and no value is
/// invented.
std::string recorded_decimal(double value);

/// A live value: plain decimal, `digits` decimals, trailing zeros dropped.
std::string live_decimal(double value, int digits);

}  // namespace layerscope
