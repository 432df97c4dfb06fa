#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace layerscope {

/// The little-endian number (integer or float) that begins at `offset`, whatever the machine's own
/// byte order and alignment. The caller has checked the length.
template <class T>
T little_endian(std::string_view bytes, std::size_t offset) {
    if constexpr (std::is_floating_point_v<T>) {
        static_assert(sizeof(T) == sizeof(std::uint32_t));
        return std::bit_cast<T>(little_endian<std::uint32_t>(bytes, offset));
    } else {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value |= std::uint64_t{static_cast<unsigned char>(bytes[offset + i])} << (8 * i);
        }
        return static_cast<T>(value);
    }
}

}  // namespace layerscope
