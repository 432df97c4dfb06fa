#pragma once
#include <cstdint>

#include "core/store/run_file.h"
#include "core/store/sql.h"

/// Rows as version 1 of the run file keeps them: one line each, auxiliaries in a table of their
/// own.
namespace layerscope::run_version_1 {

Result<void> read_rows(Database& database, int layer, std::int64_t after_seqid,
                       const RunReader::RowVisitor& visit, std::int64_t most_rows);

/// Adds the number of rows and the last one to the stream.
Result<void> complete(Database& database, RunStream& stream);

}  // namespace layerscope::run_version_1
