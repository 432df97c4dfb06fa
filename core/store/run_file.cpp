#include "core/store/run_file.h"

#include <fmt/format.h>

#include <limits>

#include "core/base/number.h"
#include "core/store/run_schema.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* row_columns =
    "seqid, stepid, cycleid, steptype, testtime_ms, atime, voltage_V, current_A, capacity_Ah, "
    "energy_Wh, arrival_us";

RecordedRow row_of(const Statement& statement) {
    RecordedRow row;
    row.seqid = statement.integer(0);
    row.stepid = int(statement.integer(1));
    row.cycleid = int(statement.integer(2));
    row.steptype = statement.text(3);
    row.testtime_ms = statement.integer(4);
    row.atime = statement.text(5);
    row.voltage_V = statement.real(6);
    row.current_A = statement.real(7);
    row.capacity_Ah = statement.real(8);
    row.energy_Wh = statement.real(9);
    return row;
}

/// Walks the auxiliary values beside the rows, both in seqid order.
class AuxCursor {
  public:
    static Result<AuxCursor> open(Database& database, int layer, std::int64_t after_seqid) {
        auto statement = database.prepare(
            "SELECT seqid, name, value FROM aux WHERE stream = ?1 AND seqid > ?2 "
            "ORDER BY seqid, place");
        if (!statement) return fail(statement.error());
        statement->bind(layer, after_seqid);
        AuxCursor cursor{std::move(*statement)};
        if (auto moved = cursor.advance(); !moved) return fail(moved.error());
        return cursor;
    }

    Result<void> take(RecordedRow& row) {
        while (there_ && statement_.integer(0) <= row.seqid) {
            if (statement_.integer(0) == row.seqid) {
                row.aux.push_back({statement_.text(1), statement_.real(2)});
            }
            if (auto moved = advance(); !moved) return moved;
        }
        return {};
    }

  private:
    explicit AuxCursor(Statement statement) : statement_{std::move(statement)} {}

    Result<void> advance() {
        const auto row = statement_.step();
        if (!row) return fail(row.error());
        there_ = *row;
        return {};
    }

    Statement statement_;
    bool there_ = false;
};

/// Reads the keys of `meta` one after the other and keeps the first error.
class MetaReader {
  public:
    MetaReader(Database& database, std::string file)
        : database_{database}, file_{std::move(file)} {}

    std::optional<std::string> find(const std::string& key) {
        auto value = read_meta(database_, key);
        if (value) return *value;
        if (!error_) error_ = value.error();
        return std::nullopt;
    }

    std::string get(const std::string& key) {
        auto value = find(key);
        if (!value && !error_) {
            error_ =
                Error{ErrorKind::malformed,
                      fmt::format("{}: its '{}' is missing; the file was changed by hand or is "
                                  "damaged, use another copy",
                                  file_, key)};
        }
        return value.value_or("");
    }

    const std::optional<Error>& error() const { return error_; }

  private:
    Database& database_;
    std::string file_;
    std::optional<Error> error_;
};

Result<RunInfo> read_info(Database& database, const fs::path& path) {
    const std::string file = path.filename().string();
    const auto version = database.query_integer("PRAGMA user_version");
    if (!version) return fail(version.error());
    MetaReader meta{database, file};
    RunInfo info;
    info.path = path;
    info.schema_version = *version;
    info.uuid = meta.get("uuid");
    info.name = meta.get("name");
    info.origin = meta.get("origin");
    info.program_version = meta.get("program_version");
    info.predecessor_uuid = meta.find("predecessor");
    info.final_reason = meta.find("final_reason");
    if (const auto factor = meta.find("accelerated")) info.accelerated = parse_number(*factor);
    const std::string created = meta.get("created");
    const std::string station_toml = meta.get("station_toml");
    const std::string design_toml = meta.get("design_toml");
    if (meta.error()) return fail(*meta.error());
    const auto created_at = parse_iso8601(created);
    if (!created_at) {
        return fail(ErrorKind::malformed, fmt::format("{}: {}", file, created_at.error().sentence));
    }
    info.created = *created_at;
    auto station = parse_stored_station(station_toml, design_toml, file);
    if (!station) return fail(station.error());
    info.station = std::move(*station);
    return info;
}

}  // namespace

struct RunReader::Impl {
    Database database;
    RunInfo info;

