#pragma once
#include <memory>
#include <string>

#include "ui/stored_run.h"

namespace layerscope {

/// Brings what a recording tells the screen into the window's run. What the screen's mailbox lost
/// is read from the run file: rows reach the screen after their commit. `source` must outlive it.
class LiveFeed {
  public:
    LiveFeed(LiveSource& source, Station station, RunLoader loader);

    /// Takes in all that has come; true when there was something.
    bool poll();
    const RunModel& run() const { return *run_; }
    void acknowledge_all(const std::string& user);

  private:
    void open(const RunOpened& message);
    /// False, with an event that says why, where the file cannot be read.
    bool reload(RunOpened opened);  // by value: it may live in the run that goes

    LiveSource& source_;
    Station station_;
    RunLoader loader_;
    std::unique_ptr<RunModel> run_;
    std::uint64_t dropped_ = 0;
};

}  // namespace layerscope
