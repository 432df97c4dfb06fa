#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/cell/cell_design.h"
#include "core/cell/channel_address.h"

namespace layerscope {

/// What the cycler calls the lithiation of the graphite: "discharge" in a half cell against
/// lithium, "charge" in a full cell. There is no default: the wrong one turns every current round.
enum class Lithiation { discharge, charge };

/// Factor that turns a current as received into ours, which is positive while a layer is lithiated.
/// Cyclers count charge positive.
constexpr double lithiation_sign(Lithiation direction) {
    return direction == Lithiation::charge ? 1.0 : -1.0;
}
std::string_view to_text(Lithiation direction);

struct DeviceSettings {
    std::string id;
    std::string driver;
    std::string host;
    std::uint16_t port = 0;
    std::chrono::milliseconds poll{1000};
    /// Minutes that the device's wall clock is ahead of UTC; measured where the station does not
    /// say.
    std::optional<int> zone_offset_min;
};

/// One layer's cycler channel and, where there is one, its reference electrode.
struct StationChannel {
    int layer = 0;
    std::string device;
    ChannelAddress address;
    std::optional<std::int64_t> test_id;  // pinned by the operator; else learnt at first contact
    std::optional<std::string> reference_field;  // auxiliary name on this channel's rows, e.g. "V1"
};

/// Who measures what: the cell, the devices and one channel for each layer.
struct Station {
    std::string cell_name;
    CellDesign design;
    Lithiation lithiation = Lithiation::discharge;
    std::vector<DeviceSettings> devices;
    std::vector<StationChannel> channels;  // channels[k - 1] is layer k
    std::string station_toml;              // both verbatim, for the run file
    std::string design_toml;

    double sign() const { return lithiation_sign(lithiation); }
    const DeviceSettings& device(const std::string& id) const;
};

/// Reads a station file; a fault is one sentence with file, line and remedy.
Result<Station> read_station(const std::filesystem::path& path);

/// The same from text; `file` is named in sentences, relative design paths start at `folder`.
Result<Station> parse_station(std::string_view toml, const std::string& file,
                              const std::filesystem::path& folder);

/// The station that a run file holds: both texts given, no other file needed.
Result<Station> parse_stored_station(std::string_view toml, std::string_view design_toml,
                                     const std::string& file);

/// The station of the demonstration: `design_toml`'s layers on the simulated cycler at loopback
/// `port`.
std::string demonstration_station_toml(const CellDesign& design, std::uint16_t port,
                                       std::string_view cell_name);

}  // namespace layerscope
