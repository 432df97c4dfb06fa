#pragma once
#include <cstdint>
#include <limits>
#include <optional>

#include "core/acquire/reading.h"

namespace layerscope {

/// A row as received, with what the file keeps beside it.
struct StoredRow {
    RecordedRow row;
    std::optional<UtcTime> arrival;  // none in imported runs
    std::int64_t time_ms = 0;        // since the start of the test, on the stream's own clock
    bool gap = false;                // rows are missing directly before
    double soc = std::numeric_limits<double>::quiet_NaN();  // derived, to a millionth
};

}  // namespace layerscope
