#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/acquire/live_message.h"
#include "core/store/run_writer.h"

namespace layerscope {

/// The writer thread: takes what belongs into the run file and commits it once a second (earlier
/// when half full), all or nothing. It never drops: what cannot be written now (a full disk) is
/// kept and tried again each second, while `room` shrinks and tells the producers to stop asking
/// for more. Thread-safe.
class Recorder {
  public:
    /// Called on the writer thread with each message once what it tells is committed, in order; may
    /// block, which holds the recording up.
    using Publish = std::function<void(LiveMessage)>;

    struct Settings {
        std::chrono::milliseconds commit_period{1000};
        std::chrono::milliseconds checkpoint_period{60'000};
        std::size_t capacity = 100'000;  // rows, about 30 MB; any other entry counts as one row
    };

    Recorder(Publish publish, Settings settings);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    /// As `stop`.
    ~Recorder();

    /// How many more rows it takes.
    std::size_t room() const;

    /// Takes over a run; what is added from now on goes there.
    void start(RunWriter writer);

    /// Adds an entry; a page may exceed the room a little, and combined rows never wait for any:
    /// they go with the page that settled them. Rows and snapshots are their own message; others
    /// may bring one, published after the commit. False, and nothing is added, where there is no
    /// room: ask `room` first.
    bool add(RunEntry entry, std::optional<LiveMessage> message = std::nullopt);

    /// Gives the event the next id of the run and adds it; 0 where there is no run. Events
    /// are few and never wait for room: an alarm must not be lost to a full disk.
    std::int64_t add_event(RunEvent event, std::optional<LiveMessage> message = std::nullopt);

    /// Of the events that were added to this run; below the first id where there is none.
    std::int64_t newest_event_id() const;

    /// Ends the run after all that was added; `RunClosed` follows.
    void close(std::string reason, RunWriter::Ending ending);

    /// True while no run is open: before `start`, and after a `close` was carried out.
    bool idle() const;

    /// Rows of the layer that are committed.
    std::int64_t committed_rows(int layer) const;

    /// Writes what is there, once more if need be, and ends the thread.
    void stop();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace layerscope
