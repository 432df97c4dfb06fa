#include "core/store/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// False when the path was unlinked by its last holder between our open and our lock.
bool still_named(int descriptor, const fs::path& path) {
    struct stat held {};
    struct stat named {};
    return fstat(descriptor, &held) == 0 && stat(path.c_str(), &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

FileLock::FileLock(int descriptor, fs::path path)
    : descriptor_{descriptor}, path_{std::move(path)} {}

Result<FileLock> FileLock::take(const fs::path& run) {
    const std::string file = run.filename().string();
    const fs::path path = run.string() + "-lock";
    for (;;) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0) {
            return fail(
                errno == ENOSPC ? ErrorKind::disk_full : ErrorKind::io,
                fmt::format("{}: the folder {} cannot be written ({}); choose another one", file,
                            run.parent_path().string(), std::generic_category().message(errno)));
        }
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            ::close(descriptor);
            return fail(ErrorKind::busy,
                        fmt::format("{}: is being recorded by another Layerscope; stop that one or "
                                    "record into another folder",
                                    file));
        }
        if (still_named(descriptor, path)) return FileLock{descriptor, path};
        ::close(descriptor);
    }
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, path_{std::move(other.path_)} {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    if (this != &other) {
        release();
        descriptor_ = std::exchange(other.descriptor_, -1);
        path_ = std::move(other.path_);
    }
    return *this;
}

FileLock::~FileLock() {
    release();
}

void FileLock::release() {
    if (descriptor_ < 0) return;
    ::unlink(path_.c_str());  // while it is held: nobody else can have locked this name
    ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace layerscope
