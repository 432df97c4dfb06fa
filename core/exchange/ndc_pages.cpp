#include "core/exchange/ndc_pages.h"

#include <fmt/format.h>
#include <zlib.h>

#include "core/exchange/little_endian.h"

namespace layerscope {
namespace {

constexpr std::size_t type_at = 0;
constexpr std::size_t count_at = 2;
constexpr std::size_t bitmap_at = 4;
constexpr std::size_t checksum_bytes = 4;

constexpr std::string_view remedy = "copy the file again from where it was written";

bool is_valid(std::string_view page, std::size_t slot) {
    const auto byte = static_cast<unsigned char>(page[bitmap_at + slot / 8]);
    return ((byte >> (slot % 8)) & 1U) != 0;
}

std::uint32_t checksum(std::string_view page) {
    return static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(page.data()),
                                            static_cast<uInt>(page.size() - checksum_bytes)));
}

/// Empty when all is well, else what is wrong.
std::string fault_of(std::string_view page, NdcKind kind, std::size_t slots) {
    const auto stored = little_endian<std::uint32_t>(page, page.size() - checksum_bytes);
    if (const auto found = checksum(page); found != stored) {
        return fmt::format("has the checksum {:08x} instead of {:08x}", found, stored);
    }
    const int expected = static_cast<int>(kind) + 1;
    if (const auto type = little_endian<std::uint16_t>(page, type_at); type != expected) {
        return fmt::format("is of type {} instead of {}", type, expected);
    }
    std::size_t valid = 0;
    for (std::size_t slot = 0; slot < slots; ++slot) valid += is_valid(page, slot) ? 1 : 0;
    if (const auto count = little_endian<std::uint16_t>(page, count_at); count != valid) {
        return fmt::format("promises {} records, but its bitmap marks {}", count, valid);
    }
    return {};
}

Result<void> check_header(std::string_view file, const std::string& member,
                          const NdcFileShape& shape) {
    const auto version = ndc_version(file, member);
    if (!version) return fail(version.error());
    if (const int kind = static_cast<unsigned char>(file[0]);
        kind != static_cast<int>(shape.kind)) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: its header says file type {} instead of {}; {}", member, kind,
                                static_cast<int>(shape.kind), remedy));
    }
    if (*version != shape.version) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: its header says ndc {}, but data.ndc is ndc {}; {}", member,
                                *version, shape.version, remedy));
    }
    const std::size_t page_bytes = shape.geometry.page_bytes;
    if (const auto rest = file.size() % page_bytes; rest != 0) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: page {} ends after {} of {} bytes; {}", member,
                                file.size() / page_bytes, rest, page_bytes, remedy));
    }
    return {};
}

}  // namespace

Result<int> ndc_version(std::string_view file, const std::string& member) {
    constexpr std::size_t version_at = 2;
    if (file.size() <= version_at) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: its {} bytes are too few for a header; {}", member,
                                file.size(), remedy));
    }
    return static_cast<unsigned char>(file[version_at]);
}

Result<void> visit_ndc_slots(std::string_view file, const std::string& member,
                             const NdcFileShape& shape,
                             const std::function<void(const NdcSlot&)>& visit) {
    if (auto header = check_header(file, member, shape); !header) return header;
    const auto [page_bytes, bitmap_bytes] = shape.geometry;
    const std::size_t slots_at = bitmap_at + bitmap_bytes;
    const std::size_t slots = (page_bytes - checksum_bytes - slots_at) / shape.slot_bytes;
    for (std::size_t number = 1; number < file.size() / page_bytes; ++number) {
        const auto page = file.substr(number * page_bytes, page_bytes);
        if (const auto fault = fault_of(page, shape.kind, slots); !fault.empty()) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}: page {} {}; {}", member, number, fault, remedy));
        }
        for (std::size_t slot = 0; slot < slots; ++slot) {
            if (!is_valid(page, slot)) continue;
            visit({static_cast<std::int64_t>((number - 1) * slots + slot),
                   page.substr(slots_at + slot * shape.slot_bytes, shape.slot_bytes)});
        }
    }
    return {};
}

}  // namespace layerscope
