#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/acquire/row_sink.h"
#include "core/cell/station.h"
#include "hw/poller.h"

namespace layerscope {

/// One cycler and the station's channels on it.
struct BtsTask {
    DeviceSettings device;
    std::vector<StationChannel> channels;
    LinkTimes times;
    UtcMap clock;
};

/// Serves `sink` from one cycler: connects, finds the channels, and at every poll tells what they
/// say now and fetches the recorded rows that the sink plans for. Never ends by itself: a lost
/// connection is reported and tried again, ever more slowly. Cancellation (terminal) ends it at
/// once, with the exception of Asio. `sink` must outlive it.
boost::asio::awaitable<void> serve_neware_bts(BtsTask task, RowSink& sink);

}  // namespace layerscope
