#include "core/acquire/run_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "core/store/file_lock.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

bool same_tests(const std::vector<RunStream>& streams, const Station& station,
                const std::vector<std::int64_t>& test_ids) {
    if (streams.size() != station.channels.size()) return false;
    bool one_known = false;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        const auto& stream = streams[i];
        const auto& channel = station.channels[i];
        if (stream.layer != channel.layer || stream.device != channel.device ||
            stream.address != channel.address) {
            return false;
        }
        if (stream.test_id == 0 || test_ids[i] == 0) continue;
        if (stream.test_id != test_ids[i]) return false;
        one_known = true;
    }
    return one_known;
}

}  // namespace

Result<std::optional<fs::path>> find_unfinished(const fs::path& folder, const Station& station,
                                                const std::vector<std::int64_t>& test_ids,
                                                const std::optional<std::string>& name) {
    std::vector<RunInfo> candidates;
    std::set<std::string> followed;  // by another run, which has the rows after
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator{folder, unreadable}) {
        if (entry.path().extension() != ".lsrun") continue;
        auto reader = RunReader::open(entry.path());
        if (!reader) continue;  // whatever is wrong with it, it is not what we are looking for
        const auto& info = reader->info();
        if (info.predecessor_uuid) followed.insert(*info.predecessor_uuid);
        if (info.final_reason || info.origin != "recorded" ||
            info.station.sign() != station.sign()) {
            continue;
        }
        const auto streams = reader->streams();
        if (!streams || !same_tests(*streams, station, test_ids)) continue;
        const auto lock = FileLock::take(entry.path());
        if (!lock && lock.error().kind == ErrorKind::busy) return fail(lock.error());
        if (!name || info.name == *name) candidates.push_back(info);
    }
    std::erase_if(candidates, [&](const RunInfo& info) { return followed.contains(info.uuid); });
    const auto newest =
        std::max_element(candidates.begin(), candidates.end(),
                         [](const RunInfo& a, const RunInfo& b) { return a.created < b.created; });
    return newest == candidates.end() ? std::nullopt : std::optional{newest->path};
}

std::string default_run_name(const Station& station, UtcTime now) {
    std::string stamp = to_iso8601(now, 0);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    return station.cell_name + '-' + stamp;
}

fs::path free_run_path(const fs::path& folder, const std::string& name) {
    std::string stem = name;
    std::replace_if(
        stem.begin(), stem.end(), [](unsigned char c) { return c < 0x20 || c == '/' || c == 0x7f; },
        '-');
    if (stem.empty() || stem.front() == '.') stem = fmt::format("-{}", stem);
    fs::path path = folder / (stem + ".lsrun");
    std::error_code unreadable;
    for (int number = 2; fs::exists(path, unreadable); ++number) {
        path = folder / fmt::format("{}-{}.lsrun", stem, number);
    }
    return path;
}

}  // namespace layerscope
