#include "core/store/sql.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cctype>

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// A checkpoint or a reader's short transaction may hold the file for a moment.
constexpr int busy_timeout_ms = 2000;

Error describe(sqlite3* connection, const std::string& file, int status) {
    const std::string words = sqlite3_errmsg(connection);
    const int primary = status & 0xff;
    const auto sentence = [&](std::string_view what) {
        return fmt::format("{}: {} (SQLite: {})", file, what, words);
    };
    switch (primary) {
        case SQLITE_FULL:
            return {ErrorKind::disk_full, sentence("the disk is full; free some space")};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::busy, sentence("in use by another program; close it there")};
        case SQLITE_NOTADB:
            return {ErrorKind::malformed, sentence("not a run file")};
        case SQLITE_CORRUPT:
            return {ErrorKind::malformed,
                    sentence("damaged or cut short; copy it again from where it was recorded")};
        case SQLITE_CANTOPEN:
            return {ErrorKind::io,
                    sentence("cannot be opened; check the folder and its permissions")};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {ErrorKind::io, sentence("may not be written; check its permissions")};
        case SQLITE_CONSTRAINT:
            return {ErrorKind::mismatch, sentence("holds a part of this already")};
        default:
            return {ErrorKind::io, sentence("reading or writing failed; check the disk")};
    }
}

std::string file_of(sqlite3* connection) {
    const char* path = sqlite3_db_filename(connection, "main");
    return path == nullptr ? std::string{} : fs::path{path}.filename().string();
}

Error describe(sqlite3* connection, int status) {
    return describe(connection, file_of(connection), status);
}

/// The path as a URI that promises SQLite that nobody changes the file.
std::string unchanging_uri(const fs::path& path) {
    std::string uri = "file:";
    for (const char c : path.string()) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' ||
                           c == '.' || c == '-' || c == '_';
        if (plain) {
            uri += c;
        } else {
            uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void Statement::reset() {
    sqlite3_reset(statement_.get());  // repeats the last step's status, which was told already
    sqlite3_clear_bindings(statement_.get());
    bind_status_ = SQLITE_OK;
}

void Statement::put(int index, std::int64_t value) {
    const int status = sqlite3_bind_int64(statement_.get(), index, value);
    if (status != SQLITE_OK) bind_status_ = status;
}

void Statement::put(int index, double value) {
    const int status = sqlite3_bind_double(statement_.get(), index, value);
    if (status != SQLITE_OK) bind_status_ = status;
}

void Statement::put(int index, const std::string& value) {
    const int status = sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(),
                                           SQLITE_TRANSIENT, SQLITE_UTF8);
    if (status != SQLITE_OK) bind_status_ = status;
}

void Statement::put(int index, Blob value) {
    const int status = sqlite3_bind_blob64(statement_.get(), index, value.bytes.data(),
                                           value.bytes.size(), SQLITE_STATIC);
    if (status != SQLITE_OK) bind_status_ = status;
}

Result<bool> Statement::step() {
    const int status = bind_status_ != SQLITE_OK ? bind_status_ : sqlite3_step(statement_.get());
    if (status == SQLITE_ROW) return true;
    if (status == SQLITE_DONE) return false;
    auto error = describe(sqlite3_db_handle(statement_.get()), status);
    sqlite3_reset(statement_.get());  // an unfinished statement would keep the transaction open
    return fail(std::move(error));
}

Result<void> Statement::run() {
    for (;;) {
        const auto row = step();
        if (!row) return fail(row.error());
        if (!*row) break;
    }
    sqlite3_reset(statement_.get());
    return {};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
    // Text is stored as UTF-8, so its bytes are the text.
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    if (bytes == nullptr) return {};
    const auto size = std::size_t(sqlite3_column_bytes(statement_.get(), column));
    return {static_cast<const char*>(bytes), size};
}

void Database::Close::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}

Result<Database> Database::open(const fs::path& path, Mode mode) {
    const std::string file = path.filename().string();
    std::error_code status_error;
    const bool there = fs::exists(path, status_error);
    if (mode != Mode::create && !there) {
        return fail(ErrorKind::not_found, fmt::format("{}: there is no such file; check the path "
                                                      "{}",
                                                      file, path.string()));
    }
    if (mode == Mode::create && there) {
        return fail(ErrorKind::mismatch,
                    fmt::format("{}: exists already; choose another name", file));
    }
    const int flags = mode == Mode::write    ? SQLITE_OPEN_READWRITE
                      : mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                             : SQLITE_OPEN_READONLY;
    const bool as_uri = mode == Mode::read_unchanging;
    const std::string name = as_uri ? unchanging_uri(fs::absolute(path)) : path.string();
    const int uri_flag = as_uri ? SQLITE_OPEN_URI : 0;
    sqlite3* raw = nullptr;
    const int status =
        sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | uri_flag, nullptr);
    Database database{raw};
    if (status != SQLITE_OK) return fail(describe(raw, file, status));
    sqlite3_extended_result_codes(raw, 0);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    if (mode == Mode::salvage) {  // else a file that is shorter than it says is refused as a whole
        if (auto set = database.execute("PRAGMA writable_schema = ON"); !set) {
            return fail(set.error());
        }
    }
    return database;
}

Result<void> Database::execute(const std::string& sql) {
    const int status = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) return fail(describe(connection_.get(), status));
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int status =
        sqlite3_prepare_v2(connection_.get(), sql.data(), int(sql.size()), &raw, nullptr);
    Statement statement{raw};
    if (status != SQLITE_OK) return fail(describe(connection_.get(), status));
    return statement;
}

std::string Database::file() const {
    return file_of(connection_.get());
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return fail(statement.error());
    const auto row = statement->step();
    if (!row) return fail(row.error());
    return *row ? statement->integer(0) : 0;
}

Result<void> Database::transaction(const std::function<Result<void>()>& work) {
    auto done = execute("BEGIN IMMEDIATE");
    if (!done) return done;
    done = work();
    if (done) done = execute("COMMIT");
    // Some failures, a full disk among them, roll back by themselves.
    if (!done && sqlite3_get_autocommit(connection_.get()) == 0) {
        sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    return done;
}

Result<void> Database::read_transaction(const std::function<Result<void>()>& work) {
    if (sqlite3_get_autocommit(connection_.get()) == 0) return work();
    if (auto begun = execute("BEGIN"); !begun) return begun;
    auto done = work();
    sqlite3_exec(connection_.get(), "COMMIT", nullptr, nullptr, nullptr);  // nothing to lose
    return done;
}

Result<void> Database::backup_into(Database& target) {
    constexpr int all_pages = -1;
    auto* backup = sqlite3_backup_init(target.connection_.get(), "main", connection_.get(), "main");
    if (backup == nullptr) {
        return fail(describe(target.connection_.get(), sqlite3_errcode(target.connection_.get())));
    }
    // In one step: the writer is held up by nothing, for it appends to its log meanwhile.
    sqlite3_backup_step(backup, all_pages);
    const int status = sqlite3_backup_finish(backup);
    if (status != SQLITE_OK) return fail(describe(target.connection_.get(), status));
    return {};
}

}  // namespace layerscope
