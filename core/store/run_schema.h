#pragma once
#include <cstdint>
#include <string>

#include "core/acquire/reading.h"
#include "core/store/sql.h"

/// Version 1 of the run file, as docs/run-file.md has it. For the store's own sources.
namespace layerscope {

inline constexpr std::int64_t run_application_id = 0x4C535250;  // "LSRP"
inline constexpr std::int64_t run_schema_version = 1;

/// All tables, application_id and user_version included.
std::string run_schema_sql();

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
