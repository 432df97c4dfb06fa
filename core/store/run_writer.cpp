#include "core/store/run_writer.h"

#include <fmt/format.h>

#include <array>
#include <random>

#include "core/base/number.h"
#include "core/base/version.h"
#include "core/store/file_lock.h"
#include "core/store/run_schema.h"

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
    auto insert = database.prepare("INSERT INTO stream VALUES(?1, ?2, ?3, ?4, ?5, ?6, NULL)");
    if (!insert) return fail(insert.error());
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

/// The prepared statements of a writer; one function an entry kind.
class EntryWriter {
  public:
    static Result<EntryWriter> open(Database& database) {
        constexpr std::array<const char*, 7> texts = {
            "INSERT INTO row VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            "INSERT INTO aux VALUES(?1, ?2, ?3, ?4, ?5)",
            "INSERT INTO snapshot VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
            "?13) RETURNING id",
            "INSERT INTO snapshot_aux VALUES(?1, ?2, ?3, ?4)",
            "INSERT INTO event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            "UPDATE stream SET test_id = coalesce(?2, test_id), "
            "offset_ms = coalesce(?3, offset_ms), barcode = coalesce(?4, barcode) WHERE id = ?1",
            "INSERT INTO clock VALUES(NULL, ?1, ?2, ?3)"};
        EntryWriter writer;
        for (const char* text : texts) {
            auto statement = database.prepare(text);
            if (!statement) return fail(statement.error());
            writer.statements_.push_back(std::move(*statement));
        }
        return writer;
    }

    Result<void> operator()(const RowPage& page) {
        for (const auto& row : page.rows) {
            auto put = statements_[0]
                           .bind(page.layer, row.seqid, row.stepid, row.cycleid, row.steptype,
                                 row.testtime_ms, row.atime, row.voltage_V, row.current_A,
                                 row.capacity_Ah, row.energy_Wh, to_us(page.arrival))
                           .run();
            for (std::size_t i = 0; put && i < row.aux.size(); ++i) {
                put = statements_[1]
                          .bind(page.layer, row.seqid, std::int64_t(i), row.aux[i].name,
                                row.aux[i].value)
                          .run();
            }
            if (!put) return put;
        }
        return {};
    }

    Result<void> operator()(const FoldedPage& folded) { return (*this)(folded.page); }
    Result<void> operator()(const CombinedRows& /*rows*/) { return {}; }
    Result<void> operator()(const FoldState& /*state*/) { return {}; }

    Result<void> operator()(const Snapshot& now) {
        auto& insert = statements_[2];
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
            put = statements_[3].bind(id, std::int64_t(i), now.aux[i].name, now.aux[i].value).run();
        }
        return put;
    }

    Result<void> operator()(const RunEvent& event) {
        std::optional<std::int64_t> id;
        if (event.id > 0) id = event.id;
        return statements_[4]
            .bind(id, to_us(event.at), event.kind, event.layer, event.device_time_s, event.text,
                  event.detail)
            .run();
    }

    Result<void> operator()(const StreamUpdate& update) {
        return statements_[5]
            .bind(update.layer, update.test_id, update.offset_ms, update.barcode)
            .run();
    }

    Result<void> operator()(const ClockSample& sample) {
        return statements_[6].bind(sample.layer, sample.atime, to_us(sample.arrival)).run();
    }

  private:
    std::vector<Statement> statements_;
};

Result<Database> open_unfinished(const fs::path& path) {
    auto database = Database::open(path, Database::Mode::write);
    if (!database) return database;
    const std::string file = path.filename().string();
    if (auto known = check_run_schema(*database, file); !known) return fail(known.error());
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
    Database database;  // before its statements, after its lock
    EntryWriter entries;
    fs::path path;
    std::string uuid = {};
    std::vector<std::int64_t> rows = {};
    std::int64_t next_event_id = 1;

    static Result<std::unique_ptr<Impl>> make(FileLock lock, Database database, fs::path path);
    Result<void> learn();
};

