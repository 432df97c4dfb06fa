#include "core/series/column_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/series/deflate.h"
#include "core/series/printed_float.h"

namespace layerscope {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

// A whole number below 2^51 is found by rounding and goes through a double unharmed.
constexpr double most_whole = 0x1p51;
// Powers of ten that a double holds exactly.
constexpr std::array<double, 23> powers_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
// Digits that instruments print a float with, the likeliest first.
constexpr std::array float_digits{15, 14, digits_of_double, 9, 7, 8, 6};
// Of differences this narrow a float could only be larger: it is not tried.
constexpr int narrow_bytes = 2;
// All texts of a column together; more than that is an attack.
constexpr std::uint64_t most_text_bytes = 64U << 20U;

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}
template <class Value>
std::span<char> writable_bytes_of(std::span<Value> values) {
    return {reinterpret_cast<char*>(values.data()), values.size_bytes()};
}

bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// Byte shuffle: first the lowest byte of every word, then the second of every word, and so on.
// Bytes of one significance resemble each other, which zlib makes use of.

template <int width, class Word>
void shuffle_as(std::span<const Word> words, char* out) {
    for (int byte = 0; byte < width; ++byte) {
        for (const Word word : words) *out++ = char(word >> unsigned(8 * byte));
    }
}

template <int width, class Word>
void unshuffle_as(const char* bytes, std::span<Word> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        Word word = 0;
        for (int byte = 0; byte < width; ++byte) {
            const char its = bytes[std::size_t(byte) * words.size() + i];
            word |= Word(static_cast<unsigned char>(its)) << unsigned(8 * byte);
        }
        words[i] = word;
    }
}

template <class Word>
std::string shuffle(std::span<const Word> words, int width) {
    std::string out(words.size() * std::size_t(width), '\0');
    if (width == 1) shuffle_as<1>(words, out.data());
    if (width == 2) shuffle_as<2>(words, out.data());
    if (width == 4) shuffle_as<4>(words, out.data());
    if constexpr (sizeof(Word) == 8) {
        if (width == 8) shuffle_as<8>(words, out.data());
    }
    return out;
}

/// Words of `width` bytes that went through `shuffle` and zlib.
template <class Word>
Result<void> inflate_words(std::string_view deflated, int width, std::span<Word> words) {
    std::string bytes(words.size() * std::size_t(width), '\0');
    if (auto inflated = inflate_bytes(deflated, bytes); !inflated) return inflated;
    if (width == 1) unshuffle_as<1>(bytes.data(), words);
    if (width == 2) unshuffle_as<2>(bytes.data(), words);
    if (width == 4) unshuffle_as<4>(bytes.data(), words);
    if constexpr (sizeof(Word) == 8) {
        if (width == 8) unshuffle_as<8>(bytes.data(), words);
    }
    return {};
}

// Differences of integers: the first value as 8 bytes; one byte, how wide the differences are (1,
// 2, 4 or 8 bytes); then those of the other values, 0, -1, 1, -2 … written as 0, 1, 2, 3 … so that
// small ones have empty upper bytes, shuffled and through zlib. They wrap modulo 2^64.

constexpr std::size_t width_at = 8;
constexpr std::size_t differences_at = 9;

std::uint64_t zigzag(std::uint64_t difference) {
    return (difference << 1U) ^ (std::int64_t(difference) < 0 ? ~std::uint64_t{0} : 0);
}
std::uint64_t from_zigzag(std::uint64_t word) {
    return (word >> 1U) ^ (~(word & 1U) + 1);
}

struct Differences {
    std::uint64_t first = 0;
    std::vector<std::uint64_t> words;
    int width = 1;
};

Differences differences_of(std::span<const std::int64_t> values) {
    Differences out;
    if (values.empty()) return out;
    out.first = std::uint64_t(values[0]);
    out.words.reserve(values.size() - 1);
    std::uint64_t all = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        out.words.push_back(zigzag(std::uint64_t(values[i]) - std::uint64_t(values[i - 1])));
        all |= out.words.back();
    }
    out.width = all < 1ULL << 8U ? 1 : all < 1ULL << 16U ? 2 : all < 1ULL << 32U ? 4 : 8;
    return out;
}

std::string deflate_differences(const Differences& differences) {
    std::string out(differences_at, '\0');
    std::memcpy(out.data(), &differences.first, sizeof differences.first);
    out[width_at] = char(differences.width);
    return out + deflate_bytes(
                     shuffle(std::span<const std::uint64_t>{differences.words}, differences.width));
}

