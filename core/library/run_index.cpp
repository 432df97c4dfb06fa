#include "core/library/run_index.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <system_error>
#include <utility>

#include "core/analysis/run_folds.h"
#include "core/store/file_lock.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t index_application_id = 0x4C535258;  // "LSRX"
constexpr std::int64_t index_version = 1;
// Other folds give other numbers, and what was read with the old ones is worth nothing.
constexpr std::int64_t user_version = index_version * 1000 + fold_version;

// A listing waits no longer than this for another one.
constexpr const char* short_patience = "PRAGMA busy_timeout = 300";

// No table has an index beside it: who has read both has seen every page, and any damage.
std::string schema_sql() {
    return fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                       index_application_id, user_version) +
           R"sql(
CREATE TABLE run(path TEXT PRIMARY KEY,
    size INTEGER, mtime_ns INTEGER, log_size INTEGER, log_mtime_ns INTEGER,
    uuid TEXT, name TEXT, cell TEXT, origin TEXT, created_us INTEGER, final_reason TEXT, rate,
    length_s, rows INTEGER, first_below_0V_s, alarms INTEGER, open_alarms INTEGER,
    copied INTEGER) WITHOUT ROWID;
CREATE TABLE item(path TEXT, kind TEXT, place INTEGER, value,
    PRIMARY KEY (path, kind, place)) WITHOUT ROWID;
)sql";
}

std::optional<double> real_or_none(const Statement& statement, int column) {
    if (statement.is_null(column)) return std::nullopt;
    return statement.real(column);
}

IndexedRun entry_of(const Statement& row) {
    IndexedRun entry;
    LibraryRun& run = entry.run;
    run.path = row.text(0);
    entry.stamp = {row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
    run.uuid = row.text(5);
    run.name = row.text(6);
    run.cell = row.text(7);
    run.origin = row.text(8);
    run.created = UtcTime{std::chrono::microseconds{row.integer(9)}};
    if (!row.is_null(10)) run.final_reason = row.text(10);
    run.rate = real_or_none(row, 11);
    run.length_s = row.real(12);
    run.rows = row.integer(13);
    run.first_below_0V_s = real_or_none(row, 14);
    run.alarms = int(row.integer(15));
    run.open_alarms = int(row.integer(16));
    run.copied = row.integer(17) != 0;
    return entry;
}

}  // namespace

std::optional<RunIndex> RunIndex::open(const fs::path& file) {
    auto whole = open_whole(file);
    if (whole) return std::move(*whole);
    if (whole.error().kind == ErrorKind::busy) return std::nullopt;
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    // Of two programs that find none, one makes it.
    const auto lock = FileLock::take(file);
    if (!lock) return std::nullopt;
    whole = open_whole(file);
    if (!whole && whole.error().kind != ErrorKind::busy) whole = make_anew(file);
    if (!whole) return std::nullopt;
    return std::move(*whole);
}

Result<RunIndex> RunIndex::open_whole(const fs::path& file) {
    auto database = Database::open(file, Database::Mode::write);
    if (!database) return fail(database.error());
    if (auto set = database->execute(short_patience); !set) return fail(set.error());
    const auto application = database->query_integer("PRAGMA application_id");
    if (!application) return fail(application.error());
    const auto version = database->query_integer("PRAGMA user_version");
    if (!version) return fail(version.error());
    if (*application != index_application_id || *version != user_version) {
        return fail(ErrorKind::mismatch,
                    file.string() + ": not an index of this program; it will be made anew");
    }
    RunIndex index{std::move(*database)};
    if (auto loaded = index.load(); !loaded) return fail(loaded.error());
    return index;
}

Result<RunIndex> RunIndex::make_anew(const fs::path& file) {
    std::error_code ignored;  // what cannot be removed cannot be created either
    for (const char* end : {"", "-journal", "-wal", "-shm"})
        fs::remove(file.string() + end, ignored);
    auto database = Database::open(file, Database::Mode::create);
    if (!database) return fail(database.error());
    if (auto set = database->execute(short_patience); !set) return fail(set.error());
    auto made = database->transaction([&] { return database->execute(schema_sql()); });
    if (!made) return fail(made.error());
    return RunIndex{std::move(*database)};
}

// ---- reading

Result<void> RunIndex::load() {
    return database_.read_transaction([&]() -> Result<void> {
        if (auto loaded = load_runs(); !loaded) return loaded;
        return load_items();
    });
}

