#include "app/run_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "core/store/network_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

fs::path new_temporary_folder() {
    std::string name = (fs::temp_directory_path() / "layerscope-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error{errno, std::generic_category(), "no folder for temporary files"};
    }
    return name;
}

}  // namespace

fs::path user_run_folder() {
    // The specification asks to ignore a relative path.
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && fs::path{data}.is_absolute()) return fs::path{data} / "layerscope/runs";
    const char* home = std::getenv("HOME");
    return fs::path{home != nullptr ? home : "/"} / ".local/share/layerscope/runs";
}

RunFolder writable_run_folder(const fs::path& wanted) {
    const auto kept_elsewhere = [](const std::string& why) -> RunFolder {
        const fs::path instead = new_temporary_folder();
        return {instead,
                fmt::format("{}; this run is kept in {}, copy it before the system is restarted",
                            why, instead.string())};
    };
    if (auto local = check_local(wanted); !local) return kept_elsewhere(local.error().sentence);
    std::error_code failed;
    fs::create_directories(wanted, failed);
    if (!failed && ::access(wanted.c_str(), W_OK | X_OK) == 0) return {wanted, {}};
    return kept_elsewhere(fmt::format("{} cannot be written", wanted.string()));
}

PassingFolder::PassingFolder() : path_{new_temporary_folder()} {}

PassingFolder::~PassingFolder() {
    std::error_code ignored;  // what remains lies among temporary files
    fs::remove_all(path_, ignored);
}

}  // namespace layerscope
