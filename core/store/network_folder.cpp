#include "core/store/network_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// By the names that the kernel writes into mountinfo. Not among them: 9p, virtiofs and overlay,
// which virtual machines and containers have as their own disk, and fuseblk, which is a local disk
// of another system (NTFS). They keep the shared memory on one machine, which is what counts.
constexpr std::array network_kinds = std::to_array<std::string_view>(
    {"afs",           "beegfs",       "ceph",           "cifs",           "coda",
     "davfs",         "fuse.ceph",    "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.davfs",
     "fuse.davfs2",   "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys",    "fuse.gvfsd-fuse",
     "fuse.JuiceFS",  "fuse.juicefs", "fuse.mfs",       "fuse.rclone",    "fuse.s3fs",
     "fuse.smbnetfs", "fuse.sshfs",   "gpfs",           "lustre",         "ncp",
     "ncpfs",         "nfs",          "nfs4",           "orangefs",       "smb3",
     "smbfs"});

/// Takes the text up to the next `end` off the front of `text`; all of it where there is none.
std::string_view take(std::string_view& text, char end) {
    const auto at = text.find(end);
    const auto front = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return front;
}

/// The kernel writes blank, tab, newline and backslash of a path as three octal digits.
std::string without_escapes(std::string_view text) {
    const auto digit = [&](std::size_t at, char most) {
        return at < text.size() && text[at] >= '0' && text[at] <= most;
    };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && digit(i + 1, '3') && digit(i + 2, '7') && digit(i + 3, '7')) {
            plain += char((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

struct Mount {
    fs::path point;
    std::string_view kind;
};

/// `36 35 98:0 /root /mount/point options [optional …] - kind source options`
std::optional<Mount> parse_mount(std::string_view line) {
    constexpr int before_point = 4;
    for (int i = 0; i < before_point; ++i) take(line, ' ');
    const auto point = take(line, ' ');
    while (!line.empty()) {
        if (take(line, ' ') != "-") continue;
        const auto kind = take(line, ' ');
        if (point.empty() || kind.empty()) return std::nullopt;
        return Mount{without_escapes(point), kind};
    }
    return std::nullopt;
}

/// How many parts of `path` lead to the mount point; nullopt where it lies elsewhere.
std::optional<std::ptrdiff_t> parts_up_to(const fs::path& point, const fs::path& path) {
    const auto [in_point, in_path] =
        std::mismatch(point.begin(), point.end(), path.begin(), path.end());
    if (in_point != point.end()) return std::nullopt;
    return std::distance(point.begin(), point.end());
}

/// Links resolved, so that it can be held against mount points; what is not there yet stays.
fs::path where_it_lies(const fs::path& folder) {
    std::error_code failed;
    const fs::path absolute = fs::absolute(folder, failed);
    fs::path resolved = fs::weakly_canonical(absolute, failed);
    return failed ? absolute.lexically_normal() : resolved;
}

}  // namespace

std::optional<std::string> network_file_system(std::string_view mountinfo, const fs::path& path) {
    std::ptrdiff_t most_parts = 0;
    std::string_view kind;
    while (!mountinfo.empty()) {
        const auto mount = parse_mount(take(mountinfo, '\n'));
        if (!mount) continue;
        const auto parts = parts_up_to(mount->point, path);
        if (!parts || *parts < most_parts) continue;
        most_parts = *parts;
        kind = mount->kind;  // of several at one place the last one lies on top
    }
    const auto* const network = std::find(network_kinds.begin(), network_kinds.end(), kind);
    if (network == network_kinds.end()) return std::nullopt;
    return std::string{kind};
}

Result<void> check_local(const fs::path& folder) {
    std::ifstream in{"/proc/self/mountinfo"};
    const std::string mountinfo{std::istreambuf_iterator<char>{in}, {}};
    const auto kind = network_file_system(mountinfo, where_it_lies(folder));
    if (!kind) return {};
    return fail(
        ErrorKind::unsupported,
        fmt::format("{}: lies on a network ({}), where a recording is not safe; record into "
                    "a folder of this computer and copy the run there when it has ended",
                    folder.string(), *kind));
}

}  // namespace layerscope
