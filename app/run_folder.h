#pragma once
#include <filesystem>
#include <string>

namespace layerscope {

/// Where the window's runs go: `$XDG_DATA_HOME/layerscope/runs`, else below `~/.local/share`.
std::filesystem::path user_run_folder();

/// A folder to record into. Where the user's cannot be written or lies on a network, it is one for
/// temporary files, and `sentence` says so.
struct RunFolder {
    std::filesystem::path path;
    std::string sentence;
};
RunFolder writable_run_folder(const std::filesystem::path& wanted);

/// A folder of its own that is removed with all that is in it: screenshots leave nothing behind.
class PassingFolder {
  public:
    PassingFolder();
    ~PassingFolder();
    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace layerscope
