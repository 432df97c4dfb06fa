#include "core/library/run_library.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include "core/analysis/lithiation_rate.h"
#include "core/base/parallel_for.h"
#include "core/library/run_files.h"
#include "core/library/run_index.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// What was read is kept after so many files, so that a first listing that is broken off was not in
// vain.
constexpr std::size_t files_at_once = 64;

/// Reads the files side by side.
std::vector<IndexedRun> read_runs(std::span<const RunFile> files) {
    std::vector<IndexedRun> read(files.size());
    parallel_for(files.size(), int(std::thread::hardware_concurrency()), [&](std::size_t i) {
        read[i] = {files[i].stamp, read_library_run(files[i].path)};
    });
    return read;
}

/// A trouble may be over the next time without a change of the file, and a file that was written
/// just now may change without a change of its stamp.
std::vector<IndexedRun> worth_keeping(const std::vector<IndexedRun>& runs) {
    std::vector<IndexedRun> kept;
    const UtcTime now = utc_now();
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(kept),
                 [&](const auto& entry) { return !entry.run.trouble && entry.stamp.settled(now); });
    return kept;
}

/// Paths that the index knows below `folder` and that are no longer among `files`.
std::vector<fs::path> vanished(const RunIndex& index, const fs::path& folder,
                               const std::vector<RunFile>& files) {
    auto paths = index.below(folder);
    std::erase_if(paths, [&](const fs::path& path) {
        const auto at = std::lower_bound(
            files.begin(), files.end(), path,
            [](const RunFile& file, const fs::path& sought) { return file.path < sought; });
        return at != files.end() && at->path == path;
    });
    return paths;
}

/// From the index where it knows them, else from the files.
std::vector<LibraryRun> runs_of(const std::vector<RunFile>& files, std::optional<RunIndex>& index) {
    std::vector<LibraryRun> runs;
    std::vector<RunFile> unknown;
    for (const RunFile& file : files) {
        const LibraryRun* known = index ? index->find(file) : nullptr;
        if (known != nullptr) {
            runs.push_back(*known);
        } else {
            unknown.push_back(file);
        }
    }
    for (std::size_t from = 0; from < unknown.size(); from += files_at_once) {
        const auto count = std::min(files_at_once, unknown.size() - from);
        auto read = read_runs(std::span{unknown}.subspan(from, count));
        if (index) index->change(worth_keeping(read), {});
        for (IndexedRun& entry : read) runs.push_back(std::move(entry.run));
    }
    return runs;
}

auto rank_as_original(const LibraryRun& run) {
    const std::string& path = run.path.native();
    return std::tuple{run.copied, -run.rows, std::distance(run.path.begin(), run.path.end()),
                      path.size(), path};
}

void mark_copies(std::vector<LibraryRun>& runs) {
    std::map<std::string, LibraryRun*> originals;
    for (LibraryRun& run : runs) {
        if (run.trouble) continue;
        auto& original = originals.try_emplace(run.uuid, &run).first->second;
        if (original == &run) continue;
        if (rank_as_original(run) < rank_as_original(*original)) std::swap(run, *original);
        run.is_copy = true;
    }
}

/// Newest first, those with trouble at the end.
bool stands_before(const LibraryRun& a, const LibraryRun& b) {
    return std::tuple{a.trouble.has_value(), b.created, a.path.native()} <
           std::tuple{b.trouble.has_value(), a.created, b.path.native()};
}

std::string lower(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool ascii = byte >= 'A' && byte <= 'Z';
        // In UTF-8 the capitals À to Þ are 0xC3 and one of these; 0x97 is the sign of times.
        const bool latin =
            i > 0 && text[i - 1] == '\xC3' && byte >= 0x80 && byte <= 0x9E && byte != 0x97;
        if (ascii || latin) text[i] = char(byte + 0x20);
    }
    return text;
}

/// Everything of a run that is searched, a line each, so that no word reaches over two of them.
std::string searched_text(const LibraryRun& run) {
    std::string text = run.name + '\n' + run.cell + '\n' + run.path.filename().string() + '\n';
    if (run.rate) text += rate_text(*run.rate) + '\n';
    if (!run.trouble) text += to_local_text(run.created) + '\n';
    for (const auto& tag : run.tags) text += tag + '\n';
    for (const auto& note : run.notes) text += note + '\n';
    return lower(std::move(text));
}

}  // namespace

RunLibrary::RunLibrary(fs::path folder, fs::path cache)
    : folder_{std::move(folder)}, cache_{std::move(cache)} {}

Result<std::vector<LibraryRun>> RunLibrary::list() {
    std::error_code unresolved;
    const fs::path resolved = fs::canonical(folder_, unresolved);
    const fs::path folder = unresolved ? folder_ : resolved;
    const auto found = find_run_files(folder);
    if (!found) return fail(found.error());
    auto index = RunIndex::open(cache_ / "index.sqlite");
    auto runs = runs_of(found->files, index);
    if (index) index->change({}, vanished(*index, folder, found->files));
    for (const ClosedPlace& closed : found->closed) {
        LibraryRun line;
        line.path = closed.path;
        line.trouble = closed.sentence;
        runs.push_back(std::move(line));
    }
    mark_copies(runs);
    std::sort(runs.begin(), runs.end(), stands_before);
    return runs;
}

std::vector<LibraryRun> search(std::vector<LibraryRun> runs, const std::string& text) {
    std::istringstream in{lower(text)};
    const std::vector<std::string> words{std::istream_iterator<std::string>{in}, {}};
    std::erase_if(runs, [&](const LibraryRun& run) {
        const std::string searched = searched_text(run);
        return !std::all_of(words.begin(), words.end(), [&](const std::string& word) {
            return searched.find(word) != std::string::npos;
        });
    });
    return runs;
}

fs::path user_cache_folder() {
    // The specification asks to ignore a relative path.
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && fs::path{cache}.is_absolute()) return fs::path{cache} / "layerscope";
    const char* home = std::getenv("HOME");
    return fs::path{home != nullptr ? home : "/"} / ".cache/layerscope";
}

}  // namespace layerscope
