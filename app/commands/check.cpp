#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "hw/device_check.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json to_json(const ChannelCheck& check) {
    const bool answered = check.now.has_value();
    const Snapshot now = check.now.value_or(Snapshot{});
    const auto if_answered = [&](const auto& value) {
        return answered ? Json(value) : Json(nullptr);
    };
    return {{"layer", check.channel.layer},
            {"address", to_text(check.channel.address)},
            {"status", if_answered(now.status)},
            {"test_id", if_answered(now.test_id)},
            {"rows", if_answered(check.rows)},
            {"voltage_V", if_answered(now.voltage_V)},
            {"current_A", if_answered(now.current_A)},
            {"reference_V", check.reference_V ? Json(*check.reference_V) : Json(nullptr)},
            {"error", text_or_null(check.error)}};
}

std::string as_json(const std::vector<DeviceCheck>& checks) {
    Json devices = Json::array();
    for (const DeviceCheck& check : checks) {
        Json channels = Json::array();
        for (const auto& channel : check.channels) channels.push_back(to_json(channel));
        devices.push_back({{"id", check.device.id},
                           {"driver", check.device.driver},
                           {"ok", check.ok()},
                           {"error", text_or_null(check.first_error())},
                           {"channels", std::move(channels)}});
    }
    // What a cycler calls its states need not be UTF-8; the document must be.
    return Json{{"devices", std::move(devices)}}.dump(2, ' ', false,
                                                      Json::error_handler_t::replace) +
           "\n";
}

std::string as_text(const ChannelCheck& check) {
    const auto where =
        fmt::format("  layer {}  {}", check.channel.layer, to_text(check.channel.address));
    if (!check.now) return where + "  no answer\n";
    const Snapshot& now = *check.now;
    auto text = fmt::format("{}  {}, test {}, {} rows, {:.4f} V, {:.1f} mA", where, now.status,
                            now.test_id, check.rows, now.voltage_V, 1000 * now.current_A);
    if (check.reference_V) text += fmt::format(", reference {:.4f} V", *check.reference_V);
    return text + "\n";
}

std::string as_text(const DeviceCheck& check) {
    const auto answer = std::count_if(check.channels.begin(), check.channels.end(),
                                      [](const auto& channel) { return channel.now.has_value(); });
    std::string text = fmt::format("{} ({}, {}:{}): {} of {} channels answer\n", check.device.id,
                                   check.device.driver, check.device.host, check.device.port,
                                   answer, check.channels.size());
    if (!check.error.empty()) return text;
    for (const auto& channel : check.channels) text += as_text(channel);
    return text;
}

void print_errors(const DeviceCheck& check) {
    if (!check.error.empty()) {
        fmt::print(stderr, "{}\n", check.error);
        return;
    }
    for (const auto& channel : check.channels) {
        if (!channel.error.empty()) fmt::print(stderr, "{}\n", channel.error);
    }
}

struct Options {
    std::string station;
    bool json = false;
};

void run_check(const Options& options) {
    const auto station = read_station(options.station);
    if (!station) {
        fmt::print(stderr, "{}\n", station.error().sentence);
        throw CLI::RuntimeError(1);
    }
    const auto checks = check_devices(*station);
    if (options.json) fmt::print("{}", as_json(checks));
    for (const auto& check : checks) {
        if (!options.json) fmt::print("{}", as_text(check));
        print_errors(check);
    }
    if (!std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.ok(); })) {
        throw CLI::RuntimeError(1);
    }
}

}  // namespace

void add_check_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "check", "Tries every device and channel of a station and prints what each says now");
    command->footer("Example: layerscope check --station cell-07.toml");
    // Shared with the callback, which outlives this call.
    auto options = std::make_shared<Options>();
    command->add_option("--station", options->station, "Station file (.toml)")->required();
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([options] { run_check(*options); });
}

}  // namespace layerscope
