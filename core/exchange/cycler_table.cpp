#include "core/exchange/cycler_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace layerscope {
namespace {

struct StepType {
    int code;
    std::string_view name;
    std::string_view word;
};

// The wire knows fewer words than the files have codes: what it has no word for keeps its own name
// in lower case.
constexpr std::array step_types{
    StepType{1, "CC Chg", "cc"},          StepType{2, "CC DChg", "dc"},
    StepType{3, "CV Chg", "cv"},          StepType{4, "Rest", "rest"},
    StepType{5, "Cycle", "cycle"},        StepType{6, "End", "end"},
    StepType{7, "CCCV Chg", "cccv"},      StepType{8, "CP DChg", "dp"},
    StepType{9, "CP Chg", "cp"},          StepType{10, "CR DChg", "dr"},
    StepType{13, "Pause", "pause"},       StepType{16, "Pulse", "pulse"},
    StepType{17, "SIM", "sim"},           StepType{18, "PCCCV Chg", "pcccv"},
    StepType{19, "CV DChg", "dv"},        StepType{20, "CCCV DChg", "cccd"},
    StepType{21, "Control", "control"},   StepType{22, "OCV", "rest"},
    StepType{25, "Ramp", "ramp"},         StepType{26, "CPCV DChg", "cpcv_dchg"},
    StepType{27, "CPCV Chg", "cpcv_chg"},
};

const StepType* find_step_type(int code) {
    const auto* const found = std::find_if(step_types.begin(), step_types.end(),
                                           [&](const StepType& type) { return type.code == code; });
    return found == step_types.end() ? nullptr : found;
}

}  // namespace

std::string step_type_name(int code) {
    const auto* const type = find_step_type(code);
    return type != nullptr ? std::string{type->name} : fmt::format("{}", code);
}

std::string step_type_word(int code) {
    const auto* const type = find_step_type(code);
    return type != nullptr ? std::string{type->word} : fmt::format("{}", code);
}

}  // namespace layerscope
