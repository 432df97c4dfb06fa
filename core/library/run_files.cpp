#include "core/library/run_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// FAT keeps times to two seconds.
constexpr std::chrono::seconds coarsest_tick{2};

/// Unsigned in between: whatever time a file claims to have, it only is to be told from others.
std::int64_t mtime_ns(const struct stat& status) {
    constexpr std::uint64_t ns_a_second = 1'000'000'000;
    return std::int64_t(std::uint64_t(status.st_mtim.tv_sec) * ns_a_second +
                        std::uint64_t(status.st_mtim.tv_nsec));
}

FileStamp stamp_of(const fs::path& path, const struct stat& status) {
    FileStamp stamp{status.st_size, mtime_ns(status), 0, 0};
    struct stat log {};
    const std::string log_path = path.string() + "-wal";
    if (::stat(log_path.c_str(), &log) == 0 && log.st_size > 0) {
        stamp.log_size = log.st_size;
        stamp.log_mtime_ns = mtime_ns(log);
    }
    return stamp;
}

class Search {
  public:
    void look_into(const fs::path& folder) {
        std::error_code failed;
        for (fs::directory_iterator at{folder, failed}, end; !failed && at != end;
             at.increment(failed)) {
            const fs::path& path = at->path();
            if (path.filename().native().front() == '.') continue;
            std::error_code unknown;
            (at->is_symlink(unknown) ? links_ : waiting_).insert(path);
        }
        if (failed) close(folder, failed.value());
    }

    RunFiles take_all() {
        // What lies here comes before what is only linked from here.
        while (!waiting_.empty() || !links_.empty()) {
            auto& paths = waiting_.empty() ? links_ : waiting_;
            take(paths.extract(paths.begin()).value());
        }
        std::sort(found_.files.begin(), found_.files.end(),
                  [](const RunFile& a, const RunFile& b) { return a.path < b.path; });
        return std::move(found_);
    }

    void take(const fs::path& path) {
        struct stat status {};
        const bool named_so = path.extension() == ".lsrun";
        if (::stat(path.c_str(), &status) != 0) {
            const int why = errno;
            if (named_so && why != ENOENT && why != ELOOP) close(path, why);
            return;  // gone meanwhile, or a link that leads nowhere
        }
        const bool is_run = S_ISREG(status.st_mode) && named_so;
        if (!is_run && !S_ISDIR(status.st_mode)) return;
        if (!seen_.emplace(status.st_dev, status.st_ino).second) return;
        if (is_run) {
            found_.files.push_back({path, stamp_of(path, status)});
        } else {
            look_into(path);
        }
    }

  private:
    void close(const fs::path& path, int why) {
        found_.closed.push_back(
            {path, fmt::format("{}: cannot be looked into ({}); check its permissions",
                               path.string(), std::generic_category().message(why))});
    }

    std::set<fs::path> waiting_;
    std::set<fs::path> links_;
    std::set<std::pair<dev_t, ino_t>> seen_;
    RunFiles found_;
};

}  // namespace

bool FileStamp::settled(UtcTime now) const {
    using std::chrono::floor;
    using std::chrono::seconds;
    const auto now_s = floor<seconds>(now.time_since_epoch());
    const auto long_ago = [&](std::int64_t time_ns) {
        // A time that lies ahead is that of another computer's clock.
        const auto since = now_s - floor<seconds>(std::chrono::nanoseconds{time_ns});
        return since > coarsest_tick || since < -coarsest_tick;
    };
    return long_ago(mtime_ns) && (log_size == 0 || long_ago(log_mtime_ns));
}

Result<RunFiles> find_run_files(const fs::path& folder) {
    std::error_code unknown;
    if (!fs::is_directory(folder, unknown)) {
        return fail(
            ErrorKind::not_found,
            fmt::format("{}: there is no such folder; name one that holds runs", folder.string()));
    }
    Search search;
    search.take(folder);
    RunFiles found = search.take_all();
    for (const ClosedPlace& closed : found.closed) {
        if (closed.path == folder) return fail(ErrorKind::io, closed.sentence);
    }
    return found;
}

}  // namespace layerscope
