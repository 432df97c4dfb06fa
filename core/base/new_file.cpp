#include "core/base/new_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> exists_already(const fs::path& path) {
    return fail(ErrorKind::mismatch,
                fmt::format("{}: exists already; choose another name", path.string()));
}

tl::unexpected<Error> cannot_be_written(const fs::path& path, int reason) {
    return fail(ErrorKind::io, fmt::format("{}: cannot be written ({}); free some space or name "
                                           "another folder",
                                           path.string(), std::generic_category().message(reason)));
}

}  // namespace

NewFile::NewFile(fs::path path)
    : path_{std::move(path)}, part_{fmt::format("{}.{}.part", path_.string(), ::getpid())} {}

NewFile::~NewFile() {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(part_.string() + end, ignored);
}

Result<void> NewFile::check() const {
    std::error_code status;
    if (fs::symlink_status(path_, status).type() != fs::file_type::not_found) {
        return exists_already(path_);
    }
    const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path{"."};
    if (fs::is_directory(folder, status)) return {};
    return fail(ErrorKind::not_found,
                fmt::format("{}: there is no folder {}; make it, or name another", path_.string(),
                            folder.string()));
}

Result<void> NewFile::appear() const {
    if (auto free = check(); !free) return free;
    // A link, as it never replaces what somebody has put there meanwhile.
    if (::link(part_.c_str(), path_.c_str()) == 0) return {};
    if (errno == EEXIST) return exists_already(path_);
    // Some file systems have no links, those of memory cards for example.
    if (::rename(part_.c_str(), path_.c_str()) == 0) return {};
    return cannot_be_written(path_, errno);
}

Error NewFile::in_its_name(Error error) const {
    const std::string part = part_.filename().string();
    const auto at = error.sentence.find(part);
    if (at != std::string::npos) {
        error.sentence.replace(at, part.size(), path_.filename().string());
    }
    return error;
}

Result<void> write_new_file(const fs::path& path, std::string_view text) {
    const NewFile file{path};
    if (auto free = file.check(); !free) return free;
    std::ofstream out{file.part(), std::ios::binary};
    out.write(text.data(), std::streamsize(text.size()));
    out.close();
    return out.good() ? file.appear() : cannot_be_written(path, errno);
}

}  // namespace layerscope
