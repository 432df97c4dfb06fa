#include "app/commands/program.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <optional>

#include "app/commands/command.h"
#include "app/commands/window.h"
#include "core/base/version.h"

namespace layerscope {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

/// The exit code where a command, --help or a fault of usage has ended it; nullopt for the window.
std::optional<int> parse_and_run(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& error) {
        return error.get_exit_code();  // the command has said why
    } catch (const CLI::Success& asked) {
        return app.exit(asked);  // --help, --version
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "{}; see layerscope --help\n", error.what());
        return wrong_usage;
    }
    if (app.get_subcommands().empty()) return std::nullopt;
    return 0;
}

}  // namespace

int run_program(int argc, char** argv) {
    CLI::App app{"Layerscope: the instrument for multilayer battery electrodes", "layerscope"};
    app.set_version_flag("--version", program_version);
    app.require_subcommand(0, 1);
    add_cycler_command(app);
    add_record_command(app);
    add_check_command(app);
    add_analyse_command(app);
    add_inspect_command(app);
    add_simulate_command(app);
    add_calibrate_command(app);
    add_runs_command(app);
    add_label_command(app);
    add_copy_command(app);
    WindowOptions window;
    add_window_options(app, window);
    try {
        const auto code = parse_and_run(app, argc, argv);
        return code ? *code : open_window(window);
    } catch (const std::exception& error) {
        fmt::print(stderr, "This is a fault of the program: {}\n", error.what());
        return failed;
    }
}

}  // namespace layerscope
