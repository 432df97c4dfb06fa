#pragma once
#include <CLI/CLI.hpp>

namespace layerscope {

/// One word of the command line. `add_…` declares it and its options on `app`; when it was given,
/// its callback does the work and throws CLI::RuntimeError(exit code) after it has written its one
/// sentence to stderr (1: failed, 2: wrong usage).
void add_cycler_command(CLI::App& app);
void add_record_command(CLI::App& app);
void add_inspect_command(CLI::App& app);
void add_analyse_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_simulate_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
void add_runs_command(CLI::App& app);
void add_label_command(CLI::App& app);
void add_copy_command(CLI::App& app);

}  // namespace layerscope