Result<void> inflate_differences(std::string_view bytes, std::span<std::int64_t> out) {
    if (out.empty() || bytes.size() < differences_at) {
        return fail(ErrorKind::malformed, fmt::format("it has {} bytes for the differences of {} "
                                                      "integers",
                                                      bytes.size(), out.size()));
    }
    const int width = static_cast<unsigned char>(bytes[width_at]);
    if (width != 1 && width != 2 && width != 4 && width != 8) {
        return fail(
            ErrorKind::malformed,
            fmt::format("its differences are {} bytes wide instead of 1, 2, 4 or 8", width));
    }
    std::vector<std::uint64_t> words(out.size() - 1);
    if (auto inflated = inflate_words<std::uint64_t>(bytes.substr(differences_at), width, words);
        !inflated) {
        return inflated;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    out[0] = std::int64_t(value);
    for (std::size_t i = 0; i < words.size(); ++i) {
        value += from_zigzag(words[i]);
        out[i + 1] = std::int64_t(value);
    }
    return {};
}

// Reals as decimal numbers.

/// value * power where that is whole and divides back to the same bits.
bool make_whole(double value, double power, std::int64_t& whole) {
    constexpr double to_whole = 0x1.8p52;  // adding it leaves no place for a fraction
    const double scaled = value * power;
    if (!(std::abs(scaled) < most_whole)) return false;  // nor is NaN
    const double rounded = (scaled + to_whole) - to_whole;
    whole = std::int64_t(rounded);
    return same_bits(double(whole) / power, value);  // -0.0 fails here
}

struct Decimals {
    std::vector<std::int64_t> wholes;
    int decimals = 0;
};

std::optional<Decimals> as_decimals(std::span<const double> values) {
    Decimals out;
    out.wholes.resize(values.size());
    // What is whole after d decimals is so after d + 1: the number of them only rises.
    std::size_t exact_from = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int before = out.decimals;
        while (!make_whole(values[i], powers_of_ten[std::size_t(out.decimals)], out.wholes[i])) {
            if (++out.decimals == int(powers_of_ten.size())) return std::nullopt;
        }
        if (out.decimals != before) exact_from = i;
    }
    const double power = powers_of_ten[std::size_t(out.decimals)];
    for (std::size_t i = 0; i < exact_from; ++i) {
        if (!make_whole(values[i], power, out.wholes[i])) return std::nullopt;
    }
    return out;
}

Result<void> decode_decimals(ColumnBytes column, std::span<double> out) {
    if (column.parameter >= powers_of_ten.size()) {
        return fail(ErrorKind::malformed, fmt::format("it claims {} decimals, more than {}",
                                                      column.parameter, powers_of_ten.size() - 1));
    }
    std::vector<std::int64_t> wholes(out.size());
    if (auto inflated = inflate_differences(column.bytes, wholes); !inflated) return inflated;
    const double power = powers_of_ten[column.parameter];
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = double(wholes[i]) / power;
    return {};
}

// Reals as printed floats.

bool are_floats(std::span<const double> values, int digits, std::span<std::uint32_t> words) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float value = float(values[i]);
        if (!same_bits(printed_float(value, digits), values[i])) return false;
        words[i] = std::bit_cast<std::uint32_t>(value);
    }
    return true;
}

std::optional<EncodedColumn> as_floats(std::span<const double> values) {
    std::vector<std::uint32_t> words(values.size());
    for (const int digits : float_digits) {
        if (!are_floats(values, digits, words)) continue;
        return EncodedColumn{Encoding::single, std::uint8_t(digits),
                             deflate_bytes(shuffle(std::span<const std::uint32_t>{words}, 4))};
    }
    return std::nullopt;
}

Result<void> decode_floats(ColumnBytes column, std::span<double> out) {
    if (column.parameter < 1 || column.parameter > digits_of_double) {
        return fail(ErrorKind::malformed,
                    fmt::format("it claims floats printed with {} digits instead of 1 to {}",
                                column.parameter, digits_of_double));
    }
    std::vector<std::uint32_t> words(out.size());
    if (auto inflated = inflate_words<std::uint32_t>(column.bytes, 4, words); !inflated) {
        return inflated;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = printed_float(std::bit_cast<float>(words[i]), column.parameter);
    }
    return {};
}

// Reals whose digits know no law: what two neighbours have in common goes.

