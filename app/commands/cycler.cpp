#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/planned_test.h"
#include "core/base/clock.h"
#include "core/base/number.h"
#include "core/cell/cell_design.h"
#include "core/exchange/ndax.h"
#include "core/model/salt_exhaustion.h"
#include "hw/simulator/cycler_server.h"
#include "hw/simulator/simulated_rig.h"

namespace layerscope {
namespace {

struct Options {
    std::uint16_t port = 0;
    TestOptions test;
    std::string speed = "60";
    std::vector<std::string> replay;
    std::string began;
    std::uint64_t seed = 1;
};

constexpr double most_speed = 1e6;
constexpr double rest_s = 1800;  // on the joined bus, after the lithiation

Result<double> read_speed(const std::string& text) {
    const auto speed = parse_number(text);
    if (!speed || *speed <= 0 || *speed > most_speed) {
        return fail(
            ErrorKind::usage,
            fmt::format("--speed {} is not a factor above 0 and up to {:.0f}; write it like 60",
                        text, most_speed));
    }
    return *speed;
}

Result<UtcTime> read_began(const std::string& text) {
    const UtcTime now = utc_now();
    if (text.empty()) return now;
    const auto began = parse_iso8601(text);
    if (!began) return fail(ErrorKind::usage, "--began: " + began.error().sentence);
    if (*began > now) {
        return fail(
            ErrorKind::usage,
            fmt::format("--began {} lies in the future (now {}); give a time that has passed", text,
                        to_iso8601(now, 0)));
    }
    return *began;
}

/// `layer1=FILE`, `layer2=FILE`, … as files from layer 1 on.
Result<std::vector<std::filesystem::path>> read_replay_files(
    const std::vector<std::string>& parts) {
    std::map<std::int64_t, std::filesystem::path> files;
    for (const std::string& part : parts) {
        const std::size_t equals = part.find('=');
        const bool named = part.starts_with("layer") && equals != std::string::npos;
        const auto layer = named ? parse_integer(part.substr(5, equals - 5)) : std::nullopt;
        if (!layer || *layer < 1 || *layer > most_layers || equals + 1 == part.size()) {
            return fail(
                ErrorKind::usage,
                fmt::format("--replay '{}' is not layer1=FILE to layer{}=FILE", part, most_layers));
        }
        if (!files.emplace(*layer, part.substr(equals + 1)).second) {
            return fail(
                ErrorKind::usage,
                fmt::format("--replay names layer {} twice; give each layer one file", *layer));
        }
    }
    std::vector<std::filesystem::path> in_order;
    for (const auto& [layer, file] : files) {
        const auto expected = std::int64_t(in_order.size()) + 1;
        if (layer != expected) {
            return fail(
                ErrorKind::usage,
                fmt::format("--replay has no layer {} but a layer {}; give every layer from 1 "
                            "on a file",
                            expected, layer));
        }
        in_order.push_back(file);
    }
    return in_order;
}

Result<SimulatedRig> make_replay(const Options& options, const RigSettings& settings) {
    const auto files = read_replay_files(options.replay);
    if (!files) return fail(files.error());
    std::vector<ReplayLayer> layers;
    for (const auto& file : *files) {
        auto table = read_ndax(file);
        if (!table) return fail(table.error());
        layers.push_back({std::move(*table), file.stem().string()});
    }
    return make_replay_rig(layers, settings);
}

Result<SimulatedRig> make_cell(const Options& options, const RigSettings& settings) {
    const auto test = plan_test(options.test);
    if (!test) return fail(test.error());
    const CellModel& cell = test->cell.model;
    auto made = make_cell_rig(cell, test->protocol, options.seed, settings);
    if (!made) return fail(made.error());
    if (made->outcome.salt_exhausted) {
        fmt::print(stderr, "{}\n", salt_exhaustion_sentence(cell.design, made->outcome));
    }
    return std::move(made->rig);
}

Result<SimulatedRig> make_rig(const Options& options) {
    const auto began = read_began(options.began);
    if (!began) return fail(began.error());
    const auto speed = read_speed(options.speed);
    if (!speed) return fail(speed.error());
    const RigSettings settings{*began, *speed};
    return options.replay.empty() ? make_cell(options, settings) : make_replay(options, settings);
}

[[noreturn]] void end_with(const Error& error) {
    fmt::print(stderr, "{}\n", error.sentence);
    throw CLI::RuntimeError(error.kind == ErrorKind::usage ? 2 : 1);
}

void run_cycler(const Options& options) {
    auto rig = make_rig(options);
    if (!rig) end_with(rig.error());
    // Blocked before the server's thread begins, so that only the wait below receives them.
    sigset_t ends{};
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    const auto server = CyclerServer::start({options.port}, std::move(*rig));
    if (!server) end_with(server.error());
    fmt::print("listening bts 127.0.0.1:{}\n", (*server)->port());
    std::fflush(stdout);
    int received = 0;
    sigwait(&ends, &received);
    (*server)->stop();
}

}  // namespace

void add_cycler_command(CLI::App& app) {
    auto* command =
        app.add_subcommand("cycler", "the simulated cycler, for clients on this machine");
    command->footer(
        "Example: layerscope cycler --port 5020 --rate 0.33C --speed 120\n"
        "The first line on stdout says where it listens; Ctrl-C ends it.");
    const auto options = std::make_shared<Options>();  // lives as long as the parser's callback
    options->test.rate = "0.2C";
    options->test.rest_s = rest_s;
    command->add_option("--port", options->port, "TCP port on loopback; 0 takes any free one")
        ->capture_default_str();
    auto* rate =
        command
            ->add_option("--rate", options->test.rate,
                         "C-rate of the lithiation, 0.01C to 5C; then half an hour of rest")
            ->capture_default_str();
    auto* protocol = command
                         ->add_option("--protocol", options->test.protocol,
                                      "what is done to the cell instead: a TOML file")
                         ->excludes(rate);
    command->add_option("--speed", options->speed, "how much faster than the clock time runs")
        ->capture_default_str();
    auto* cell =
        command->add_option("--cell", options->test.cell, "a built-in cell, or a TOML file")
            ->capture_default_str();
    command
        ->add_option("--replay", options->replay,
                     "recorded .ndax files instead of a cell: layer1=FILE,layer2=FILE,...")
        ->delimiter(',')
        ->excludes(rate)
        ->excludes(protocol)
        ->excludes(cell);
    command->add_option(
        "--began", options->began,
        "UTC at which the test began, like 2026-11-22T18:13:14Z: with the same words a "
        "new start continues the same test; else each start is a new one");
    command->add_option("--seed", options->seed, "of the measurement noise; 0 for none")
        ->capture_default_str();
    command->callback([options] { run_cycler(*options); });
}

}  // namespace layerscope
