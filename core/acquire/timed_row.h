#pragma once
#include <string>

#include "core/acquire/reading.h"

namespace layerscope {

/// A row that a simulated or replayed channel records, and when: the rows of a cycler do not bring
/// their total time.
struct TimedRow {
    double total_time_s = 0;  // of test time since the test began; never falls from row to row
    RecordedRow recorded;
};

/// UTC as the cycler's wall time at `total_time_s` of a test that began at `began`: thus in the
/// future where test time runs faster.
std::string wall_text(UtcTime began, double total_time_s);

}  // namespace layerscope