Result<void> RunIndex::load_runs() {
    auto rows = database_.prepare(
        "SELECT path, size, mtime_ns, log_size, log_mtime_ns, uuid, name, cell, origin, "
        "created_us, final_reason, rate, length_s, rows, first_below_0V_s, alarms, open_alarms, "
        "copied FROM run ORDER BY path");
    if (!rows) return fail(rows.error());
    for (;;) {
        const auto there = rows->step();
        if (!there) return fail(there.error());
        if (!*there) return {};
        auto entry = entry_of(*rows);
        known_.insert_or_assign(entry.run.path.string(), std::move(entry));
    }
}

Result<void> RunIndex::load_items() {
    auto rows = database_.prepare("SELECT path, kind, value FROM item ORDER BY path, kind, place");
    if (!rows) return fail(rows.error());
    for (;;) {
        const auto there = rows->step();
        if (!there) return fail(there.error());
        if (!*there) return {};
        const auto known = known_.find(rows->text(0));
        if (known == known_.end()) continue;
        LibraryRun& run = known->second.run;
        const std::string kind = rows->text(1);
        if (kind == "capacity_mAh") {  // SQLite has no NaN, it keeps NULL
            run.capacity_mAh.push_back(
                real_or_none(*rows, 2).value_or(std::numeric_limits<double>::quiet_NaN()));
        } else if (kind == "tag") {
            run.tags.push_back(rows->text(2));
        } else if (kind == "note") {
            run.notes.push_back(rows->text(2));
        }
    }
}

const LibraryRun* RunIndex::find(const RunFile& file) const {
    const auto known = known_.find(file.path.string());
    const bool same = known != known_.end() && known->second.stamp == file.stamp;
    return same ? &known->second.run : nullptr;
}

std::vector<fs::path> RunIndex::below(const fs::path& folder) const {
    const std::string beginning = (folder / "").string();
    std::vector<fs::path> paths;
    for (auto known = known_.lower_bound(beginning);
         known != known_.end() && known->first.starts_with(beginning); ++known) {
        paths.emplace_back(known->first);
    }
    return paths;
}

// ---- writing

void RunIndex::change(std::span<const IndexedRun> keep, std::span<const fs::path> forget) {
    if (keep.empty() && forget.empty()) return;
    // What cannot be kept, because another program is at it or the disk is full, is read again.
    (void)database_.transaction([&]() -> Result<void> {
        for (const fs::path& path : forget) {
            if (auto removed = remove(path); !removed) return removed;
        }
        for (const IndexedRun& entry : keep) {
            if (auto kept = put(entry); !kept) return kept;
        }
        return {};
    });
}

Result<void> RunIndex::put(const IndexedRun& entry) {
    if (auto removed = remove(entry.run.path); !removed) return removed;
    auto insert = database_.prepare(
        "INSERT INTO run VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
        "?16, ?17, ?18)");
    if (!insert) return fail(insert.error());
    const FileStamp& stamp = entry.stamp;
    const LibraryRun& run = entry.run;
    auto done =
        insert
            ->bind(run.path.string(), stamp.size, stamp.mtime_ns, stamp.log_size,
                   stamp.log_mtime_ns, run.uuid, run.name, run.cell, run.origin,
                   run.created.time_since_epoch().count(), run.final_reason, run.rate, run.length_s,
                   run.rows, run.first_below_0V_s, run.alarms, run.open_alarms, run.copied ? 1 : 0)
            .run();
    if (!done) return done;
    return put_items(run);
}

Result<void> RunIndex::put_items(const LibraryRun& run) {
    auto insert = database_.prepare("INSERT INTO item VALUES(?1, ?2, ?3, ?4)");
    if (!insert) return fail(insert.error());
    const auto put_all = [&](const std::string& kind, const auto& values) -> Result<void> {
        std::int64_t place = 0;
        for (const auto& value : values) {
            if (auto done = insert->bind(run.path.string(), kind, place++, value).run(); !done) {
                return done;
            }
        }
        return {};
    };
    auto done = put_all("capacity_mAh", run.capacity_mAh);
    if (done) done = put_all("tag", run.tags);
    if (done) done = put_all("note", run.notes);
    return done;
}

Result<void> RunIndex::remove(const fs::path& path) {
    for (const char* sql :
         {"DELETE FROM run WHERE path = ?1", "DELETE FROM item WHERE path = ?1"}) {
        auto statement = database_.prepare(sql);
        if (!statement) return fail(statement.error());
        if (auto done = statement->bind(path.string()).run(); !done) return done;
    }
    return {};
}

}  // namespace layerscope
