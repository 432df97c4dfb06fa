#pragma once
#include <functional>
#include <memory>

#include "core/acquire/row_sink.h"
#include "core/cell/station.h"
#include "hw/poller.h"

namespace layerscope {

/// The thread that speaks to all devices of a station, and the only one that calls the sink.
class HardwareThread {
  public:
    /// Starts at once. `sink` must outlive this object; of `station` nothing is kept.
    HardwareThread(const Station& station, RowSink& sink, LinkTimes times = {});
    ~HardwareThread();
    HardwareThread(const HardwareThread&) = delete;
    HardwareThread& operator=(const HardwareThread&) = delete;

    /// Leaves every exchange at once and joins: after it nobody calls the sink. May be repeated;
    /// not from the hardware thread itself.
    void stop();

    /// Runs `work` on the hardware thread, soon; never after `stop`. Thread-safe.
    void post(std::function<void()> work);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace layerscope
