#pragma once
#include <cstdint>
#include <memory>

#include "core/base/result.h"
#include "hw/simulator/simulated_rig.h"

namespace layerscope {

struct CyclerServerSettings {
    std::uint16_t port = 0;  // 0: any free one
};

/// The simulated cycler as a TCP server on loopback, with a thread of its own named "cycler" and
/// any number of connections. It speaks only when asked.
class CyclerServer {
  public:
    /// Listens; fails when the port is taken.
    static Result<std::unique_ptr<CyclerServer>> start(const CyclerServerSettings& settings,
                                                       SimulatedRig rig);
    ~CyclerServer();
    CyclerServer(const CyclerServer&) = delete;
    CyclerServer& operator=(const CyclerServer&) = delete;

    /// The port it listens on.
    std::uint16_t port() const;

    /// Closes every connection and joins the thread. A second call does nothing. From the thread
    /// that started the server.
    void stop();

  private:
    class Loop;
    explicit CyclerServer(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace layerscope
