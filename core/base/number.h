#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers in text, the same in every locale: a German desktop must not read 3.7021 as 3.
namespace layerscope {

/// The whole of `text` as a finite decimal number (exponents allowed), else nullopt.
std::optional<double> parse_number(std::string_view text);

/// The whole of `text` as an integer, else nullopt.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The shortest plain decimal, never with an exponent, that reads back as the same double.
std::string plain_decimal(double value);

}  // namespace layerscope
