#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/cell/station.h"

namespace layerscope {

/// A station of the published cell, or of a stack of `layers` equal ones; a reference on each layer
/// named in `referenced`.
Station sample_station();
Station sample_station(int layers, const std::vector<int>& referenced);

/// Rows of one layer every ten seconds over [from_s, to_s), along closed-form curves that look like
/// a lithiation at 0.33C: layer 1 leads, and goes below 0 V after about an hour.
RowPage sample_rows(const Station& station, int layer, double from_s, double to_s, UtcTime arrival);

/// Rows of all layers.
std::vector<LiveMessage> sample_pages(const Station& station, double from_s, double to_s,
                                      UtcTime arrival);

/// What a recording would say; acknowledging comes back as a message.
class SampleSource : public LiveSource {
  public:
    std::vector<LiveMessage> drain() override { return std::exchange(messages, {}); }
    std::uint64_t dropped() const override { return lost; }
    void acknowledge(std::int64_t id, const std::string& user) override {
        messages.emplace_back(AlarmAcknowledged{id, user, UtcTime{}});
    }
    void say(std::vector<LiveMessage> more) {
        for (LiveMessage& message : more) messages.push_back(std::move(message));
    }

    std::vector<LiveMessage> messages;
    std::uint64_t lost = 0;
};

/// A moment that never changes, 2026-11-22 14:31:52 UTC.
UtcTime sample_now();

}  // namespace layerscope
