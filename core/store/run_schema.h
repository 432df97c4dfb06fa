#pragma once
#include <cstdint>
#include <string>

#include "core/acquire/reading.h"
#include "core/store/sql.h"

/// Version 2 of the run file, as docs/run-file.md has it. For the store's own sources.
namespace layerscope {

inline constexpr std::int64_t run_application_id = 0x4C535250;  // "LSRP"
inline constexpr std::int64_t run_schema_version = 2;

/// Where the ids of a stream begin in `tail` and `block`; those of the next stream follow.
constexpr std::int64_t stream_base(int stream) {
    return std::int64_t{stream} << 40U;
}
/// Id of a page of the pyramid, from level 1 on.
constexpr std::int64_t page_id(int stream, int level, std::int64_t number) {
    return std::int64_t{stream} << 48U | std::int64_t{level} << 40U | number;
}

/// All tables, application_id and user_version included.
std::string run_schema_sql();

/// Those that hold rows, which version 1 kept otherwise.
std::string row_tables_sql();

/// Refuses what is no run file, and one that a newer program made.
Result<void> check_run_schema(Database& database, const std::string& file);

/// The value of a key of `meta`, where it is there.
Result<std::optional<std::string>> read_meta(Database& database, const std::string& key);

inline std::int64_t to_us(UtcTime time) {
    return time.time_since_epoch().count();
}
inline UtcTime from_us(std::int64_t us) {
    return UtcTime{std::chrono::microseconds{us}};
}

}  // namespace layerscope