EncodedColumn as_mixed(std::span<const double> values) {
    std::vector<std::uint64_t> words;
    words.reserve(values.size());
    std::uint64_t before = 0;
    for (const double value : values) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        words.push_back(bits ^ before);
        before = bits;
    }
    return {Encoding::mixed, 0, deflate_bytes(shuffle(std::span<const std::uint64_t>{words}, 8))};
}

Result<void> decode_mixed(std::string_view bytes, std::span<double> out) {
    std::vector<std::uint64_t> words(out.size());
    if (auto inflated = inflate_words<std::uint64_t>(bytes, 8, words); !inflated) return inflated;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        bits ^= words[i];
        out[i] = std::bit_cast<double>(bits);
    }
    return {};
}

// Raw.

template <class Value>
Result<void> decode_raw(std::string_view bytes, std::span<Value> out) {
    if (bytes.size() != out.size_bytes()) {
        return fail(ErrorKind::malformed,
                    fmt::format("it has {} bytes instead of {}", bytes.size(), out.size_bytes()));
    }
    if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    return {};
}

template <class Value>
EncodedColumn smaller_of_raw_and(std::span<const Value> values, EncodedColumn encoded) {
    if (encoded.bytes.size() < values.size_bytes()) return encoded;
    return {Encoding::raw, 0, std::string{bytes_of(values)}};
}

Result<void> unknown_encoding(ColumnBytes column, std::string_view values) {
    return fail(ErrorKind::unsupported,
                fmt::format("its encoding {} holds no {} that this version knows; open it with a "
                            "newer version",
                            int(column.encoding), values));
}

}  // namespace

EncodedColumn encode_reals(std::span<const double> values) {
    std::optional<EncodedColumn> best;
    if (const auto decimals = as_decimals(values)) {
        const auto differences = differences_of(decimals->wholes);
        best = EncodedColumn{Encoding::decimal, std::uint8_t(decimals->decimals),
                             deflate_differences(differences)};
        if (differences.width <= narrow_bytes) {
            return smaller_of_raw_and(values, std::move(*best));
        }
    }
    if (auto floats = as_floats(values); floats) {
        if (!best || floats->bytes.size() < best->bytes.size()) best = std::move(floats);
    }
    if (!best) best = as_mixed(values);
    return smaller_of_raw_and(values, std::move(*best));
}

EncodedColumn encode_integers(std::span<const std::int64_t> values) {
    return smaller_of_raw_and(values,
                              {Encoding::decimal, 0, deflate_differences(differences_of(values))});
}

EncodedColumn encode_texts(std::span<const std::string> values) {
    std::string bytes;
    for (const auto& text : values) {
        const auto length = std::uint32_t(text.size());
        bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    }
    for (const auto& text : values) bytes += text;
    return {Encoding::text, 0, deflate_bytes(bytes)};
}

Result<void> decode_reals(ColumnBytes column, std::span<double> out) {
    switch (column.encoding) {
        case Encoding::raw:
            return decode_raw(column.bytes, out);
        case Encoding::decimal:
            return decode_decimals(column, out);
        case Encoding::single:
            return decode_floats(column, out);
        case Encoding::mixed:
            return decode_mixed(column.bytes, out);
        case Encoding::text:
            break;
    }
    return unknown_encoding(column, "reals");
}

Result<void> decode_integers(ColumnBytes column, std::span<std::int64_t> out) {
    if (column.encoding == Encoding::raw) return decode_raw(column.bytes, out);
    if (column.encoding != Encoding::decimal) return unknown_encoding(column, "integers");
    if (column.parameter != 0) {
        return fail(ErrorKind::malformed,
                    fmt::format("its integers claim {} decimals", column.parameter));
    }
    return inflate_differences(column.bytes, out);
}

Result<void> decode_texts(ColumnBytes column, std::span<std::string> out) {
    if (column.encoding != Encoding::text) return unknown_encoding(column, "texts");
    const auto bytes = inflate_at_most(column.bytes, most_text_bytes);
    if (!bytes) return fail(bytes.error());
    const std::string_view all{*bytes};
    constexpr std::size_t length_bytes = sizeof(std::uint32_t);
    std::size_t at = out.size() * length_bytes;
    for (std::size_t i = 0; i < out.size() && at <= all.size(); ++i) {
        std::uint32_t length = 0;
        std::memcpy(&length, all.data() + i * length_bytes, sizeof length);
        if (length <= all.size() - at) out[i] = all.substr(at, length);
        at += length;
    }
    if (at != all.size()) {
        return fail(ErrorKind::malformed,
                    fmt::format("its {} bytes are not those of {} texts", all.size(), out.size()));
    }
    return {};
}

}  // namespace layerscope
