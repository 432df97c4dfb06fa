#include "core/exchange/inspection.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/exchange/column_tally.h"
#include "core/exchange/ndax.h"
#include "core/exchange/run_inspection.h"

namespace layerscope {
namespace {

// With its closing zero: the whole of an SQLite file's first 16 bytes.
constexpr std::string_view sqlite_start{"SQLite format 3\0", 16};

/// Of the column whose row i is `at(i)`: an int64, a double or a text.
template <class At>
ColumnSummary summarise(std::string name, std::size_t rows, const At& at) {
    using Value = decltype(at(std::size_t{0}));
    if constexpr (std::is_same_v<Value, std::string>) {
        ColumnSummary out;
        out.name = std::move(name);
        out.valid = static_cast<std::int64_t>(rows);
        if (rows > 0) out.first = at(0);
        if (rows > 0) out.last = at(rows - 1);
        return out;
    } else {
        ColumnTally<Value> tally;
        for (std::size_t row = 0; row < rows; ++row) tally.add(at(row));
        return tally.summary(std::move(name));
    }
}

template <class Number>
auto whole(const std::vector<Number>& column) {
    return [&column](std::size_t row) { return static_cast<std::int64_t>(column[row]); };
}

auto seconds(const std::vector<std::int64_t>& column_ms) {
    return [&column_ms](std::size_t row) { return static_cast<double>(column_ms[row]) / 1000.0; };
}

auto real(const std::vector<double>& column) {
    return [&column](std::size_t row) { return column[row]; };
}

auto together(const std::vector<double>& charge, const std::vector<double>& discharge) {
    return [&charge, &discharge](std::size_t row) { return charge[row] + discharge[row]; };
}

}  // namespace

Inspection inspect(const CyclerTable& table) {
    const auto rows = table.rows();
    Inspection out;
    out.format = table.format;
    out.version = table.version;
    out.rows = static_cast<std::int64_t>(rows);
    out.channels = {{std::nullopt, "current", table.device, table.address, out.rows}};
    out.warnings = table.warnings;

    const auto add = [&](std::string name, const auto& at) {
        out.columns.push_back(summarise(std::move(name), rows, at));
    };
    add("record", whole(table.record));
    add("total_time_s", seconds(table.total_time_ms));
    add("step_time_s", seconds(table.step_time_ms));
    add("unix_time_s", seconds(table.unix_time_ms));
    add("cycle", whole(table.cycle));
    add("step_index", whole(table.step_index));
    add("step_count", whole(table.step_count));
    add("step_type", [&](std::size_t row) { return step_type_name(table.step_type[row]); });
    add("voltage_V", real(table.voltage_V));
    add("current_A", real(table.current_A));
    add("capacity_Ah", together(table.charge_capacity_Ah, table.discharge_capacity_Ah));
    add("energy_Wh", together(table.charge_energy_Wh, table.discharge_energy_Wh));
    for (const auto& aux : table.aux) {
        add(aux.unit.empty() ? aux.name : aux.name + "_" + aux.unit, real(aux.values));
    }
    return out;
}

Result<Inspection> inspect_file(const std::filesystem::path& file) {
    std::array<char, 16> start{};
    std::ifstream in{file, std::ios::binary};
    in.read(start.data(), start.size());
    const std::string_view found{start.data(), static_cast<std::size_t>(in.gcount())};
    // A file that is not there, or not to be read, is for the reader to explain.
    if (in.gcount() == 0 || found.substr(0, 2) == "PK") return read_ndax(file).map(inspect);
    if (found == sqlite_start) return inspect_run(file);
    return fail(
        ErrorKind::unsupported,
        fmt::format("{}: its first bytes are those of no format that is read; name a Neware "
                    ".ndax file or a .lsrun file",
                    file.string()));
}

}  // namespace layerscope