Result<std::unique_ptr<RunWriter::Impl>> RunWriter::Impl::make(FileLock lock, Database database,
                                                               fs::path path) {
    auto entries = EntryWriter::open(database);
    if (!entries) return fail(entries.error());
    // NOLINTNEXTLINE(modernize-make-unique): make_unique cannot fill an aggregate in clang 14
    auto impl = std::unique_ptr<Impl>{
        new Impl{std::move(lock), std::move(database), std::move(*entries), std::move(path)}};
    if (auto learnt = impl->learn(); !learnt) return fail(learnt.error());
    return impl;
}

/// What the file holds already.
Result<void> RunWriter::Impl::learn() {
    const auto own_uuid = read_meta(database, "uuid");
    if (!own_uuid) return fail(own_uuid.error());
    uuid = own_uuid->value_or("");
    const auto newest = database.query_integer("SELECT max(id) FROM event");
    if (!newest) return fail(newest.error());
    next_event_id = *newest + 1;
    auto count = database.prepare(
        "SELECT id, (SELECT count(*) FROM row WHERE stream = id) FROM stream ORDER BY id");
    if (!count) return fail(count.error());
    for (;;) {
        const auto there = count->step();
        if (!there) return fail(there.error());
        if (!*there) return {};
        rows.resize(std::max(rows.size(), std::size_t(count->integer(0))));
        rows[std::size_t(count->integer(0)) - 1] = count->integer(1);
    }
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
    auto made = set_durable(*database);
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
    auto done = impl_->database.transaction([&]() -> Result<void> {
        for (const auto& entry : entries) {
            if (auto put = std::visit(impl_->entries, entry); !put) return put;
        }
        return {};
    });
    if (!done) return done;
    for (const auto& entry : entries) {
        const auto* folded = std::get_if<FoldedPage>(&entry);
        const auto* page = folded != nullptr ? &folded->page : std::get_if<RowPage>(&entry);
        if (page != nullptr) {
            impl_->rows[std::size_t(page->layer) - 1] += std::int64_t(page->rows.size());
        } else if (const auto* event = std::get_if<RunEvent>(&entry)) {
            impl_->next_event_id = std::max(impl_->next_event_id, event->id) + 1;
        }
    }
    return {};
}

Result<void> RunWriter::checkpoint() {
    // PASSIVE never waits for a reader; what it leaves, the next one takes.
    return impl_->database.execute("PRAGMA wal_checkpoint(PASSIVE)");
}

Result<void> RunWriter::close(const std::string& reason, UtcTime at, Ending ending) {
    auto& database = impl_->database;
    auto done = database.transaction([&]() -> Result<void> {
        auto put = impl_->entries(RunEvent{0, at, "closed", 0, std::nullopt,
                                           fmt::format("recording ended: {}", reason),
                                           fmt::format(R"({{"reason":"{}"}})", reason)});
        if (put) put = set_meta(database, "last_close", reason);
        if (put && ending == Ending::for_good) put = set_meta(database, "final_reason", reason);
        return put;
    });
    if (!done) return done;
    ++impl_->next_event_id;
    // All is stored now. Where a reader holds the file these two wait for nothing: it stays in WAL
    // mode, which reads as well and only costs a second file.
    (void)database.execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    if (ending == Ending::for_good) (void)database.execute("PRAGMA journal_mode = DELETE");
    return {};
}

Result<void> append_event(const fs::path& path, const RunEvent& event) {
    auto lock = FileLock::take(path);
    if (!lock) return fail(lock.error());
    auto database = Database::open(path, Database::Mode::write);
    if (!database) return fail(database.error());
    if (auto known = check_run_schema(*database, path.filename().string()); !known) return known;
    auto entries = EntryWriter::open(*database);
    if (!entries) return fail(entries.error());
    return (*entries)(event);  // one statement is its own transaction
}

std::string make_uuid() {
    std::random_device random;
    std::array<std::uint32_t, 4> word{};
    for (auto& part : word) part = random();
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", word[0], word[1] >> 16U,
                       word[1] & 0xfffU, 0x8000U | (word[2] & 0x3fffU), word[2] >> 16U, word[3]);
}

}  // namespace layerscope
