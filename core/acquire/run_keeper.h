#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/acquire/recorder.h"
#include "core/acquire/row_sink.h"
#include "core/base/result.h"
#include "core/cell/station.h"

namespace layerscope {

/// Keeps the run of a station: which file is resumed or begun, which rows are asked for, when a run
/// is over and another takes its place. A run is the set of (channel, test); docs/run-file.md says
/// what is stored.
///
/// The calls of RowSink come from one thread, those of LiveSource from any.
class RunKeeper final : public RowSink, public LiveSource {
  public:
    struct Settings {
        std::filesystem::path folder;       // made where it is missing
        std::optional<std::string> name;    // of the run; else the cell's name and the time
        std::optional<double> accelerated;  // how much faster than life a simulated cycler runs
        /// Sees every message, none dropped, on the thread where it arises; may block, which holds
        /// the recording up. Must be thread-safe.
        std::function<void(const LiveMessage&)> listener;
        std::size_t screen_capacity = 20'000;  // messages that wait for `drain`; 0: nobody drains
        std::function<SteadyTime()> now = std::chrono::steady_clock::now;
        /// How long channels may take to show their test, or all to change to a new one.
        std::chrono::seconds patience{60};
        Recorder::Settings recorder;
    };

    /// Fails when the folder cannot be made. Files are opened at the first contact with the
    /// channels.
    static Result<std::unique_ptr<RunKeeper>> open(Station station, Settings settings);
    ~RunKeeper() override;

    std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& reports,
                                                bool fresh_link) override;
    bool accept(RowPage page) override;
    void snapshot(Snapshot snapshot) override;
    void link(LinkReport report) override;
    void note(int layer, std::string sentence) override;

    std::vector<LiveMessage> drain() override;
    std::uint64_t dropped() const override;
    void acknowledge(std::int64_t alarm_id, const std::string& user) override;

    /// A clean end that can be resumed: what was accepted is stored, the run closed as
    /// "interrupted". Call it when nobody calls the sink any more. May be repeated.
    void interrupt();

  private:
    class Impl;
    explicit RunKeeper(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace layerscope
