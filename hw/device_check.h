#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/reading.h"
#include "core/cell/station.h"
#include "hw/poller.h"

namespace layerscope {

/// What one layer's channel says now; `error` tells what is wrong with it, empty: nothing.
struct ChannelCheck {
    StationChannel channel;
    std::string error;
    std::optional<Snapshot> now;  // none: it did not answer
    std::int64_t rows = 0;
    std::optional<double> reference_V;
};

/// Whether a device answers; `error` tells why not, empty: it does.
struct DeviceCheck {
    DeviceSettings device;
    std::string error;
    std::vector<ChannelCheck> channels;

    /// What is wrong with the device, else with the first of its channels; empty: nothing.
    std::string first_error() const;
    bool ok() const { return first_error().empty(); }
};

/// Asks every device of the station once, one after the other, the very way a recording asks. Takes
/// no rows and changes nothing.
std::vector<DeviceCheck> check_devices(const Station& station, LinkTimes times = {});

}  // namespace layerscope
