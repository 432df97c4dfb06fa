#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "core/analysis/lithiation_rate.h"
#include "core/analysis/state_of_charge.h"
#include "core/analysis/stored_run.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

struct AnalysedRun {
    std::string path;  // as it was given
    CellDesign design;
    RunSummary summary;
    std::optional<double> rate;
};

double mAh(double charge_C) {
    return (charge_C * units::C).in(units::mAh);
}

double over_capacity_mAh(const AnalysedRun& run, const LayerSummary& layer) {
    const Charge q_th = run.design.layer(layer.layer).theoretical_capacity;
    return over_capacity(layer.charge_C * units::C, q_th).in(units::mAh);
}

double peak_mA_cm2(const LayerSummary& layer) {
    return (layer.peak_current_density_A_m2 * units::A_per_m2).in(units::mA_per_cm2);
}

/// What the reference electrodes say of the whole run.
struct Plating {
    const char* status = "unknown";  // no layer ever had a potential
    std::optional<double> first_below_0V_s;
    std::optional<double> min_potential_V;
};

Plating plating_of(const RunSummary& summary) {
    Plating plating;
    for (const LayerSummary& layer : summary.layers) {
        if (!layer.min_potential_V) continue;
        const double lowest_V = *layer.min_potential_V;
        plating.min_potential_V = std::min(plating.min_potential_V.value_or(lowest_V), lowest_V);
        if (!layer.first_below_0V) continue;
        const double time_s = layer.first_below_0V->time_s;
        plating.first_below_0V_s = std::min(plating.first_below_0V_s.value_or(time_s), time_s);
    }
    if (plating.min_potential_V) plating.status = plating.first_below_0V_s ? "possible" : "none";
    return plating;
}

Result<AnalysedRun> analyse(const std::string& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    const CellDesign design = reader->info().station.design;
    LithiationRate rate{design};
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint& point) { rate.add(point); };
    const auto summary = analyse_stored_run(*reader, visitor);
    if (!summary) return fail(summary.error());
    return AnalysedRun{path, design, *summary, rate.rate()};
}

// ---- for programs

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}
Json number(const std::optional<double>& value) {
    return value ? number(*value) : Json(nullptr);
}

Json to_json(const Heterogeneity& spread) {
    return {{"range", number(spread.range)},
            {"sigma", number(spread.sigma)},
            {"cv", number(spread.cv)},
            {"slope", number(spread.slope)}};
}

Json to_json(const AnalysedRun& run, const LayerSummary& layer) {
    return {{"layer", layer.layer},
            {"rows", layer.rows},
            {"missing_rows", layer.missing_rows},
            {"capacity_mAh", number(mAh(layer.charge_C))},
            {"absolute_charge_mAh", number(mAh(layer.absolute_charge_C))},
            {"soc", number(layer.soc)},
            {"soc_clipped", number(clipped_state_of_charge(layer.soc))},
            {"over_capacity_mAh", number(over_capacity_mAh(run, layer))},
            {"peak_current_density_mA_cm2", number(peak_mA_cm2(layer))},
            {"device_capacity_mAh", number(mAh(layer.device_charge_C))}};
}

Json to_json(const AnalysedRun& run) {
    Json layers = Json::array();
    for (const LayerSummary& layer : run.summary.layers) layers.push_back(to_json(run, layer));
    Json heterogeneity = to_json(run.summary.raw);
    heterogeneity["share_layer1"] = number(run.summary.share_layer1);
    heterogeneity["clipped"] = to_json(run.summary.clipped);
    const Plating plating = plating_of(run.summary);
    return {{"run", run.path},
            {"rate", run.rate ? Json(rate_text(*run.rate)) : Json(nullptr)},
            {"layers", std::move(layers)},
            {"total_capacity_mAh", number(mAh(run.summary.charge_C))},
            {"heterogeneity", std::move(heterogeneity)},
            {"plating",
             {{"status", plating.status},
              {"first_below_0V_s", number(plating.first_below_0V_s)},
              {"min_potential_V", number(plating.min_potential_V)},
              {"turning_point_s", nullptr},
              {"plated_lower_bound_mAh", nullptr}}}};
}

