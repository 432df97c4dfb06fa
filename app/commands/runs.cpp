#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/text_table.h"
#include "app/run_folder.h"
#include "core/analysis/lithiation_rate.h"
#include "core/library/run_library.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options {
    std::string folder;
    std::string search;
    bool json = false;
};

struct Listing {
    fs::path folder;
    std::vector<LibraryRun> runs;
};

/// The file as seen from the folder.
std::string file_in(const fs::path& folder, const LibraryRun& run) {
    std::error_code unresolved;
    const fs::path from = fs::canonical(folder, unresolved);
    return run.path.lexically_relative(unresolved ? folder : from).string();
}

// ---- for programs

template <class Value>
Json number(const std::optional<Value>& value) {
    return value && std::isfinite(double(*value)) ? Json(*value) : Json(nullptr);
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json to_json(const LibraryRun& run) {
    if (run.trouble) return {{"run", run.path.string()}, {"trouble", *run.trouble}};
    Json capacities = Json::array();
    for (const double capacity : run.capacity_mAh)
        capacities.push_back(number(std::optional{capacity}));
    return {{"run", run.path.string()},
            {"uuid", run.uuid},
            {"name", run.name},
            {"cell", run.cell},
            {"origin", run.origin},
            {"created", to_iso8601(run.created)},
            {"final_reason", or_null(run.final_reason)},
            {"rate", run.rate ? Json(rate_text(*run.rate)) : Json(nullptr)},
            {"length_s", run.length_s},
            {"rows", run.rows},
            {"capacity_mAh", std::move(capacities)},
            {"first_below_0V_s", number(run.first_below_0V_s)},
            {"alarms", run.alarms},
            {"open_alarms", run.open_alarms},
            {"tags", run.tags},
            {"notes", run.notes},
            {"copy", run.is_copy},
            {"trouble", nullptr}};
}

std::string as_json(const Listing& listing) {
    Json runs = Json::array();
    for (const LibraryRun& run : listing.runs) runs.push_back(to_json(run));
    const Json document{{"folder", listing.folder.string()}, {"runs", std::move(runs)}};
    // A path need not be UTF-8; the document must be.
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- for people

std::string length_text(double length_s) {
    constexpr double hour_s = 3600;
    constexpr double minute_s = 60;
    if (length_s >= hour_s) return fmt::format("{:.1f} h", length_s / hour_s);
    if (length_s >= minute_s) return fmt::format("{:.1f} min", length_s / minute_s);
    return fmt::format("{:.0f} s", length_s);
}

/// Of the first layers only, where there are many: the line must hold the names too.
std::string capacities_text(const std::vector<double>& capacity_mAh) {
    constexpr std::size_t most_shown = 6;
    std::vector<std::string> texts;
    for (const double capacity : capacity_mAh) {
        if (texts.size() == most_shown) {
            texts.emplace_back("…");
            break;
        }
        texts.push_back(std::isfinite(capacity) ? fmt::format("{:.2f}", capacity) : "-");
    }
    return fmt::format("{}", fmt::join(texts, " "));
}

std::string alarms_text(const LibraryRun& run) {
    if (run.alarms == 0) return "-";
    if (run.open_alarms == 0) return fmt::format("{}", run.alarms);
    return fmt::format("{}, {} open", run.alarms, run.open_alarms);
}

/// `2026-11-22 19:13`, in the zone of this machine.
std::string date_text(UtcTime time) {
    constexpr std::size_t to_the_minute = 16;
    return to_local_text(time).substr(0, to_the_minute);
}

std::string as_table(const Listing& listing) {
    using Cut = TextColumn::Cut;
    std::vector<TextColumn> columns = {
        {"date", Cut::not_at_all, {}},   {"name", Cut::end, {}},
        {"cell", Cut::end, {}},          {"rate", Cut::not_at_all, {}},
        {"length", Cut::not_at_all, {}}, {"layers/mAh", Cut::not_at_all, {}},
        {"alarms", Cut::not_at_all, {}}, {"tags", Cut::end, {}},
        {"file", Cut::beginning, {}}};
    for (const LibraryRun& run : listing.runs) {
        if (run.trouble) continue;
        const std::array<std::string, 9> cells = {
            date_text(run.created),
            run.name,
            run.cell,
            run.rate ? rate_text(*run.rate) : "-",
            length_text(run.length_s),
            capacities_text(run.capacity_mAh),
            alarms_text(run),
            fmt::format("{}", fmt::join(run.tags, ", ")),
            (run.is_copy ? "copy: " : "") + file_in(listing.folder, run)};
        for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells.push_back(cells[i]);
    }
    constexpr std::size_t width = 120;
    return columns.front().cells.empty() ? "" : text_table(std::move(columns), width);
}

std::string as_text(const Listing& listing) {
    std::string text = as_table(listing);
    for (const LibraryRun& run : listing.runs) {
        if (!run.trouble) continue;
        text += one_line(fmt::format("trouble with {}: {}", file_in(listing.folder, run),
                                     *run.trouble)) +
                '\n';
    }
    return text.empty() ? fmt::format("no runs in {}\n", listing.folder.string()) : text;
}

// ---- the command

Result<Listing> list(const Options& options) {
    Listing listing{options.folder.empty() ? user_run_folder() : fs::path{options.folder}, {}};
    std::error_code unknown;
    // Who has never recorded has no folder yet, and no runs.
    if (options.folder.empty() && !fs::exists(listing.folder, unknown)) return listing;
    auto runs = RunLibrary{listing.folder, user_cache_folder()}.list();
    if (!runs) return fail(runs.error());
    listing.runs = search(std::move(*runs), options.search);
    return listing;
}

void run_runs(const Options& options) {
    const auto listing = list(options);
    if (!listing) {
        fmt::print(stderr, "{}\n", listing.error().sentence);
        throw CLI::RuntimeError(1);
    }
    fmt::print("{}", options.json ? as_json(*listing) : as_text(*listing));
}

}  // namespace

void add_runs_command(CLI::App& app) {
    auto* command = app.add_subcommand("runs", "Lists the runs of a folder, newest first");
    command->footer("Example: layerscope runs /data/runs --search \"0.2C plating\"");
    // Shared with the callback, which outlives this call.
    auto options = std::make_shared<Options>();
    command->add_option("FOLDER", options->folder,
                        "with the folders below it; else that of the window's runs");
    command->add_option("--search", options->search,
                        "only runs in which each of these words occurs: name, cell, rate, date, "
                        "tags, notes, file");
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->callback([options] { run_runs(*options); });
}

}  // namespace layerscope
