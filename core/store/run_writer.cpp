#include "core/store/run_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include "core/base/number.h"
#include "core/base/version.h"
#include "core/store/file_lock.h"
#include "core/store/run_schema.h"
#include "core/store/stream_writer.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

Result<void> set_durable(Database& database) {
    // FULL syncs each commit: a row that we called stored survives a power cut.
    return database.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;");
}

Result<void> set_meta(Database& database, const std::string& key, const std::string& value) {
    auto statement = database.prepare(
        "INSERT INTO meta VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
    if (!statement) return fail(statement.error());
    return statement->bind(key, value).run();
}

Result<void> write_head(Database& database, const NewRun& run, const std::string& uuid) {
    std::vector<std::pair<std::string, std::string>> meta = {
        {"uuid", uuid},
        {"name", run.name},
        {"origin", run.origin},
        {"created", to_iso8601(run.created, 6)},
        {"program_version", program_version},
        {"station_toml", run.station.station_toml},
        {"design_toml", run.station.design_toml},
        {"sign", run.station.sign() < 0 ? "-1" : "1"}};
    if (run.predecessor_uuid) meta.emplace_back("predecessor", *run.predecessor_uuid);
    if (run.accelerated) meta.emplace_back("accelerated", plain_decimal(*run.accelerated));
    for (const auto& [key, value] : meta) {
        if (auto set = set_meta(database, key, value); !set) return set;
    }
    auto insert = database.prepare("INSERT INTO stream VALUES(?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)");
    if (!insert) return fail(insert.error());
    if (auto put = insert->bind(combined_stream, "", "", 0, 1, 0).run(); !put) return put;
    for (const auto& stream : run.streams) {
        std::optional<std::int64_t> offset_ms;
        if (stream.offset_known) offset_ms = stream.offset_ms;
        auto put = insert
                       ->bind(stream.layer, stream.device, to_text(stream.address), stream.test_id,
                              stream.first_seqid, offset_ms)
                       .run();
        if (!put) return put;
    }
    return {};
}

Result<void> insert_event(Database& database, const RunEvent& event) {
    auto insert = database.prepare("INSERT INTO event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!insert) return fail(insert.error());
    std::optional<std::int64_t> id;
    if (event.id > 0) id = event.id;
    return insert
        ->bind(id, to_us(event.at), event.kind, event.layer, event.device_time_s, event.text,
               event.detail)
        .run();
}

/// What is in the file of each stream, and the prepared statements of all other kinds of entries;
/// one function a kind. When a transaction fails it must be opened anew.
class EntryWriter {
  public:
    static Result<EntryWriter> open(const std::shared_ptr<Database>& database) {
        constexpr std::array<const char*, 5> texts = {
            "INSERT INTO snapshot VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
            "?13) RETURNING id",
            "INSERT INTO snapshot_aux VALUES(?1, ?2, ?3, ?4)",
            "UPDATE stream SET test_id = coalesce(?2, test_id), "
            "offset_ms = coalesce(?3, offset_ms), barcode = coalesce(?4, barcode) WHERE id = ?1",
            "INSERT INTO clock VALUES(NULL, ?1, ?2, ?3)",
            "INSERT INTO fold VALUES(1, ?1, ?2) ON CONFLICT(id) DO UPDATE SET version = ?1, "
            "bytes = ?2"};
        auto tables = RowTables::open(database);
        if (!tables) return fail(tables.error());
        EntryWriter writer{std::move(*tables)};
        for (const char* text : texts) {
            auto statement = database->prepare(text);
            if (!statement) return fail(statement.error());
            writer.statements_.push_back(std::move(*statement));
        }
        if (auto loaded = writer.load_streams(); !loaded) return fail(loaded.error());
        return writer;
    }

    /// Rows of layer k at k - 1.
    std::vector<std::int64_t> rows() const {
        std::vector<std::int64_t> rows;
        for (const auto& [stream, writer] : streams_) {
            if (stream == combined_stream) continue;
            rows.resize(std::max(rows.size(), std::size_t(stream)));
            rows[std::size_t(stream) - 1] = writer.rows();
        }
        return rows;
    }

    Result<void> seal_all() {
        for (auto& [stream, writer] : streams_) {
            if (auto done = writer.finish(tables_); !done) return done;
        }
        return {};
    }

    Result<void> operator()(const RowPage& page) { return add_rows(page, {}); }
    Result<void> operator()(const FoldedPage& folded) { return add_rows(folded.page, folded.soc); }

    Result<void> operator()(const CombinedRows& rows) {
        constexpr double millionth = 1e6;
        auto& writer = streams_.at(combined_stream);
        std::vector<RecordedRow> made;
        std::int64_t seqid = writer.last_seqid();
        for (const auto& row : rows) {
            seqid += row.gap_before ? 2 : 1;  // a number left out is a gap, as in every stream
            RecordedRow line;
            line.seqid = seqid;
            line.testtime_ms = row.time_ms;
            line.aux = {{"sigma", std::round(row.sigma * millionth) / millionth},
                        {"current_share", std::round(row.current_share * millionth) / millionth}};
            made.push_back(std::move(line));
        }
        return writer.add(tables_, made, std::nullopt, {});
    }

    Result<void> operator()(const FoldState& state) {
        return statements_[4].bind(state.version, Blob{state.bytes}).run();
    }

    Result<void> operator()(const Snapshot& now) {
        auto& insert = statements_[0];
        const auto there =
            insert
                .bind(now.layer, now.test_id, to_us(now.arrival), now.status, now.step_type,
                      now.cycle, now.step, now.voltage_V, now.current_A, now.capacity_Ah,
                      now.energy_Wh, now.total_time_s, now.step_time_s)
                .step();
        if (!there) return fail(there.error());
        const std::int64_t id = insert.integer(0);
        auto put = insert.run();  // to its end, else the transaction could not commit
        for (std::size_t i = 0; put && i < now.aux.size(); ++i) {
            put = statements_[1].bind(id, std::int64_t(i), now.aux[i].name, now.aux[i].value).run();
        }
        return put;
    }

    Result<void> operator()(const RunEvent& event) {
        return insert_event(*tables_.database(), event);
    }

    Result<void> operator()(const StreamUpdate& update) {
        return statements_[2]
            .bind(update.layer, update.test_id, update.offset_ms, update.barcode)
            .run();
    }

    Result<void> operator()(const ClockSample& sample) {
        return statements_[3].bind(sample.layer, sample.atime, to_us(sample.arrival)).run();
    }

  private:
    explicit EntryWriter(RowTables tables) : tables_{std::move(tables)} {}

    Result<void> load_streams() {
        auto lines = tables_.database()->prepare("SELECT id, first_seqid FROM stream ORDER BY id");
        if (!lines) return fail(lines.error());
        for (;;) {
            const auto there = lines->step();
            if (!there) return fail(there.error());
            if (!*there) return {};
            const int stream = int(lines->integer(0));
            auto writer = StreamWriter::load(tables_, stream, lines->integer(1));
            if (!writer) return fail(writer.error());
            streams_.emplace(stream, std::move(*writer));
        }
    }

    Result<void> add_rows(const RowPage& page, const std::vector<double>& soc) {
        const auto stream = streams_.find(page.layer);
        if (stream == streams_.end() || page.layer == combined_stream) {
            return fail(
                ErrorKind::mismatch,
                fmt::format("the run has no layer {}; its rows are not stored", page.layer));
        }
        return stream->second.add(tables_, page.rows, page.arrival, soc);
    }

    RowTables tables_;
    std::map<int, StreamWriter> streams_;
    std::vector<Statement> statements_;
};

Result<Database> open_unfinished(const fs::path& path) {
    auto database = Database::open(path, Database::Mode::write);
    if (!database) return database;
    const std::string file = path.filename().string();
    if (auto known = check_run_schema(*database, file); !known) return fail(known.error());
    const auto version = database->query_integer("PRAGMA user_version");
    if (!version) return fail(version.error());
    if (*version < run_schema_version) {
        return fail(
            ErrorKind::unsupported,
            fmt::format("{}: begun by an earlier Layerscope (file version {}) and kept as it "
                        "is; recording goes on in a new run",
                        file, *version));
    }
    const auto reason = read_meta(*database, "final_reason");
    if (!reason) return fail(reason.error());
    if (*reason) {
        return fail(ErrorKind::mismatch,
                    fmt::format("{}: this run has ended ({}) and takes no more rows; record into a "
                                "new one",
                                file, **reason));
    }
    if (auto set = set_durable(*database); !set) return fail(set.error());
    return database;
}

}  // namespace

struct RunWriter::Impl {
    FileLock lock;
    std::shared_ptr<Database> database;  // before its statements, after its lock
    std::optional<EntryWriter> entries;  // none after a transaction that failed
    fs::path path;
    std::string uuid = {};
    std::vector<std::int64_t> rows = {};
    std::int64_t next_event_id = 1;

    static Result<std::unique_ptr<Impl>> make(FileLock lock, Database database, fs::path path);
    Result<void> learn();
    Result<void> transact(const std::function<Result<void>()>& work);
};

Result<std::unique_ptr<RunWriter::Impl>> RunWriter::Impl::make(FileLock lock, Database database,
                                                               fs::path path) {
    auto shared = std::make_shared<Database>(std::move(database));
    auto entries = EntryWriter::open(shared);
    if (!entries) return fail(entries.error());
    // NOLINTNEXTLINE(modernize-make-unique): make_unique cannot fill an aggregate in clang 14
    auto impl = std::unique_ptr<Impl>{
        new Impl{std::move(lock), std::move(shared), std::move(*entries), std::move(path)}};
    if (auto learnt = impl->learn(); !learnt) return fail(learnt.error());
    return impl;
}

/// What the file holds already.
Result<void> RunWriter::Impl::learn() {
    const auto own_uuid = read_meta(*database, "uuid");
    if (!own_uuid) return fail(own_uuid.error());
    uuid = own_uuid->value_or("");
    const auto newest = database->query_integer("SELECT max(id) FROM event");
    if (!newest) return fail(newest.error());
    next_event_id = *newest + 1;
    rows = entries->rows();
    return {};
}

/// Carries `work` out as one transaction. What the streams had in memory is worth nothing when it
/// fails, and is read from the file again before the next.
Result<void> RunWriter::Impl::transact(const std::function<Result<void>()>& work) {
    if (!entries) {
        auto opened = EntryWriter::open(database);
        if (!opened) return fail(opened.error());
        entries = std::move(*opened);
    }
    auto done = database->transaction(work);
    if (done) {
        rows = entries->rows();
    } else {
        entries.reset();
    }
    return done;
}

RunWriter::RunWriter(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter& RunWriter::operator=(RunWriter&&) noexcept = default;
RunWriter::~RunWriter() = default;

Result<RunWriter> RunWriter::create(const fs::path& path, const NewRun& run) {
    auto lock = FileLock::take(path);
    if (!lock) return fail(lock.error());
    auto database = Database::open(path, Database::Mode::create);
    if (!database) return fail(database.error());
    // What sealed rows leave free is given back at the end; must be said before anything is in it.
    auto made = database->execute("PRAGMA auto_vacuum = INCREMENTAL");
    if (made) made = set_durable(*database);
    if (made) {
        made = database->transaction([&]() -> Result<void> {
            if (auto tables = database->execute(run_schema_sql()); !tables) return tables;
            return write_head(*database, run, make_uuid());
        });
    }
    auto impl = made ? Impl::make(std::move(*lock), std::move(*database), path)
                     : Result<std::unique_ptr<Impl>>{fail(made.error())};
    if (!impl) {  // half a file is no run
        std::error_code ignored;
        for (const char* part : {"", "-wal", "-shm"}) fs::remove(path.string() + part, ignored);
        return fail(impl.error());
    }
    return RunWriter{std::move(*impl)};
}

Result<RunWriter> RunWriter::resume(const fs::path& path) {
    auto lock = FileLock::take(path);
    if (!lock) return fail(lock.error());
    auto database = open_unfinished(path);
    if (!database) return fail(database.error());
    auto impl = Impl::make(std::move(*lock), std::move(*database), path);
    if (!impl) return fail(impl.error());
    return RunWriter{std::move(*impl)};
}

const fs::path& RunWriter::path() const {
    return impl_->path;
}
const std::string& RunWriter::uuid() const {
    return impl_->uuid;
}
const std::vector<std::int64_t>& RunWriter::rows() const {
    return impl_->rows;
}
std::int64_t RunWriter::next_event_id() const {
    return impl_->next_event_id;
}

Result<void> RunWriter::commit(std::span<const RunEntry> entries) {
    auto done = impl_->transact([&]() -> Result<void> {
        for (const auto& entry : entries) {
            if (auto put = std::visit(*impl_->entries, entry); !put) return put;
        }
        return {};
    });
    if (!done) return done;
    for (const auto& entry : entries) {
        const auto* event = std::get_if<RunEvent>(&entry);
        if (event == nullptr) continue;
        impl_->next_event_id = std::max(impl_->next_event_id, event->id) + 1;
    }
    return {};
}

Result<void> RunWriter::checkpoint() {
    // PASSIVE never waits for a reader; what it leaves, the next one takes.
    return impl_->database->execute("PRAGMA wal_checkpoint(PASSIVE)");
}

Result<void> RunWriter::close(const std::string& reason, UtcTime at, Ending ending) {
    auto& database = *impl_->database;
    auto done = impl_->transact([&]() -> Result<void> {
        auto put = (*impl_->entries)(RunEvent{0, at, "closed", 0, std::nullopt,
                                              fmt::format("recording ended: {}", reason),
                                              fmt::format(R"({{"reason":"{}"}})", reason)});
        if (put) put = set_meta(database, "last_close", reason);
        if (ending == Ending::resumable) return put;
        if (put) put = impl_->entries->seal_all();
        if (put) put = set_meta(database, "final_reason", reason);
        return put;
    });
    if (!done) return done;
    ++impl_->next_event_id;
    // All is stored now. Where a reader holds the file these wait for nothing: it stays in WAL
    // mode, which reads as well and only costs a second file.
    (void)database.execute("PRAGMA busy_timeout = 0");
    if (ending == Ending::for_good) (void)database.execute("PRAGMA incremental_vacuum");
    (void)database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    if (ending == Ending::for_good) (void)database.execute("PRAGMA journal_mode = DELETE");
    return {};
}

Result<void> append_event(const fs::path& path, const RunEvent& event) {
    auto lock = FileLock::take(path);
    if (!lock) return fail(lock.error());
    auto database = Database::open(path, Database::Mode::write);
    if (!database) return fail(database.error());
    if (auto known = check_run_schema(*database, path.filename().string()); !known) return known;
    return insert_event(*database, event);  // one statement is its own transaction
}

std::string make_uuid() {
    std::random_device random;
    std::array<std::uint32_t, 4> word{};
    for (auto& part : word) part = random();
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", word[0], word[1] >> 16U,
                       word[1] & 0xfffU, 0x8000U | (word[2] & 0x3fffU), word[2] >> 16U, word[3]);
}

}  // namespace layerscope
