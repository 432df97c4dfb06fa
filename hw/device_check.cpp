#include "hw/device_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "hw/hardware_thread.h"

namespace layerscope {
namespace {

/// Collects until the first poll is complete or the device is lost; wants no rows.
class CheckSink : public RowSink {
  public:
    explicit CheckSink(DeviceCheck& check) : check_{check} {}

    void wait() { done_.get_future().wait(); }

    std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& reports,
                                                bool /*fresh_link*/) override {
        for (const auto& report : reports) {
            if (auto* channel = find(report.layer)) channel->rows = report.count;
        }
        finish();
        return std::vector<std::optional<FollowFrom>>(reports.size());
    }

    bool accept(RowPage /*page*/) override { return false; }

    void snapshot(Snapshot snapshot) override {
        if (finished_) return;
        if (auto* channel = find(snapshot.layer)) channel->now = std::move(snapshot);
    }

    void link(LinkReport report) override {
        if (report.state != LinkReport::State::lost || finished_) return;
        check_.error = std::move(report.sentence);
        finish();
    }

    void note(int layer, std::string sentence) override {
        if (auto* channel = find(layer); channel != nullptr && !finished_) {
            channel->error = std::move(sentence);
        }
    }

  private:
    ChannelCheck* find(int layer) {
        const auto same = [&](const auto& check) { return check.channel.layer == layer; };
        const auto at = std::find_if(check_.channels.begin(), check_.channels.end(), same);
        return at == check_.channels.end() ? nullptr : &*at;
    }

    void finish() {
        if (!std::exchange(finished_, true)) done_.set_value();
    }

    DeviceCheck& check_;
    std::promise<void> done_;
    bool finished_ = false;
};

void find_reference(ChannelCheck& check) {
    const auto& field = check.channel.reference_field;
    if (!field || !check.now) return;
    std::string there;
    for (const auto& aux : check.now->aux) {
        if (aux.name == *field) check.reference_V = aux.value;
        there += (there.empty() ? "" : ", ") + aux.name;
    }
    if (check.reference_V || !check.error.empty()) return;
    check.error = fmt::format(
        "channel {} of layer {} has no '{}' for the reference; {}; map it in "
        "the cycler's program or correct the station",
        to_text(check.channel.address), check.channel.layer, *field,
        there.empty() ? "it has no auxiliary value" : "it has " + there);
}

DeviceCheck check_device(const Station& station, const DeviceSettings& device, LinkTimes times) {
    DeviceCheck check{device, {}, {}};
    for (const auto& channel : station.channels) {
        if (channel.device == device.id) check.channels.push_back({channel, {}, {}, 0, {}});
    }
    Station alone = station;
    alone.devices = {device};
    CheckSink sink{check};
    HardwareThread thread{alone, sink, times};
    sink.wait();
    thread.stop();
    for (auto& channel : check.channels) find_reference(channel);
    return check;
}

}  // namespace

std::string DeviceCheck::first_error() const {
    if (!error.empty()) return error;
    const auto at = std::find_if(channels.begin(), channels.end(),
                                 [](const auto& channel) { return !channel.error.empty(); });
    return at == channels.end() ? std::string{} : at->error;
}

std::vector<DeviceCheck> check_devices(const Station& station, LinkTimes times) {
    std::vector<DeviceCheck> checks;
    for (const auto& device : station.devices) {
        checks.push_back(check_device(station, device, times));
    }
    return checks;
}

}  // namespace layerscope
