#pragma once
#include <optional>
#include <string>

#include "core/acquire/run_keeper.h"
#include "core/acquire/run_layers.h"

namespace layerscope {

/// Which run file the rows of the layers go into: at first contact an unfinished run of the same
/// tests is gone on with, else a new one begins; a run that other tests have superseded, and one
/// whose file is of an earlier version, is followed by one that names it. What stands in the way is
/// told once, and tried again at each call.
class RunSuccession {
  public:
    /// All must outlive it.
    RunSuccession(const Station& station, const RunKeeper::Settings& settings, RunJournal& journal,
                  RunLayers& layers)
        : station_{station}, settings_{settings}, journal_{journal}, layers_{layers} {}

    // Each is true when a run is open now.

    /// Waits until all channels have told their test, or the first one did so a patience ago.
    bool open_first(SteadyTime now);
    /// The run after a superseded one.
    bool open_successor(SteadyTime now);
    /// A run that goes on from none.
    bool open_unrelated(SteadyTime now);

  private:
    bool open_new(SteadyTime now, std::optional<std::string> predecessor_uuid);
    Result<void> resume(SteadyTime now, const std::filesystem::path& path);
    bool open_after(SteadyTime now, const std::filesystem::path& path);
    bool open_beside(SteadyTime now, const std::filesystem::path& damaged, const Error& error);
    void start(SteadyTime now, RunWriter writer, RunOpened opened, std::string sentence);
    bool cannot_open(const std::string& sentence);

    const Station& station_;
    const RunKeeper::Settings& settings_;
    RunJournal& journal_;
    RunLayers& layers_;
    std::optional<SteadyTime> first_contact_;
    std::string uuid_;     // of the newest run
    std::string trouble_;  // why no run file could be opened, already told
};

}  // namespace layerscope
