#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/store/run_writer.h"
#include "tests/bench/instrument_signal.h"

namespace layerscope {

inline constexpr int bench_layers = 4;

/// Layers that carry a reference electrode.
constexpr bool has_reference(int layer) {
    return layer % 2 == 1;
}

/// A run of the published four-layer cell on one cycler; its streams are layers 1 to `streams`.
NewRun new_bench_run(int streams = bench_layers);

/// A final run of `samples` rows of each layer, with all that a recording keeps beside them.
Result<void> write_bench_run(const std::filesystem::path& path, std::int64_t samples,
                             Digits digits);

}  // namespace layerscope
