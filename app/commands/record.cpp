#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands/command.h"
#include "app/commands/duration.h"
#include "app/commands/record_output.h"
#include "core/acquire/run_keeper.h"
#include "core/store/network_folder.h"
#include "hw/hardware_thread.h"

namespace layerscope {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The pipe that wakes the main thread; a signal handler can write to it and to little else.
std::array<int, 2> wake_pipe{-1, -1};  // NOLINT: a handler reaches nothing but globals

void wake(char why) {
    [[maybe_unused]] const auto written = ::write(wake_pipe[1], &why, 1);
}

void on_signal(int /*signal*/) {
    const int before = errno;
    wake('s');
    errno = before;
}

/// While it lives, SIGINT and SIGTERM write into the pipe, and a reader of stdout that has gone is
/// a failed write instead of our death.
class SignalsToPipe {
  public:
    SignalsToPipe() {
        ok_ = ::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0;
        struct sigaction action {};
        action.sa_handler = on_signal;
        sigaction(SIGINT, &action, &before_[0]);
        sigaction(SIGTERM, &action, &before_[1]);
        action.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &action, &before_[2]);
    }
    ~SignalsToPipe() {
        sigaction(SIGINT, &before_[0], nullptr);
        sigaction(SIGTERM, &before_[1], nullptr);
        sigaction(SIGPIPE, &before_[2], nullptr);
        for (int& end : wake_pipe) {
            if (end >= 0) ::close(end);
            end = -1;
        }
    }
    SignalsToPipe(const SignalsToPipe&) = delete;
    SignalsToPipe& operator=(const SignalsToPipe&) = delete;

    bool ok() const { return ok_; }

    /// Waits for a signal or a `wake`; 0 when `deadline` came first.
    static char wait(std::optional<SteadyTime> deadline) {
        for (;;) {
            int timeout_ms = -1;
            if (deadline) {
                const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now());
                if (left <= milliseconds{0}) return 0;
                timeout_ms = int(std::min<std::int64_t>(left.count(), 3'600'000));
            }
            pollfd readable{wake_pipe[0], POLLIN, 0};
            char why = 0;
            if (::poll(&readable, 1, timeout_ms) > 0 && ::read(wake_pipe[0], &why, 1) == 1) {
                return why;
            }
        }
    }

  private:
    std::array<struct sigaction, 3> before_{};
    bool ok_ = false;
};

struct RecordOptions {
    std::string station;
    std::string folder;
    std::string name;
    std::string duration;
    bool until_finished = false;
    bool json = false;
};

[[noreturn]] void give_up(const std::string& sentence, int exit_code) {
    fmt::print(stderr, "layerscope record: {}\n", sentence);
    throw CLI::RuntimeError(exit_code);
}

/// Records until told to end; what came of it is known to `output`.
void record_until_end(const Station& station, const RecordOptions& options,
                      std::optional<milliseconds> duration, RecordOutput& output) {
    RunKeeper::Settings settings;
    settings.folder = options.folder;
    settings.screen_capacity = 0;
    if (!options.name.empty()) settings.name = options.name;
    settings.listener = [&output, &options](const LiveMessage& message) {
        output.take(message);
        const auto* closed = std::get_if<RunClosed>(&message);
        const bool finished = closed != nullptr && closed->reason != "superseded";
        if ((finished && options.until_finished) || output.failure()) wake('e');
    };
    auto keeper = RunKeeper::open(station, std::move(settings));
    if (!keeper) give_up(keeper.error().sentence, 1);
    std::optional<SteadyTime> deadline;
    if (duration) deadline = steady_clock::now() + *duration;
    HardwareThread hardware{station, **keeper};
    SignalsToPipe::wait(deadline);
    hardware.stop();
    (*keeper)->interrupt();
}

void record(const RecordOptions& options) {
    std::optional<milliseconds> duration;
    if (!options.duration.empty()) {
        duration = parse_duration(options.duration);
        if (!duration) {
            give_up(fmt::format("--duration {}: not a time span; write it like 90s, 15min or 2h",
                                options.duration),
                    2);
        }
    }
    if (auto local = check_local(options.folder); !local) give_up(local.error().sentence, 1);
    auto station = read_station(options.station);
    if (!station) give_up(station.error().sentence, 1);
    const SignalsToPipe signals;
    if (!signals.ok()) give_up("no pipe for signals; close other programs and try again", 1);
    RecordOutput output{*station,
                        options.json ? RecordOutput::Form::json : RecordOutput::Form::text};
    record_until_end(*station, options, duration, output);
    output.conclude();
    if (const auto failure = output.failure()) give_up(*failure, 1);
}

}  // namespace

void add_record_command(CLI::App& app) {
    auto options =
        std::make_shared<RecordOptions>();  // shared with the callback, which outlives us
    auto* command = app.add_subcommand("record", "Record a run without a window");
    command->footer("Example: layerscope record --station cell.toml --out runs --until-finished");
    command->add_option("--station", options->station, "who measures what (TOML)")->required();
    command->add_option("--out", options->folder, "folder for run files")->required();
    command->add_option("--name", options->name, "of the run; else the cell's name and the time");
    command->add_option("--duration", options->duration,
                        "end after this wall time: 90s, 15min, 2h");
    command->add_flag("--until-finished", options->until_finished,
                      "end when all channels have finished");
    command->add_flag("--json", options->json, "one JSON object a line on stdout");
    command->callback([options] { record(*options); });
}

}  // namespace layerscope
