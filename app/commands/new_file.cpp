#include "app/commands/new_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> exists_already(const fs::path& path) {
    return fail(ErrorKind::mismatch,
                fmt::format("{}: this exists already; name another file", path.string()));
}

}  // namespace

Result<void> check_new_file(const fs::path& path) {
    std::error_code status;
    if (fs::symlink_status(path, status).type() != fs::file_type::not_found) {
        return exists_already(path);
    }
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    if (fs::is_directory(folder, status)) return {};
    return fail(ErrorKind::not_found, fmt::format("{}: there is no folder {}; make it first",
                                                  path.string(), folder.string()));
}

Result<void> write_new_file(const fs::path& path, std::string_view text) {
    if (auto free = check_new_file(path); !free) return free;
    const fs::path beside = fmt::format("{}.{}.part", path.string(), ::getpid());
    std::ofstream out{beside, std::ios::binary};
    out.write(text.data(), std::streamsize(text.size()));
    out.close();
    const bool written = out.good();
    // A link, as it never replaces what somebody has put there meanwhile.
    const int linked = written ? ::link(beside.c_str(), path.c_str()) : -1;
    const int reason = errno;
    std::error_code ignored;
    fs::remove(beside, ignored);
    if (linked == 0) return {};
    if (written && reason == EEXIST) return exists_already(path);
    return fail(ErrorKind::io, fmt::format("{}: cannot be written ({}); free some space or name "
                                           "another folder",
                                           path.string(), std::generic_category().message(reason)));
}

}  // namespace layerscope
