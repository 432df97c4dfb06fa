#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exchange/cycler_table.h"
#include "core/exchange/ndc_records.h"

namespace layerscope {

/// The three record files of a test from ndc 14 on, decoded.
struct NewareRecords {
    std::vector<Measurement> measurements;  // ascending
    std::vector<StoredRow> stored;          // as in the file: sparse, some doubled
    std::vector<StepExecution> steps;       // as in the file
};

/// Fills the record columns of `table`: every measurement gets its step, and its time and
/// accumulators from the last stored row before it, continued the way the vendor does.
///
/// A record that is not stored follows the last stored one at that row's interval; its charge and
/// energy grow by its own current and voltage (rectangle, right end). Nothing is interpolated
/// towards the next stored row. Total time is the step time plus the last step times of all earlier
/// executions. Fails where the files contradict each other.
Result<void> fill_timeline(NewareRecords records, CyclerTable& table);

}  // namespace layerscope
