#pragma once
#include <filesystem>

#include "core/base/result.h"

namespace layerscope {

/// Says that this process, and no other, writes `NAME.lsrun`: a `flock` on `NAME.lsrun-lock`, which
/// the kernel releases however the process ends. It is a file beside the run because closing any
/// descriptor of the run itself would drop the locks that SQLite holds on it in this process.
class FileLock {
  public:
    /// busy when somebody else holds it.
    static Result<FileLock> take(const std::filesystem::path& run);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

  private:
    FileLock(int descriptor, std::filesystem::path path);
    void release();

    int descriptor_ = -1;
    std::filesystem::path path_;
};

}  // namespace layerscope
