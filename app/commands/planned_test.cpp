#include "app/commands/planned_test.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/analysis/lithiation_rate.h"
#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

// Below, a test takes a week; above, no published cell of this thickness has been measured.
constexpr double least_rate_C = 0.01;
constexpr double most_rate_C = 5;

Result<double> read_rate(const std::string& text) {
    const auto rate_C = parse_rate(text);
    if (!rate_C) {
        return fail(ErrorKind::usage,
                    fmt::format("--rate {} is not a C-rate; write it like 0.2C", text));
    }
    if (*rate_C < least_rate_C || *rate_C > most_rate_C) {
        return fail(ErrorKind::usage,
                    fmt::format("a rate of {}C is outside what is simulated; choose {}C to {}C",
                                *rate_C, least_rate_C, most_rate_C));
    }
    return *rate_C;
}

StartState start_of(const TestOptions& options) {
    if (options.start == fresh_start) return StartState::fresh;
    if (options.start == residual_start) return StartState::residual;
    return StartState::by_rate;
}

Result<WrittenCell> read_cell(const std::string& name_or_path) {
    auto text = find_cell_text(name_or_path, std::filesystem::current_path());
    if (!text) return fail(text.error());
    auto model = parse_cell_model(*text, name_or_path);
    if (!model) return fail(model.error());
    return WrittenCell{std::move(*model), std::move(*text)};
}

}  // namespace

Result<PlannedTest> plan_test(const TestOptions& options) {
    PlannedTest test;
    if (options.protocol.empty()) {
        const auto rate_C = read_rate(options.rate);
        if (!rate_C) return fail(rate_C.error());
        test.rate_C = *rate_C;
    }
    auto cell = read_cell(options.cell);
    if (!cell) return fail(cell.error());
    test.cell = std::move(*cell);
    const StartState start = start_of(options);
    if (test.rate_C) {
        test.protocol = lithiation_protocol(test.cell.model, *test.rate_C, start, options.rest_s);
        return test;
    }
    const auto text = read_settings_text(options.protocol);
    if (!text) return fail(text.error());
    auto protocol = parse_protocol(*text, options.protocol, test.cell.model, start);
    if (!protocol) return fail(protocol.error());
    test.protocol = std::move(*protocol);
    return test;
}

}  // namespace layerscope
