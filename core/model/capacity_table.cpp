#include "core/model/capacity_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/base/number.h"
#include "core/base/quantity.h"
#include "core/base/table_lines.h"
#include "core/cell/cell_design.h"

namespace layerscope {
namespace {

std::string column_name(std::size_t column) {
    return column == 0 ? "rate_C" : fmt::format("layer{}_mAh", column);
}

bool is_header(const std::vector<std::string_view>& cells) {
    if (cells.size() < 2 || cells.size() > std::size_t(most_layers) + 1) return false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] != column_name(i)) return false;
    }
    return true;
}

/// The sentence on a row, after file and line; empty where it is sound.
std::string fault_in(const std::vector<std::string_view>& cells, std::size_t columns) {
    if (cells.size() != columns) {
        return fmt::format("{} values stand under {} columns; write one value for each",
                           cells.size(), columns);
    }
    for (std::size_t i = 0; i < columns; ++i) {
        const auto value = parse_number(cells[i]);
        if (!value || *value < 0 || (i == 0 && *value == 0)) {
            return fmt::format("{} is '{}'; write a number {}", column_name(i), cells[i],
                               i == 0 ? "above 0" : "in mAh, 0 or more");
        }
    }
    return {};
}

CapacityRow row_of(const std::vector<std::string_view>& cells) {
    CapacityRow row;
    row.rate_C = *parse_number(cells.front());
    for (std::size_t i = 1; i < cells.size(); ++i) {
        row.charge_C.push_back((*parse_number(cells[i]) * units::mAh).in(units::C));
    }
    return row;
}

}  // namespace

double CapacityRow::total_charge_C() const {
    return std::accumulate(charge_C.begin(), charge_C.end(), 0.0);
}

const CapacityRow* CapacityTable::find(double rate_C) const {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const CapacityRow& row) { return row.rate_C == rate_C; });
    return found == rows.end() ? nullptr : &*found;
}

Result<CapacityTable> parse_capacity_table(std::string_view csv, const std::string& file) {
    const auto lines = table_lines(csv);
    if (lines.empty() || !is_header(lines.front().cells)) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}:{}: a table of capacities begins with the line "
                                "rate_C,layer1_mAh,layer2_mAh,… for 1 to {} layers; write it above "
                                "the numbers",
                                file, lines.empty() ? 1 : lines.front().number, most_layers));
    }
    CapacityTable table;
    for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
        auto fault = fault_in(line->cells, lines.front().cells.size());
        CapacityRow row;
        if (fault.empty()) {
            row = row_of(line->cells);
            if (row.total_charge_C() == 0)
                fault = "no layer took up any charge; leave the line out";
            if (table.find(row.rate_C) != nullptr) {
                fault = fmt::format("the rate {} stands here a second time; keep one of them",
                                    line->cells.front());
            }
        }
        if (!fault.empty()) {
            return fail(ErrorKind::malformed, fmt::format("{}:{}: {}", file, line->number, fault));
        }
        table.rows.push_back(std::move(row));
    }
    if (table.rows.empty()) {
        return fail(ErrorKind::malformed,
                    fmt::format("{}: the table holds no rate; write a line for each", file));
    }
    std::sort(table.rows.begin(), table.rows.end(),
              [](const auto& a, const auto& b) { return a.rate_C < b.rate_C; });
    return table;
}

}  // namespace layerscope
