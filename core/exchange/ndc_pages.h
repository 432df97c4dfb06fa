#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

/// The page layout that all files of a Neware test share.
///
/// Pages of 4096 bytes (ndc 2: 512, with a bitmap of one byte). The first is the file's header: its
/// kind in byte 0, the ndc version in byte 2. Each further one: u16 page type (kind + 1), u16 count
/// of valid slots, a bitmap of 128 bytes, 3960 bytes of equal slots, and the CRC-32 of all before
/// it. The bitmap alone says which slots hold something: a slot of zeros can be a measurement of 0
/// V and 0 A.
namespace layerscope {

inline constexpr std::size_t ndc_page_bytes = 4096;

/// Older files divide themselves in the same way, only smaller.
struct NdcGeometry {
    std::size_t page_bytes = ndc_page_bytes;
    std::size_t bitmap_bytes = 128;
};
inline constexpr NdcGeometry ndc2_geometry{512, 1};

enum class NdcKind : std::uint8_t { data = 0x01, aux = 0x05, step = 0x07, run_info = 0x12 };

struct NdcSlot {
    std::int64_t number = 0;  // place in the file, from 0 on, empty slots counted
    std::string_view bytes;
};

/// What the slots of one file must be like.
struct NdcFileShape {
    NdcKind kind{};
    int version = 0;
    std::size_t slot_bytes = 0;
    NdcGeometry geometry{};
};

/// The ndc version that the header names; `member` is the file's name for the sentence.
Result<int> ndc_version(std::string_view file, const std::string& member);

/// Visits the valid slots of `file` in order. Fails at the first page that is cut, of the wrong
/// type, or whose checksum, count or bitmap is wrong.
Result<void> visit_ndc_slots(std::string_view file, const std::string& member,
                             const NdcFileShape& shape,
                             const std::function<void(const NdcSlot&)>& visit);

}  // namespace layerscope
