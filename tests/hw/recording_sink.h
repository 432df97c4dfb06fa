#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/acquire/row_sink.h"

namespace layerscope {

/// What a sink was told.
struct Recorded {
    std::map<int, std::vector<std::int64_t>> seqids;  // of each layer, in the order they came
    std::vector<RowPage> pages;
    std::vector<std::vector<ChannelReport>> polls;
    std::vector<bool> fresh_links;  // of each poll
    std::vector<Snapshot> snapshots;
    std::vector<LinkReport> links;
    std::vector<std::pair<int, std::string>> notes;

    std::size_t rows_of(int layer) const {
        const auto at = seqids.find(layer);
        return at == seqids.end() ? 0 : at->second.size();
    }
    bool has_note(int layer, const std::string& sentence) const {
        for (const auto& note : notes) {
            if (note == std::pair{layer, sentence}) return true;
        }
        return false;
    }
    bool was(LinkReport::State state) const {
        for (const auto& link : links) {
            if (link.state == state) return true;
        }
        return false;
    }
};

/// Follows every channel from the row after its last, and lets a test wait for what it is told.
/// Thread-safe.
class RecordingSink : public RowSink {
  public:
    /// Waits until `condition` holds; false when that takes longer than any sound machine needs.
    bool wait(const std::function<bool(const Recorded&)>& condition) {
        std::unique_lock lock{mutex_};
        return told_.wait_for(lock, std::chrono::seconds{60}, [&] { return condition(recorded_); });
    }

    Recorded recorded() const {
        const std::lock_guard lock{mutex_};
        return recorded_;
    }

    std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& reports,
                                                bool fresh_link) override {
        std::vector<std::optional<FollowFrom>> out;
        tell([&](Recorded& recorded) {
            recorded.polls.push_back(reports);
            recorded.fresh_links.push_back(fresh_link);
            for (const auto& report : reports) {
                const auto& have = recorded.seqids[report.layer];
                const std::int64_t last = have.empty() ? 0 : have.back();
                out.push_back(report.count > last
                                  ? std::optional{FollowFrom{report.test_id, last + 1}}
                                  : std::nullopt);
            }
        });
        return out;
    }
    bool accept(RowPage page) override {
        tell([&](Recorded& recorded) {
            for (const auto& row : page.rows) recorded.seqids[page.layer].push_back(row.seqid);
            recorded.pages.push_back(std::move(page));
        });
        return true;
    }
    void snapshot(Snapshot snapshot) override {
        tell([&](Recorded& recorded) { recorded.snapshots.push_back(std::move(snapshot)); });
    }
    void link(LinkReport report) override {
        tell([&](Recorded& recorded) { recorded.links.push_back(std::move(report)); });
    }
    void note(int layer, std::string sentence) override {
        tell([&](Recorded& recorded) { recorded.notes.emplace_back(layer, std::move(sentence)); });
    }

  private:
    template <class Write>
    void tell(Write write) {
        {
            const std::lock_guard lock{mutex_};
            write(recorded_);
        }
        told_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable told_;
    Recorded recorded_;
};

/// A station with `layers` channels, 27-21-1-k for layer k, on a cycler at loopback.
inline Station loopback_station(int layers, std::uint16_t port) {
    Station station;
    DeviceSettings device{"bts", "neware-bts", "127.0.0.1", port, std::chrono::milliseconds{5}, {}};
    station.devices.push_back(device);
    for (int layer = 1; layer <= layers; ++layer) {
        station.channels.push_back({layer, "bts", {27, 21, 1, layer}, {}, {}});
    }
    return station;
}

/// Deadlines that no sound machine meets by chance, retries at once, small pages.
inline LinkTimes patient_times() {
    using std::chrono::milliseconds;
    return {milliseconds{60'000}, milliseconds{60'000}, milliseconds{60'000},
            milliseconds{1},      milliseconds{5},      10};
}

}  // namespace layerscope
