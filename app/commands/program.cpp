#include "app/commands/program.h"

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/version.h"

namespace layerscope {

int run_program(int argc, char** argv) {
    CLI::App app{"Layerscope: the instrument for multilayer battery electrodes", "layerscope"};
    app.set_version_flag("--version", program_version);
    add_analyse_command(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    return 0;
}

}  // namespace layerscope
