#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// Names as a JSON list. Bytes that are no UTF-8 (a cycler's names may be in another character set)
/// are kept as they are, which no JSON library does.
std::string word_list_text(const std::vector<std::string>& words);

/// malformed unless it is a list that `word_list_text` wrote.
Result<std::vector<std::string>> parse_word_list(std::string_view text);

}  // namespace layerscope