    Result<void> visit(const std::string& rows_sql, int layer, std::int64_t after_seqid,
                       const RowVisitor& visitor);
    Result<void> complete(RunStream& stream);
};

Result<void> RunReader::Impl::visit(const std::string& rows_sql, int layer,
                                    std::int64_t after_seqid, const RowVisitor& visitor) {
    auto rows = database.prepare(rows_sql);
    if (!rows) return fail(rows.error());
    rows->bind(layer, after_seqid);
    std::optional<AuxCursor> aux;
    for (;;) {
        const auto there = rows->step();
        if (!there) return fail(there.error());
        if (!*there) return {};
        RecordedRow row = row_of(*rows);
        if (!aux) {  // opened with the first row, so both see the same state of the file
            auto cursor = AuxCursor::open(database, layer, row.seqid - 1);
            if (!cursor) return fail(cursor.error());
            aux = std::move(*cursor);
        }
        if (auto taken = aux->take(row); !taken) return taken;
        visitor(row, rows->is_null(10) ? std::nullopt : std::optional{from_us(rows->integer(10))});
    }
}

/// Adds what the rows say to what the stream's own line says.
Result<void> RunReader::Impl::complete(RunStream& stream) {
    auto count = database.prepare("SELECT count(*) FROM row WHERE stream = ?1");
    if (!count) return fail(count.error());
    if (const auto row = count->bind(stream.layer).step(); !row) return fail(row.error());
    stream.rows = count->integer(0);
    return visit(fmt::format("SELECT {} FROM row WHERE stream = ?1 AND seqid > ?2 "
                             "ORDER BY seqid DESC LIMIT 1",
                             row_columns),
                 stream.layer, std::numeric_limits<std::int64_t>::min(),
                 [&](const RecordedRow& row, std::optional<UtcTime>) { stream.last_row = row; });
}

RunReader::RunReader(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;
RunReader::~RunReader() = default;

Result<RunReader> RunReader::open(const fs::path& path) {
    auto database = Database::open(path, Database::Mode::read);
    if (!database) return fail(database.error());
    if (auto known = check_run_schema(*database, path.filename().string()); !known) {
        return fail(known.error());
    }
    auto info = read_info(*database, path);
    if (!info) return fail(info.error());
    return RunReader{std::make_unique<Impl>(Impl{std::move(*database), std::move(*info)})};
}

const RunInfo& RunReader::info() const {
    return impl_->info;
}

Result<std::vector<RunStream>> RunReader::streams() {
    auto lines = impl_->database.prepare(
        "SELECT id, device, address, test_id, first_seqid, offset_ms FROM stream ORDER BY id");
    if (!lines) return fail(lines.error());
    std::vector<RunStream> streams;
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return streams;
        RunStream stream;
        stream.layer = int(lines->integer(0));
        stream.device = lines->text(1);
        stream.address = parse_channel_address(lines->text(2)).value_or(ChannelAddress{});
        stream.test_id = lines->integer(3);
        stream.first_seqid = lines->integer(4);
        stream.offset_known = !lines->is_null(5);
        stream.offset_ms = lines->integer(5);
        if (auto completed = impl_->complete(stream); !completed) return fail(completed.error());
        streams.push_back(std::move(stream));
    }
}

Result<void> RunReader::read_rows(int layer, std::int64_t after_seqid, const RowVisitor& visit,
                                  std::int64_t most_rows, RowParts /*parts*/) {
    return impl_->visit(
        fmt::format("SELECT {} FROM row WHERE stream = ?1 AND seqid > ?2 ORDER BY seqid LIMIT {}",
                    row_columns, most_rows),
        layer, after_seqid, visit);
}

Result<std::vector<RunEvent>> RunReader::events(std::int64_t after_id) {
    auto lines = impl_->database.prepare(
        "SELECT id, at_us, kind, layer, device_time_s, text, detail FROM event WHERE id > ?1 "
        "ORDER BY id");
    if (!lines) return fail(lines.error());
    lines->bind(after_id);
    std::vector<RunEvent> events;
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return events;
        RunEvent event;
        event.id = lines->integer(0);
        event.at = from_us(lines->integer(1));
        event.kind = lines->text(2);
        event.layer = int(lines->integer(3));
        if (!lines->is_null(4)) event.device_time_s = lines->real(4);
        event.text = lines->text(5);
        event.detail = lines->text(6);
        events.push_back(std::move(event));
    }
}

}  // namespace layerscope
