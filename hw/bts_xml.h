#pragma once
#include <cstdint>
#include <initializer_list>
#include <pugixml.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/acquire/reading.h"

/// Reading a cycler's XML. What is missing or means nothing throws `Malformed`, which the replies
/// turn into their error: the sentences need no path back through every level.
namespace layerscope::bts_xml {

struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Text of a server in a sentence: short, and without line ends or control characters.
std::string quoted(std::string_view text);

/// Attributes of an element, by name.
std::string_view text_of(const pugi::xml_node& node, const char* name);
double number_of(const pugi::xml_node& node, const char* name);
std::int64_t whole_number_of(const pugi::xml_node& node, const char* name);
int small_number_of(const pugi::xml_node& node, const char* name);
std::int64_t count_of(const pugi::xml_node& node, const char* name);  // not below zero

/// All auxiliary values of an element. One whose text is no number (an input that is unplugged) has
/// no value; it is left out.
std::vector<AuxValue> aux_of(const pugi::xml_node& node);

/// A reply, once its `<cmd>` was seen to be one of `names` and not a refusal.
class Document {
  public:
    Document(std::string_view text, std::initializer_list<std::string_view> names);

    /// The root's element `name`.
    pugi::xml_node child(const char* name) const;

  private:
    pugi::xml_document xml_;
    pugi::xml_node root_;
};

}  // namespace layerscope::bts_xml
