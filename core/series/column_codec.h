#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

/// One column of values as few bytes, exact to the last bit. docs/run-file.md describes each
/// encoding byte by byte; the numbers below are in files and never change.
namespace layerscope {

///
/// `differences` of integers: the first one (8 bytes, little-endian), the width of a difference in
/// bytes (u8: 1, 2, 4 or 8), then the differences of all others from the one before, as zigzag
/// words (0, -1, 1, -2 … are 0, 1, 2, 3 …) modulo 2^64, byte shuffled, through zlib.
/// Byte shuffle: the lowest byte of all words, then the second of all, and so on.
enum class Encoding : std::uint8_t {
    raw = 0,      // the 8 bytes of each value, little-endian
    decimal = 1,  // integers: their differences; a real is such an integer / 10^parameter
    single = 2,   // the 4 bytes of a float each, byte shuffle, zlib; the value is what that float
                  // is when printed with `parameter` significant digits and read again as a double
    text = 3,     // u32 lengths, then the bytes, all through zlib; 64 MiB together at most
    mixed = 4,    // reals: bits XOR those of the value before, byte shuffle, zlib
};

struct EncodedColumn {
    Encoding encoding = Encoding::raw;
    std::uint8_t parameter = 0;
    std::string bytes;
};

/// The same without owning the bytes.
struct ColumnBytes {
    Encoding encoding = Encoding::raw;
    std::uint8_t parameter = 0;
    std::string_view bytes;
};

/// The smallest encoding that gives every bit back; NaN, infinities and -0.0 included.
EncodedColumn encode_reals(std::span<const double> values);
EncodedColumn encode_integers(std::span<const std::int64_t> values);
EncodedColumn encode_texts(std::span<const std::string> values);

/// Fill `out` exactly, or fail: as malformed where the bytes do not hold that many values, as
/// unsupported for an encoding that this version does not know. The bytes may be hostile.
Result<void> decode_reals(ColumnBytes column, std::span<double> out);
Result<void> decode_integers(ColumnBytes column, std::span<std::int64_t> out);
Result<void> decode_texts(ColumnBytes column, std::span<std::string> out);

}  // namespace layerscope
