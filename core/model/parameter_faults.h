#pragma once
#include <optional>
#include <string>

#include "core/model/multilayer_parameters.h"

namespace layerscope {

/// A parameter that no cell can have.
struct ParameterFault {
    std::string path;      // of its key in a cell's file: "model.layer[1].lead_ohm"
    std::string sentence;  // which, how much, what it may be
};

/// The first there is; nullopt where all parameters are possible, alone and together.
std::optional<ParameterFault> first_fault(const MultilayerParameters& parameters);

/// Its sentence alone, for parameters that come from no file.
std::optional<std::string> fault_of(const MultilayerParameters& parameters);

}  // namespace layerscope
