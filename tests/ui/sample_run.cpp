#include "tests/ui/sample_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

double step_at(double t_s, double middle_s, double width_s) {
    return 1 / (1 + std::exp(-(t_s - middle_s) / width_s));
}

double potential_V(int layer, double t_s) {
    if (layer == 1)
        return 0.07 * std::exp(-t_s / 500) + 0.075 - 0.035 * step_at(t_s, 1900, 120) -
               0.02 * t_s / 3600 - 0.09 * step_at(t_s, 4000, 300);
    return 0.02 * std::exp(-t_s / 500) + 0.115 - 0.008 * t_s / 3600 - 0.006 * layer;
}

/// Part of layer `k` of `n` in the whole current.
double share(int k, int n, double t_s) {
    if (n == 1) return 1;
    const double first = 0.57 + 0.05 * std::exp(-std::pow((t_s - 1700) / 500, 2)) -
                         0.16 * step_at(t_s, 4300, 350) + 0.12 * std::exp(-t_s / 300);
    if (k == 1) return first;
    double weights = 0;
    for (int layer = 2; layer <= n; ++layer) weights += 1 / (layer - 0.8);
    return (1 - first) / (k - 0.8) / weights;
}

}  // namespace

Station sample_station() {
    const std::string design_toml = builtin_cell_text("yan-2025").value();
    const auto design = parse_cell_design(design_toml, "yan-2025.toml").value();
    return parse_stored_station(demonstration_station_toml(design, 5020, "C-07"), design_toml,
                                "sample.toml")
        .value();
}

Station sample_station(int layers, const std::vector<int>& referenced) {
    std::string design_toml = R"(name = "stack"
title = "a stack of equal layers"
source = "made for a test"
area_cm2 = 16.0
one_c_mA = 67.2
separator_um = 24.0
collector_um = 9.0
interlayer_um = 5.0
foil_um = 15.0
)";
    for (int layer = 1; layer <= layers; ++layer) {
        const bool reference = std::ranges::find(referenced, layer) != referenced.end();
        design_toml += fmt::format(
            "[[layer]]\nthickness_um = 36.0\ntheoretical_capacity_mAh = 16.8\n"
            "capacity_uncertainty_mAh = 0.1\nreference = {}\n",
            reference);
    }
    const auto design = parse_cell_design(design_toml, "stack.toml").value();
    return parse_stored_station(demonstration_station_toml(design, 5020, "Stack"), design_toml,
                                "sample.toml")
        .value();
}

RowPage sample_rows(const Station& station, int layer, double from_s, double to_s,
                    UtcTime arrival) {
    constexpr double interval_s = 10;
    constexpr double total_A = 0.02218;
    RowPage page{layer, 1, arrival, {}};
    for (auto i = std::int64_t(std::ceil(from_s / interval_s)); double(i) * interval_s < to_s;
         ++i) {
        const double t_s = double(i) * interval_s;
        RecordedRow row;
        row.seqid = i + 1;
        row.stepid = 2;
        row.cycleid = 1;
        row.steptype = "dc";
        row.testtime_ms = std::int64_t(t_s * 1000);
        row.atime = "2026-11-22 13:00:00";
        row.current_A = -total_A * share(layer, int(station.channels.size()), t_s);
        const auto& field = station.channels.at(std::size_t(layer) - 1).reference_field;
        if (field) row.aux.push_back({*field, potential_V(layer, t_s)});
        page.rows.push_back(row);
    }
    return page;
}

std::vector<LiveMessage> sample_pages(const Station& station, double from_s, double to_s,
                                      UtcTime arrival) {
    std::vector<LiveMessage> pages;
    for (const StationChannel& channel : station.channels)
        pages.emplace_back(sample_rows(station, channel.layer, from_s, to_s, arrival));
    return pages;
}

UtcTime sample_now() {
    return UtcTime{std::chrono::seconds{1795357912}};
}

}  // namespace layerscope
