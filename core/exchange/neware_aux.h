#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exchange/cycler_table.h"
#include "core/exchange/ndc_records.h"
#include "core/exchange/neware_test_info.h"
#include "core/exchange/zip_archive.h"

namespace layerscope {

struct AuxColumns {
    std::vector<AuxColumn> columns;  // in the order of TestInfo.xml, then what it does not list
    std::vector<std::string> warnings;
};

/// The auxiliary channels of a test, one value for each of `records` (ascending).
///
/// A file belongs to the channel that its name says, never to one by its place: `data_AUX_<real
/// channel>_<type - 100>_<n>.ndc` (ndc 14, 17), `data_<id>.ndc` (ndc 16). A file that belongs to no
/// listed channel keeps its data under its own name, with a warning.
Result<AuxColumns> read_neware_aux(const ZipArchive& archive, const NewareTestInfo& info,
                                   const NdcLayout& layout,
                                   const std::vector<std::int64_t>& records);

}  // namespace layerscope
