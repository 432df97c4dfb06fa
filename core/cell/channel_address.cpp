#include "core/cell/channel_address.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "core/base/number.h"

namespace layerscope {

std::string to_text(const ChannelAddress& address) {
    return fmt::format("{}-{}-{}-{}", address.devtype, address.devid, address.subdevid,
                       address.chlid);
}

std::optional<ChannelAddress> parse_channel_address(std::string_view text) {
    std::array<int, 4> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        const std::size_t dash = last ? text.size() : text.find('-');
        if (dash == std::string_view::npos) return std::nullopt;
        const auto part = parse_integer(text.substr(0, dash));
        if (!part || *part < 1 || *part > std::numeric_limits<int>::max()) return std::nullopt;
        parts[i] = int(*part);
        text.remove_prefix(last ? dash : dash + 1);
    }
    return ChannelAddress{parts[0], parts[1], parts[2], parts[3]};
}

}  // namespace layerscope
