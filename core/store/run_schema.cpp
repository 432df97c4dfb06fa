#include "core/store/run_schema.h"

#include <fmt/format.h>

namespace layerscope {

std::string run_schema_sql() {
    return fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", run_application_id,
                       run_schema_version) +
           R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stream(id INTEGER PRIMARY KEY, device TEXT NOT NULL, address TEXT NOT NULL,
    test_id INTEGER NOT NULL, first_seqid INTEGER NOT NULL, offset_ms INTEGER, barcode TEXT,
    sealed_rows INTEGER NOT NULL DEFAULT 0);
CREATE TABLE snapshot(id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, test_id INTEGER NOT NULL,
    arrival_us INTEGER NOT NULL, status TEXT NOT NULL, step_type TEXT NOT NULL,
    cycle INTEGER NOT NULL, step INTEGER, voltage_V NOT NULL, current_A NOT NULL,
    capacity_Ah NOT NULL, energy_Wh NOT NULL, total_time_s NOT NULL, step_time_s NOT NULL);
CREATE TABLE snapshot_aux(snapshot INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
    value NOT NULL, PRIMARY KEY (snapshot, place)) WITHOUT ROWID;
CREATE TABLE event(id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL,
    layer INTEGER NOT NULL, device_time_s, text TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE clock(id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, atime TEXT NOT NULL,
    arrival_us INTEGER NOT NULL);
)sql" + row_tables_sql();
}

std::string row_tables_sql() {
    return R"sql(
CREATE TABLE col(stream INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL,
    nth INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (stream, id)) WITHOUT ROWID;
CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, crc INTEGER NOT NULL);
CREATE TABLE tail(id INTEGER PRIMARY KEY, seqid INTEGER NOT NULL, stepid INTEGER NOT NULL,
    cycleid INTEGER NOT NULL, steptype TEXT NOT NULL, testtime_ms INTEGER NOT NULL,
    atime TEXT NOT NULL, voltage_V, current_A, capacity_Ah, energy_Wh, arrival_us INTEGER,
    layout INTEGER NOT NULL, aux TEXT NOT NULL, time_ms INTEGER NOT NULL, gap INTEGER NOT NULL,
    soc, crc INTEGER NOT NULL);
CREATE TABLE block(id INTEGER PRIMARY KEY, first_seqid INTEGER NOT NULL,
    last_seqid INTEGER NOT NULL, pack BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE pyramid(id INTEGER PRIMARY KEY, pack BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE fold(id INTEGER PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL);
)sql";
}

Result<void> check_run_schema(Database& database, const std::string& file) {
    const auto application = database.query_integer("PRAGMA application_id");
    if (!application) return fail(application.error());
    if (*application != run_application_id) {
        return fail(
            ErrorKind::malformed,
            fmt::format("{}: an SQLite file, but not a run of Layerscope; give a .lsrun file",
                        file));
    }
    const auto version = database.query_integer("PRAGMA user_version");
    if (!version) return fail(version.error());
    if (*version > run_schema_version) {
        return fail(
            ErrorKind::unsupported,
            fmt::format("{}: made by a newer Layerscope (file version {}, this program reads "
                        "up to {}); update the program",
                        file, *version, run_schema_version));
    }
    return {};
}

Result<std::optional<std::string>> read_meta(Database& database, const std::string& key) {
    auto statement = database.prepare("SELECT value FROM meta WHERE key = ?1");
    if (!statement) return fail(statement.error());
    const auto row = statement->bind(key).step();
    if (!row) return fail(row.error());
    if (!*row) return std::nullopt;
    return statement->text(0);
}

}  // namespace layerscope
