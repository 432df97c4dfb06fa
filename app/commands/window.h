#pragma once
#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace layerscope {

/// The command line without a word: the window, or a picture of it.
struct WindowOptions {
    std::string station;
    std::vector<std::string> runs;
    std::string screenshot;
    std::string after = "5s";
    std::string page = "live";
    std::string size = "1440x900";
    std::string theme = "light";
};

void add_window_options(CLI::App& app, WindowOptions& options);

/// Opens what `options` name and returns the exit code when the window is closed, or the picture
/// written. Says one sentence on stderr where that cannot be.
int open_window(const WindowOptions& options);

}  // namespace layerscope
