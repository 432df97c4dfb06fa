#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace layerscope {

/// Where a cycler channel lives: device type, machine number, unit and channel, each from 1 on.
struct ChannelAddress {
    int devtype = 0;
    int devid = 0;
    int subdevid = 0;
    int chlid = 0;

    auto operator<=>(const ChannelAddress&) const = default;
};

/// `27-21-1-2`
std::string to_text(const ChannelAddress& address);

/// Reads `27-21-1-2`; nullopt unless it is four whole numbers of at least 1.
std::optional<ChannelAddress> parse_channel_address(std::string_view text);

}  // namespace layerscope
