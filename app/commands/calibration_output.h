#pragma once
#include <optional>
#include <string>

#include "core/model/calibration.h"

namespace layerscope {

/// What was asked for and how long it took: what a calibration does not know of itself.
struct CalibrationTold {
    std::string table;         // its file
    std::string observations;  // the file beside it; empty where there was none
    std::string cell;          // as it was named
    std::string fit;
    std::string output;
    std::uint64_t seed = 1;
    double fit_s = 0;
    double leave_one_out_s = 0;
};

/// For people: the table against the model, the parameters and what the data say of them.
std::string calibration_table(const Calibration& calibration, const CalibrationTold& told);

/// One JSON document; docs/calibration.md names its keys.
std::string calibration_json(const Calibration& calibration, const CalibrationTold& told);

/// How the cell file came about: the comment on top of it.
std::string calibration_comment(const Calibration& calibration, const CalibrationTold& told);

}  // namespace layerscope
