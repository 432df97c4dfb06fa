#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/commands/command.h"
#include "core/store/run_copy.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string run;
    std::string copy;
    bool json = false;
};

void run_copy(const Options& options) {
    if (const auto copied = copy_run(options.run, options.copy); !copied) {
        fmt::print(stderr, "{}\n", copied.error().sentence);
        throw CLI::RuntimeError(1);
    }
    if (!options.json) return;
    const Json document{{"run", options.run}, {"copy", options.copy}};
    // A path need not be UTF-8; the document must be.
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

void add_copy_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "copy", "Copies a run, while it is recorded too, into one file of the newest version");
    command->footer("Example: layerscope copy night-1.lsrun -o /mnt/archive/night-1.lsrun");
    // Shared with the callback, which outlives this call.
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->run, "the run file (.lsrun)")->required();
    command->add_option("-o,--out", options->copy, "the copy; must not exist")->required();
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->callback([options] { run_copy(*options); });
}

}  // namespace layerscope
