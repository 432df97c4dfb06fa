#include "core/store/run_version_1.h"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "core/store/run_schema.h"

namespace layerscope::run_version_1 {
namespace {

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

Result<void> visit(Database& database, const std::string& rows_sql, int layer,
                   std::int64_t after_seqid, const RunReader::RowVisitor& visitor) {
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

}  // namespace

Result<void> read_rows(Database& database, int layer, std::int64_t after_seqid,
                       const RunReader::RowVisitor& visitor, std::int64_t most_rows) {
    return visit(database,
                 fmt::format("SELECT {} FROM row WHERE stream = ?1 AND seqid > ?2 ORDER BY seqid "
                             "LIMIT {}",
                             row_columns, most_rows),
                 layer, after_seqid, visitor);
}

Result<void> complete(Database& database, RunStream& stream) {
    auto count = database.prepare("SELECT count(*) FROM row WHERE stream = ?1");
    if (!count) return fail(count.error());
    if (const auto row = count->bind(stream.layer).step(); !row) return fail(row.error());
    stream.rows = count->integer(0);
    return visit(database,
                 fmt::format("SELECT {} FROM row WHERE stream = ?1 AND seqid > ?2 "
                             "ORDER BY seqid DESC LIMIT 1",
                             row_columns),
                 stream.layer, std::numeric_limits<std::int64_t>::min(),
                 [&](const RecordedRow& row, std::optional<UtcTime>) { stream.last_row = row; });
}

}  // namespace layerscope::run_version_1
