#include "core/series/column_pack.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace layerscope {
namespace {

// u32 rows, u32 parts; of each part u16 column, u8 encoding, u8 parameter, u32 values, u32 length,
// u32 checksum; then the payloads.
constexpr std::size_t header_bytes = 8;
constexpr std::size_t part_bytes = 16;
constexpr std::size_t checked_part_bytes = 12;  // what of a part's head the checksum covers
constexpr std::size_t encoding_at = 2;
constexpr std::size_t parameter_at = 3;
constexpr std::size_t values_at = 4;
constexpr std::size_t length_at = 8;
// Far above a block's 4096; a hostile count must not become memory.
constexpr std::uint32_t most_values = 1U << 20U;

template <class Number>
void append(std::string& out, Number number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}
template <class Number>
Number number_at(std::string_view bytes, std::size_t offset) {
    Number number = 0;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

std::uint32_t checksum(std::string_view head, std::string_view payload) {
    const auto add = [](uLong sum, std::string_view bytes) {
        return crc32(sum, reinterpret_cast<const Bytef*>(bytes.data()), uInt(bytes.size()));
    };
    return std::uint32_t(add(add(0, head), payload));
}

}  // namespace

void PackWriter::add(int column, std::uint32_t values, EncodedColumn encoded) {
    parts_.push_back({column, values, std::move(encoded)});
}

std::string PackWriter::take() {
    std::string out;
    append(out, rows_);
    append(out, std::uint32_t(parts_.size()));
    for (const auto& part : parts_) {
        const std::size_t head = out.size();
        append(out, std::uint16_t(part.column));
        append(out, std::uint8_t(part.encoded.encoding));
        append(out, part.encoded.parameter);
        append(out, part.values);
        append(out, std::uint32_t(part.encoded.bytes.size()));
        append(out, checksum(std::string_view{out}.substr(head), part.encoded.bytes));
    }
    for (const auto& part : parts_) out += part.encoded.bytes;
    parts_.clear();
    return out;
}

Result<PackReader> PackReader::open(std::string_view bytes) {
    const auto cut_short = [&] {
        return fail(
            ErrorKind::malformed,
            fmt::format("a pack of {} bytes is cut short or lies about its parts", bytes.size()));
    };
    if (bytes.size() < header_bytes) return cut_short();
    PackReader pack;
    pack.rows_ = number_at<std::uint32_t>(bytes, 0);
    const std::size_t parts = number_at<std::uint32_t>(bytes, sizeof pack.rows_);
    if (parts > (bytes.size() - header_bytes) / part_bytes) return cut_short();

    std::size_t payload_at = header_bytes + parts * part_bytes;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto head = bytes.substr(header_bytes + i * part_bytes, part_bytes);
        const std::size_t length = number_at<std::uint32_t>(head, length_at);
        if (length > bytes.size() - payload_at) return cut_short();
        Part part;
        part.column = number_at<std::uint16_t>(head, 0);
        if (pack.has(part.column)) {
            return fail(ErrorKind::malformed,
                        fmt::format("a pack has column {} twice", part.column));
        }
        part.values = number_at<std::uint32_t>(head, values_at);
        part.checksum = number_at<std::uint32_t>(head, checked_part_bytes);
        part.head = head.substr(0, checked_part_bytes);
        part.bytes = {Encoding(number_at<std::uint8_t>(head, encoding_at)),
                      number_at<std::uint8_t>(head, parameter_at),
                      bytes.substr(payload_at, length)};
        payload_at += length;
        pack.parts_.push_back(part);
    }
    if (payload_at != bytes.size()) return cut_short();
    return pack;
}

std::vector<int> PackReader::columns() const {
    std::vector<int> out;
    for (const auto& part : parts_) out.push_back(part.column);
    return out;
}

const PackReader::Part* PackReader::find(int column) const {
    const auto part = std::ranges::find(parts_, column, &Part::column);
    return part == parts_.end() ? nullptr : &*part;
}

std::optional<Encoding> PackReader::encoding(int column) const {
    const Part* part = find(column);
    return part != nullptr ? std::optional{part->bytes.encoding} : std::nullopt;
}

Result<void> PackReader::verify(const Part& part) const {
    if (part.values > most_values) {
        return fail(ErrorKind::malformed, fmt::format("column {} claims {} values, more than {}",
                                                      part.column, part.values, most_values));
    }
    if (const auto found = checksum(part.head, part.bytes.bytes); found != part.checksum) {
        return fail(ErrorKind::malformed,
                    fmt::format("column {} has the checksum {:08x} instead of {:08x}", part.column,
                                found, part.checksum));
    }
    return {};
}

Result<void> PackReader::verify() const {
    for (const auto& part : parts_) {
        if (auto verified = verify(part); !verified) return verified;
    }
    return {};
}

template <class Value, class Decode>
Result<std::optional<std::vector<Value>>> PackReader::decoded(int column, Decode decode) const {
    const Part* part = find(column);
    if (part == nullptr) return std::nullopt;
    if (auto verified = verify(*part); !verified) return fail(verified.error());
    std::vector<Value> values(part->values);
    if (auto filled = decode(part->bytes, std::span<Value>{values}); !filled) {
        return fail(filled.error().kind,
                    fmt::format("column {}: {}", column, filled.error().sentence));
    }
    return values;
}

Result<std::optional<std::vector<double>>> PackReader::reals(int column) const {
    return decoded<double>(column, decode_reals);
}
Result<std::optional<std::vector<std::int64_t>>> PackReader::integers(int column) const {
    return decoded<std::int64_t>(column, decode_integers);
}
Result<std::optional<std::vector<std::string>>> PackReader::texts(int column) const {
    return decoded<std::string>(column, decode_texts);
}

}  // namespace layerscope
