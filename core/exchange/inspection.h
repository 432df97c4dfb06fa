#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/exchange/cycler_table.h"

namespace layerscope {

/// A cell of a table: nothing where the file has no finite value.
using InspectedValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A column in a few numbers. `least`, `most` and `mean` are of the values that are there; a text
/// column has none.
struct ColumnSummary {
    std::string name;  // with the unit: "voltage_V", "T1_degC"
    InspectedValue first;
    InspectedValue last;
    InspectedValue least;
    InspectedValue most;
    std::optional<double> mean;
    std::int64_t valid = 0;        // how many values are there
    bool simulated_truth = false;  // known to a model, measured by nobody
};

struct InspectedChannel {
    std::optional<int> layer;  // none: the file knows of no layers
    std::string quantity;
    std::string device;   // empty where the file does not say
    std::string address;  // as device
    std::int64_t rows = 0;
};

/// What any supported file holds.
struct Inspection {
    std::string format;
    std::string version;
    std::int64_t rows = 0;
    std::vector<InspectedChannel> channels;
    std::vector<ColumnSummary> columns;
    std::vector<std::string> warnings;
};

/// Of a cycler's table. `capacity_Ah` and `energy_Wh` are those of the step, charge and discharge
/// together, never negative.
Inspection inspect(const CyclerTable& table);

/// Of a file, whose kind is told by its first bytes and not by its name.
Result<Inspection> inspect_file(const std::filesystem::path& file);

}  // namespace layerscope
