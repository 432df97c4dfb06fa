#include "core/store/run_copy.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/base/new_file.h"
#include "core/store/run_file.h"
#include "core/store/run_schema.h"
#include "core/store/run_version_1.h"
#include "core/store/stream_writer.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t rows_at_once = 4096;
constexpr std::int64_t before_any_row = std::numeric_limits<std::int64_t>::min();

/// The rows of a stream of version 1, out of their table into the others of the same database.
Result<void> move_rows(RowTables& tables, const RunStream& stream) {
    auto writer = StreamWriter::load(tables, stream.layer, stream.first_seqid);
    if (!writer) return fail(writer.error());
    Result<void> done;
    std::vector<RecordedRow> rows;
    std::optional<UtcTime> arrival;
    const auto flush = [&] {
        if (done) done = writer->add(tables, rows, arrival, {});
        rows.clear();
    };
    auto read = run_version_1::read_rows(
        *tables.database(), stream.layer, before_any_row,
        [&](const RecordedRow& row, std::optional<UtcTime> its_arrival) {
            if (its_arrival != arrival || rows.size() == rows_at_once) flush();
            arrival = its_arrival;
            rows.push_back(row);
        },
        -1);
    flush();
    if (!read) return read;
    if (done) done = writer->finish(tables);
    return done;
}

/// Makes a database of version 1 one of this version.
Result<void> migrate(const std::shared_ptr<Database>& database,
                     const std::vector<RunStream>& streams) {
    auto done = database->transaction([&]() -> Result<void> {
        auto step = database->execute(
            row_tables_sql() +
            "ALTER TABLE stream ADD COLUMN sealed_rows INTEGER NOT NULL DEFAULT 0;"
            "INSERT INTO stream VALUES(0, '', '', 0, 1, 0, NULL, 0);");
        if (!step) return step;
        auto tables = RowTables::open(database);
        if (!tables) return fail(tables.error());
        for (const auto& stream : streams) {
            if (step = move_rows(*tables, stream); !step) return step;
        }
        return database->execute(
            fmt::format("DROP TABLE aux; DROP TABLE row; "
                        "PRAGMA user_version = {}",
                        run_schema_version));
    });
    if (!done) return done;
    return database->execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
}

/// Says that it is a copy, and when it was made. A run that may be gone on with must not be gone on
/// with twice: its copy ends here.
Result<void> end_copy(Database& database) {
    return database.execute(
        fmt::format("INSERT INTO meta VALUES('copied', '{}') ON CONFLICT DO NOTHING;"
                    "INSERT INTO meta VALUES('final_reason', 'copied') ON CONFLICT DO NOTHING;"
                    "PRAGMA journal_mode = DELETE",
                    to_iso8601(utc_now(), 0)));
}

Result<void> write_copy(RunReader& reader, const fs::path& from, const fs::path& to) {
    auto source = Database::open(from, Database::Mode::read);
    if (!source) return fail(source.error());
    auto target = Database::open(to, Database::Mode::create);
    if (!target) return fail(target.error());
    if (auto copied = source->backup_into(*target); !copied) return copied;
    const auto database = std::make_shared<Database>(std::move(*target));
    if (auto ended = end_copy(*database); !ended) return ended;
    if (reader.info().schema_version == run_schema_version) return {};
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    return migrate(database, *streams);
}

}  // namespace

Result<void> copy_run(const fs::path& from, const fs::path& to) {
    const NewFile copy{to};
    if (auto possible = copy.check(); !possible) return possible;
    auto reader = RunReader::open(from);
    if (!reader) return fail(reader.error());
    if (auto written = write_copy(*reader, from, copy.part()); !written) {
        return fail(copy.in_its_name(written.error()));
    }
    return copy.appear();
}

}  // namespace layerscope
