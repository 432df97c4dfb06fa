#pragma once
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/model/protocol.h"
#include "core/model/simulated_run.h"

namespace layerscope {

/// What the command line says of a test that is to be simulated.
struct TestOptions {
    std::string cell = "yan-2025-h";  // a built-in name, or a TOML file
    std::string rate;                 // like 0.2C; of a test without protocol
    std::string protocol;             // a TOML file
    std::string start;                // "fresh", "residual"; empty: as the cell or the file says
    double rest_s = 0;                // after a lithiation at `rate`
};

/// The words that `--start` takes.
inline constexpr const char* fresh_start = "fresh";
inline constexpr const char* residual_start = "residual";

struct PlannedTest {
    WrittenCell cell;
    std::optional<double> rate_C;  // none: as the protocol says
    Protocol protocol;
};

/// Reads cell and protocol; rates that are simulated are 0.01C to 5C.
Result<PlannedTest> plan_test(const TestOptions& options);

}  // namespace layerscope
