#pragma once
#include <string>

#include "core/acquire/live_message.h"
#include "core/base/result.h"
#include "core/store/run_file.h"

namespace layerscope {

/// The detail of an "away" event: `{"from_time_s": 12.5, "to_time_s": null}`.
std::string absence_detail(const LayerAway& away);

/// What an "away" event says; malformed where its detail is something else.
Result<LayerAway> read_absence(const RunEvent& event);

}  // namespace layerscope
