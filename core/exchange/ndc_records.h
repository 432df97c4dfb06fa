#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

/// What the slots of a Neware test's files say, in the units of the rest of the program.
namespace layerscope {

/// How one ndc version writes its slots. The 4000 series counts in 0.1 mV, mA and mA s, the 8000
/// series in V, A and Ah; the length of a slot follows the server that wrote it.
struct NdcLayout {
    int version = 0;
    std::size_t run_info_bytes = 0;
    std::size_t step_bytes = 0;
    bool combined_aux = false;  // an auxiliary slot holds voltage and temperature together
    double per_V = 1.0;
    double per_A = 1.0;
    double per_Ah = 1.0;  // also of energy, per Wh
};

/// nullopt for a version that is not read.
std::optional<NdcLayout> ndc_layout(int version);

/// data.ndc: every record has one.
struct Measurement {
    std::int64_t record = 0;  // from 1 on
    double voltage_V = 0;
    double current_A = 0;  // charge positive
};

/// Capacity and energy since the step began, charge and discharge apart.
struct Accumulators {
    double charge_Ah = 0;
    double discharge_Ah = 0;
    double charge_Wh = 0;
    double discharge_Wh = 0;
};

/// data_runInfo.ndc: stored for some records only, typically every 4th to 60th.
struct StoredRow {
    std::int64_t record = 0;
    std::int64_t step_time_ms = 0;
    std::int64_t interval_ms = 0;  // to each record that follows and is not stored
    std::int64_t unix_time_ms = 0;
    Accumulators sums{};
};

/// data_step.ndc: one execution of a step of the program.
struct StepExecution {
    std::int64_t first_record = 0;
    std::int64_t execution = 0;  // from 1 on
    std::int64_t cycle = 0;      // from 1 on
    std::int64_t program_step = 0;
    int type = 0;
};

/// An auxiliary file's record: one value, or voltage and temperature where they are combined.
struct AuxSample {
    std::int64_t record = 0;
    double value = 0;          // V, degC or what the channel measures; the voltage where combined
    double temperature_C = 0;  // only where combined
};

Result<std::vector<Measurement>> decode_data(std::string_view file, const NdcLayout& layout);
Result<std::vector<StoredRow>> decode_run_info(std::string_view file, const NdcLayout& layout);
Result<std::vector<StepExecution>> decode_steps(std::string_view file, const NdcLayout& layout);
Result<std::vector<AuxSample>> decode_aux(std::string_view file, const std::string& member,
                                          const NdcLayout& layout);

}  // namespace layerscope