std::string as_json(const std::vector<AnalysedRun>& runs) {
    Json all = Json::array();
    for (const AnalysedRun& run : runs) all.push_back(to_json(run));
    // A path need not be UTF-8; the document must be.
    return Json{{"runs", std::move(all)}}.dump(2, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

// ---- for people

std::string cell(const std::optional<double>& value, int digits) {
    const bool known = value && std::isfinite(*value);
    return known ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string spread_line(const char* name, const Heterogeneity& spread) {
    return fmt::format("  SOC {:<8} mean {}  range {}  sigma {}  CV {}  slope {} per layer\n", name,
                       cell(spread.mean, 3), cell(spread.range, 3), cell(spread.sigma, 3),
                       cell(spread.cv, 3), cell(spread.slope, 3));
}

std::string plating_line(const Plating& plating) {
    if (!plating.min_potential_V)
        return "  Plating      unknown: no layer has a reference potential\n";
    const std::string lowest = cell(1000.0 * *plating.min_potential_V, 1);
    if (!plating.first_below_0V_s) {
        return fmt::format("  Plating      none seen: lowest potential {} mV\n", lowest);
    }
    return fmt::format("  Plating      possible: at or below 0 V from {} s on, lowest {} mV\n",
                       cell(plating.first_below_0V_s, 1), lowest);
}

std::string as_table(const AnalysedRun& run) {
    std::string text =
        fmt::format("{}  {}\n", run.path, run.rate ? rate_text(*run.rate) : "no lithiation");
    text += fmt::format("  {:>5} {:>8} {:>8} {:>10} {:>7} {:>9} {:>12} {:>10}\n", "layer", "rows",
                        "missing", "Q/mAh", "SOC", "over/mAh", "peak/mA cm-2", "cycler/mAh");
    for (const LayerSummary& layer : run.summary.layers) {
        text += fmt::format("  {:>5} {:>8} {:>8} {:>10} {:>7} {:>9} {:>12} {:>10}\n", layer.layer,
                            layer.rows, layer.missing_rows, cell(mAh(layer.charge_C), 3),
                            cell(layer.soc, 3), cell(over_capacity_mAh(run, layer), 3),
                            cell(peak_mA_cm2(layer), 3), cell(mAh(layer.device_charge_C), 3));
    }
    text += fmt::format("  Total        {} mAh, layer 1 has {} of it\n",
                        cell(mAh(run.summary.charge_C), 3), cell(run.summary.share_layer1, 3));
    text += spread_line("raw", run.summary.raw);
    text += spread_line("clipped", run.summary.clipped);
    return text + plating_line(plating_of(run.summary));
}

// ---- the command

struct Options {
    std::vector<std::string> paths;
    bool json = false;
};

void run_analyse(const Options& options) {
    std::vector<AnalysedRun> runs;
    for (const std::string& path : options.paths) {
        auto run = analyse(path);
        if (!run) {
            fmt::print(stderr, "{}\n", run.error().sentence);
            throw CLI::RuntimeError(1);
        }
        runs.push_back(std::move(*run));
    }
    if (options.json) {
        fmt::print("{}", as_json(runs));
        return;
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        fmt::print("{}{}", i == 0 ? "" : "\n", as_table(runs[i]));
    }
}

}  // namespace

void add_analyse_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "analyse", "Capacity, state of charge, heterogeneity and plating of recorded runs");
    command->footer("Example: layerscope analyse night-1.lsrun night-2.lsrun --json");
    auto options =
        std::make_shared<Options>();  // shared with the callback, which outlives this call
    command->add_option("run", options->paths, "Run files (.lsrun)")->required();
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([options] { run_analyse(*options); });
}

}  // namespace layerscope
