#include "app/live_session.h"

#include <string>
#include <utility>

#include "core/acquire/run_keeper.h"
#include "core/base/clock.h"
#include "hw/hardware_thread.h"
#include "hw/simulator/cycler_server.h"
#include "hw/simulator/simulated_rig.h"

namespace layerscope {
namespace {

constexpr const char* demonstration_cell = "yan-2025-h";
constexpr double demonstration_c_rate = 0.33;
constexpr double demonstration_rest_s = 7200;  // plated lithium goes back into the graphite
// Layer 1 leads, passes 0 V and its theoretical capacity within one minute; the rest fills another.
constexpr double demonstration_speed = 120;
constexpr std::uint64_t demonstration_seed = 1;

/// `demo-20261122T181314Z`
std::string demonstration_name(UtcTime now) {
    std::string name = "demo-" + to_iso8601(now, 0);
    std::erase_if(name,
                  [count = 0](char c) mutable { return c == ':' || (c == '-' && count++ > 0); });
    return name;
}

}  // namespace

/// In the order of lifetimes: the hardware thread calls the keeper, both outlive nobody else.
struct LiveSession::Parts {
    Station station;
    std::optional<double> accelerated;
    std::unique_ptr<CyclerServer> cycler;
    std::unique_ptr<RunKeeper> keeper;
    std::unique_ptr<HardwareThread> hardware;

    Result<void> start(const std::filesystem::path& folder, std::optional<std::string> name) {
        RunKeeper::Settings settings;
        settings.folder = folder;
        settings.name = std::move(name);
        settings.accelerated = accelerated;
        auto opened = RunKeeper::open(station, std::move(settings));
        if (!opened) return fail(opened.error());
        keeper = std::move(*opened);
        hardware = std::make_unique<HardwareThread>(station, *keeper);
        return {};
    }
};

Result<std::unique_ptr<LiveSession>> LiveSession::open(Station station,
                                                       const std::filesystem::path& folder) {
    auto parts = std::make_unique<Parts>();
    parts->station = std::move(station);
    if (auto started = parts->start(folder, std::nullopt); !started) return fail(started.error());
    return std::unique_ptr<LiveSession>{new LiveSession{std::move(parts)}};
}

Result<std::unique_ptr<LiveSession>> LiveSession::demonstrate(const std::filesystem::path& folder) {
    const auto cell = find_cell_model(demonstration_cell, {});
    if (!cell) return fail(cell.error());
    const Protocol protocol =
        lithiation_protocol(*cell, demonstration_c_rate, StartState::by_rate, demonstration_rest_s);
    const UtcTime began = utc_now();
    auto made =
        make_cell_rig(*cell, protocol, demonstration_seed, RigSettings{began, demonstration_speed});
    if (!made) return fail(made.error());
    auto cycler = CyclerServer::start({.port = 0}, std::move(made->rig));
    if (!cycler) return fail(cycler.error());

    auto parts = std::make_unique<Parts>();
    parts->accelerated = demonstration_speed;
    parts->cycler = std::move(*cycler);
    auto station = parse_station(
        demonstration_station_toml(cell->design, parts->cycler->port(), "Simulated cell"),
        "the demonstration's station", std::filesystem::path{});
    if (!station) return fail(station.error());
    parts->station = std::move(*station);
    if (auto started = parts->start(folder, demonstration_name(began)); !started) {
        return fail(started.error());
    }
    return std::unique_ptr<LiveSession>{new LiveSession{std::move(parts)}};
}

LiveSession::LiveSession(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

LiveSession::~LiveSession() {
    parts_->hardware->stop();
    parts_->keeper->interrupt();
}

const Station& LiveSession::station() const {
    return parts_->station;
}
LiveSource& LiveSession::source() {
    return *parts_->keeper;
}
std::optional<double> LiveSession::accelerated() const {
    return parts_->accelerated;
}

}  // namespace layerscope
