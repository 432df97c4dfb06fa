#include "hw/simulator/replay.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace layerscope {
namespace {

/// An auxiliary's name becomes an XML attribute.
bool is_wire_name(const std::string& name) {
    const auto alnum = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    return !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
           std::all_of(name.begin(), name.end(), alnum);
}

bool has_value(const AuxColumn& column) {
    return std::any_of(column.values.begin(), column.values.end(),
                       [](double value) { return std::isfinite(value); });
}

double total_time_s(const CyclerTable& table, std::size_t i) {
    return double(table.total_time_ms[i] - table.total_time_ms[0]) / 1e3;
}

RecordedRow row_of(const CyclerTable& table, std::size_t i) {
    RecordedRow row;
    row.seqid = std::int64_t(i) + 1;
    row.stepid =
        table.step_index[i];  // of the program, as on the wire; executions show by the time
    row.cycleid = table.cycle[i];
    row.steptype = step_type_word(table.step_type[i]);
    row.testtime_ms = table.step_time_ms[i];
    row.voltage_V = table.voltage_V[i];
    row.current_A = table.current_A[i];
    row.capacity_Ah = table.charge_capacity_Ah[i] + table.discharge_capacity_Ah[i];
    row.energy_Wh = table.charge_energy_Wh[i] + table.discharge_energy_Wh[i];
    return row;
}

}  // namespace

SimulatedTest replay_test(const CyclerTable& table, std::string barcode) {
    SimulatedTest test;
    test.barcode = std::move(barcode);
    std::vector<const AuxColumn*> columns;
    for (const AuxColumn& column : table.aux) {
        if (!is_wire_name(column.name) || !has_value(column)) continue;
        columns.push_back(&column);
    }
    test.rows.reserve(table.rows());
    double latest_s = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        // A file's clock may step back; what has been recorded does not vanish for that.
        latest_s = std::max(latest_s, total_time_s(table, i));
        RecordedRow row = row_of(table, i);
        row.aux.reserve(columns.size());
        for (const AuxColumn* column : columns) {
            row.aux.push_back({column->name, column->values[i]});
        }
        test.rows.push_back({latest_s, std::move(row)});
    }
    return test;
}

}  // namespace layerscope
