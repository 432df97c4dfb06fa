#pragma once
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "hw/simulator/simulated_rig.h"

namespace layerscope {

/// The simulated cycler's side of the protocol, without a socket: a request document in, a reply
/// message out. Bound to the thread that calls it.
class BtsService {
  public:
    explicit BtsService(SimulatedRig rig) : rig_{std::move(rig)} {}

    /// The reply to one document, which may begin with rubbish, as the whole message to send. Every
    /// request gets one: an unknown command, an unknown channel or ill-formed XML too.
    std::string answer(std::string_view document, UtcTime now);

  private:
    SimulatedRig rig_;
};

}  // namespace layerscope
