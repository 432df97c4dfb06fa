#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "core/acquire/live_message.h"
#include "core/base/result.h"
#include "core/cell/station.h"

namespace layerscope {

/// A recording beside the window: the hardware thread, the keeper of runs and its writer, and in
/// the demonstration the simulated cycler. Ends cleanly, and resumably, with its destructor.
class LiveSession {
  public:
    /// Records what `station` measures into `folder`.
    static Result<std::unique_ptr<LiveSession>> open(Station station,
                                                     const std::filesystem::path& folder);

    /// The demonstration: the model of the published cell, lithiated at 0.33C and left to rest for
    /// two hours by a simulated cycler in this process, 120 times accelerated, recorded over TCP
    /// like any other.
    static Result<std::unique_ptr<LiveSession>> demonstrate(const std::filesystem::path& folder);

    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    const Station& station() const;
    LiveSource& source();
    /// How many times faster than life, where that is known.
    std::optional<double> accelerated() const;

  private:
    struct Parts;
    explicit LiveSession(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace layerscope
