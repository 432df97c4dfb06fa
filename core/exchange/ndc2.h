#pragma once
#include <string_view>

#include "core/base/result.h"
#include "core/exchange/cycler_table.h"
#include "core/exchange/neware_test_info.h"
#include "core/exchange/zip_archive.h"

/// Tests of older servers, ndc 2: every record carries all its values, as whole numbers whose unit
/// follows from the current range of the record.
namespace layerscope {

/// Fills the record columns of `table` from data.ndc. Times of day are those of the cycler's PC,
/// whose zone the file does not say; a warning says so.
Result<void> fill_ndc2_records(std::string_view data, CyclerTable& table);

/// Adds the auxiliary columns of `archive` to `table`, each matched by the number in its name.
/// Humidity is left out: where its bytes stand is not known.
Result<void> fill_ndc2_aux(const ZipArchive& archive, const NewareTestInfo& info,
                           CyclerTable& table);

}  // namespace layerscope
