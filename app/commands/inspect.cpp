#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "app/commands/command.h"
#include "core/exchange/inspection.h"
#include "core/store/run_check.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

struct ToJson {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(const auto& value) const { return value; }
};

struct ToText {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(const std::string& value) const { return value; }
    /// Seven digits, as many as the files' single precision has; times keep their milliseconds.
    std::string operator()(double value) const {
        return std::abs(value) < 1e6 ? fmt::format("{:.7g}", value) : fmt::format("{:.3f}", value);
    }
};

Json to_json(const ColumnSummary& column) {
    Json json{{"first", std::visit(ToJson{}, column.first)},
              {"last", std::visit(ToJson{}, column.last)},
              {"min", std::visit(ToJson{}, column.least)},
              {"max", std::visit(ToJson{}, column.most)},
              {"mean", column.mean ? Json(*column.mean) : Json(nullptr)},
              {"valid", column.valid}};
    if (column.simulated_truth) json["simulated_truth"] = true;
    return json;
}

/// null for what the file does not say.
Json said(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json to_json(const InspectedChannel& channel) {
    return {{"layer", channel.layer ? Json(*channel.layer) : Json(nullptr)},
            {"quantity", channel.quantity},
            {"device", said(channel.device)},
            {"address", said(channel.address)},
            {"rows", channel.rows}};
}

std::string json_text(const Inspection& inspection) {
    Json channels = Json::array();
    for (const auto& channel : inspection.channels) channels.push_back(to_json(channel));
    Json columns = Json::object();
    for (const auto& column : inspection.columns) columns[column.name] = to_json(column);
    const Json document{{"format", inspection.format}, {"version", inspection.version},
                        {"rows", inspection.rows},     {"channels", channels},
                        {"columns", columns},          {"warnings", inspection.warnings}};
    // Names in a damaged file need not be UTF-8.
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string table_text(const Inspection& inspection) {
    auto out =
        fmt::format("{}, {}, {} rows\n", inspection.format, inspection.version, inspection.rows);
    for (const auto& channel : inspection.channels) {
        out += fmt::format(
            "channel  {}  {}  {}  {}  {} rows\n",
            channel.layer ? fmt::format("layer {}", *channel.layer) : "no layer", channel.quantity,
            channel.device.empty() ? "device unknown" : channel.device,
            channel.address.empty() ? "address unknown" : channel.address, channel.rows);
    }
    std::size_t width = 18;
    for (const auto& column : inspection.columns) width = std::max(width, column.name.size());
    constexpr auto line = "{:<{}} {:>16} {:>16} {:>16} {:>16} {:>16} {:>10}{}\n";
    out += "\n" +
           fmt::format(line, "column", width, "first", "last", "min", "max", "mean", "valid", "");
    for (const auto& column : inspection.columns) {
        out += fmt::format(line, column.name, width, std::visit(ToText{}, column.first),
                           std::visit(ToText{}, column.last), std::visit(ToText{}, column.least),
                           std::visit(ToText{}, column.most),
                           column.mean ? ToText{}(*column.mean) : "-", column.valid,
                           column.simulated_truth ? "  simulated truth" : "");
    }
    for (const auto& warning : inspection.warnings) out += fmt::format("\nwarning: {}", warning);
    if (!inspection.warnings.empty()) out += "\n";
    return out;
}

struct InspectOptions {
    std::string file;
    bool json = false;
    bool verify = false;
};

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        fmt::print(stderr, "the result cannot be written to the output; free some space\n");
        throw CLI::RuntimeError(1);
    }
}

std::string json_text(const RunCheck& check) {
    const Json document{{"rows", check.rows},
                        {"blocks", check.blocks},
                        {"pages", check.pages},
                        {"faults", check.faults}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string sentences(const RunCheck& check) {
    auto text = fmt::format("{} rows, {} blocks and {} pages of the pyramid were checked\n",
                            check.rows, check.blocks, check.pages);
    for (const auto& fault : check.faults) text += fmt::format("damaged: {}\n", fault);
    return text + (check.faults.empty()
                       ? "nothing is damaged\n"
                       : "all other rows can be read; keep this file, and look for "
                         "another copy of the run\n");
}

void run_verify(const InspectOptions& options) {
    const auto check = check_run(options.file);
    if (!check) {
        fmt::print(stderr, "{}\n", check.error().sentence);
        throw CLI::RuntimeError(1);
    }
    print(options.json ? json_text(*check) : sentences(*check));
    if (!check->faults.empty()) throw CLI::RuntimeError(1);
}

void run_inspect(const InspectOptions& options) {
    const auto inspection = inspect_file(options.file);
    if (!inspection) {
        fmt::print(stderr, "{}\n", inspection.error().sentence);
        throw CLI::RuntimeError(1);
    }
    print(options.json ? json_text(*inspection) : table_text(*inspection));
}

}  // namespace

void add_inspect_command(CLI::App& app) {
    auto* command = app.add_subcommand("inspect", "Says what a run or a cycler's file holds");
    // Shared by the parser, which fills it, and the callback, which outlives this function.
    const auto options = std::make_shared<InspectOptions>();
    command->add_option("FILE", options->file, "the file: a run (.lsrun) or Neware .ndax")
        ->required();
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->add_flag("--verify", options->verify,
                      "compare every checksum of a run; exit 1 where something is damaged");
    command->footer("Example: layerscope inspect cell_07.ndax --json");
    command->callback(
        [options] { options->verify ? run_verify(*options) : run_inspect(*options); });
}

}  // namespace layerscope
