#include "app/commands/program.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "app/commands/command.h"
#include "core/base/version.h"

namespace layerscope {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

int parse_and_run(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::RuntimeError& error) {
        return error.get_exit_code();  // the command has said why
    } catch (const CLI::Success& asked) {
        return app.exit(asked);  // --help, --version
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "{}; see layerscope --help\n", error.what());
        return wrong_usage;
    }
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
    try {
        return parse_and_run(app, argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "This is a fault of the program: {}\n", error.what());
        return failed;
    }
}

}  // namespace layerscope
