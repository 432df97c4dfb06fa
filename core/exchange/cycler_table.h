#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace layerscope {

/// An auxiliary channel's values, one a record of the main table; NaN where the file has none.
struct AuxColumn {
    std::string name;  // wire name: letter and number, "V1", "T1", "t1"; case-sensitive
    std::string unit;  // "V", "degC", "pct" …
    std::vector<double> values;
};

/// What a cycler's file holds, decoded: columns of equal length, one entry a record, in order.
struct CyclerTable {
    std::string format;   // "ndax"
    std::string version;  // "ndc 17"
    std::string device;   // as far as the file says
    std::string address;
    std::vector<std::int64_t> record;
    std::vector<std::int64_t> step_time_ms;
    std::vector<std::int64_t> total_time_ms;  // since the first record's step began
    std::vector<std::int64_t>
        unix_time_ms;             // UTC; ndc 2 knows only the PC's wall time, a warning says so
    std::vector<int> cycle;       // from 1 on
    std::vector<int> step_index;  // of the program
    std::vector<int> step_count;  // executions, from 1 on
    std::vector<int> step_type;   // Neware's code
    std::vector<double> voltage_V;
    std::vector<double> current_A;           // charge positive
    std::vector<double> charge_capacity_Ah;  // of the step
    std::vector<double> discharge_capacity_Ah;
    std::vector<double> charge_energy_Wh;
    std::vector<double> discharge_energy_Wh;
    std::vector<AuxColumn> aux;
    std::vector<std::string> warnings;  // one sentence each

    std::size_t rows() const { return record.size(); }
};

/// Name of a Neware step type for people, as the vendor's export writes it: "CC Chg", "Rest" …;
/// an unknown code keeps its number.
std::string step_type_name(int code);

/// The cycler's wire word for it: "cc", "rest" …
std::string step_type_word(int code);

}  // namespace layerscope
