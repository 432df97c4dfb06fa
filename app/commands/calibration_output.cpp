#include "app/commands/calibration_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/quantity.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

double mAh(double charge_C) {
    return (charge_C * units::C).in(units::mAh);
}

std::vector<std::string> undetermined(const Calibration& calibration) {
    std::vector<std::string> names;
    for (const FittedParameter& parameter : calibration.parameters) {
        if (!parameter.determined()) names.push_back(parameter.name);
    }
    return names;
}

// ---- for programs

Json to_json(const RateComparison& rate) {
    Json layers = Json::array();
    for (std::size_t i = 0; i < rate.model_C.size(); ++i) {
        layers.push_back({{"layer", i + 1},
                          {"measured_mAh", mAh(rate.measured_C[i])},
                          {"model_mAh", mAh(rate.model_C[i])},
                          {"error_mAh", mAh(rate.model_C[i] - rate.measured_C[i])}});
    }
    return {{"rate_C", rate.rate_C}, {"layers", std::move(layers)}};
}

Json to_json(const FittedParameter& parameter) {
    const Prior& prior = parameter.prior;
    return {{"name", parameter.name},
            {"value", parameter.value},
            {"posterior_over_prior_sd", parameter.posterior_over_prior},
            {"determined", parameter.determined()},
            {"prior",
             {{"scale", prior.scale == Prior::Scale::linear ? "linear" : "logarithmic"},
              {"centre", prior.centre},
              {"width", prior.width},
              {"least", prior.least},
              {"most", prior.most}}}};
}

Json to_json(const Correlation& correlation) {
    return {{"first", correlation.first},
            {"second", correlation.second},
            {"coefficient", correlation.coefficient}};
}

Json to_json(const LeftOutRate& rate) {
    return {{"rate_C", rate.rate_C}, {"rmse_mAh", mAh(rate.rmse_C)}};
}

template <class Entry>
Json array_of(const std::vector<Entry>& entries) {
    Json array = Json::array();
    for (const Entry& entry : entries) array.push_back(to_json(entry));
    return array;
}

// ---- for people

std::string table_of_rates(const std::vector<RateComparison>& rates) {
    std::string text = fmt::format("{:>8}", "rate/C");
    for (std::size_t i = 0; i < rates.front().model_C.size(); ++i) {
        text += fmt::format("  {:>16}", fmt::format("layer {}/mAh", i + 1));
    }
    text += "   (model, model - measured)\n";
    for (const RateComparison& rate : rates) {
        text += fmt::format("{:>8g}", rate.rate_C);
        for (std::size_t i = 0; i < rate.model_C.size(); ++i) {
            text += fmt::format("  {:>8.3f} {:>+7.3f}", mAh(rate.model_C[i]),
                                mAh(rate.model_C[i] - rate.measured_C[i]));
        }
        text += "\n";
    }
    return text;
}

std::string table_of_parameters(const std::vector<FittedParameter>& parameters) {
    std::string text =
        fmt::format("{:<42} {:>11} {:>11} {:>10}\n", "parameter", "value", "believed", "sd/prior");
    for (const FittedParameter& parameter : parameters) {
        text +=
            fmt::format("{:<42} {:>11.4g} {:>11.4g} {:>10.2f}\n", parameter.name, parameter.value,
                        parameter.prior.centre, parameter.posterior_over_prior);
    }
    return text;
}

std::string undetermined_line(const Calibration& calibration) {
    const auto names = undetermined(calibration);
    if (names.empty()) return "";
    return fmt::format("Not determined by these data: {}\n", fmt::join(names, ", "));
}

std::string correlation_lines(const std::vector<Correlation>& correlations) {
    constexpr std::size_t most_lines = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(most_lines, correlations.size()); ++i) {
        const Correlation& pair = correlations[i];
        text += fmt::format("Only told apart with difficulty: {} and {} (correlation {:.2f})\n",
                            pair.first, pair.second, pair.coefficient);
    }
    return text;
}

std::string left_out_line(const std::vector<LeftOutRate>& rates) {
    if (rates.empty()) return "";
    std::vector<std::string> words;
    words.reserve(rates.size());
    for (const LeftOutRate& rate : rates) {
        words.push_back(fmt::format("{:g}C {:.2f}", rate.rate_C, mAh(rate.rmse_C)));
    }
    return fmt::format("Predicted from the other rates, RMSE in mAh: {}\n", fmt::join(words, ", "));
}

std::string quality(const Calibration& calibration) {
    const auto count = calibration.rates.size() * calibration.rates.front().model_C.size();
    return fmt::format("RMSE {:.3f} mAh, largest error {:.3f} mAh over {} capacities",
                       mAh(calibration.rmse_C), mAh(calibration.largest_error_C), count);
}

}  // namespace

std::string calibration_table(const Calibration& calibration, const CalibrationTold& told) {
    std::string text = table_of_rates(calibration.rates);
    text +=
        fmt::format("{}, {} parameters\n\n", quality(calibration), calibration.parameters.size());
    text += table_of_parameters(calibration.parameters);
    text += undetermined_line(calibration);
    text += correlation_lines(calibration.correlations);
    for (const Observation& observation : calibration.missed) {
        text += fmt::format("Observed, but not in the model: {}\n", to_sentence(observation));
    }
    text += left_out_line(calibration.left_out);
    if (calibration.stopped) text += "Stopped before its end: this is the best up to then\n";
    return text + fmt::format("{} written after {:.1f} s\n", told.output,
                              told.fit_s + told.leave_one_out_s);
}

std::string calibration_json(const Calibration& calibration, const CalibrationTold& told) {
    Json missed = Json::array();
    for (const Observation& observation : calibration.missed) {
        missed.push_back(to_sentence(observation));
    }
    const Json document{
        {"table", told.table},
        {"observations", told.observations.empty() ? Json(nullptr) : Json(told.observations)},
        {"cell", told.cell},
        {"fit", told.fit},
        {"output", told.output},
        {"seed", told.seed},
        {"stopped", calibration.stopped},
        {"rmse_mAh", mAh(calibration.rmse_C)},
        {"largest_error_mAh", mAh(calibration.largest_error_C)},
        {"rates", array_of(calibration.rates)},
        {"parameters", array_of(calibration.parameters)},
        {"undetermined", undetermined(calibration)},
        {"correlations", array_of(calibration.correlations)},
        {"observations_missed", std::move(missed)},
        {"leave_one_out", array_of(calibration.left_out)},
        {"cost", calibration.cost},
        {"start_costs", calibration.start_costs},
        {"evaluations", calibration.evaluations},
        {"fit_s", told.fit_s},
        {"leave_one_out_s", told.leave_one_out_s}};
    // A path need not be UTF-8; the document must be.
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string calibration_comment(const Calibration& calibration, const CalibrationTold& told) {
    std::string text = fmt::format(
        "Fitted by layerscope calibrate: {} of the cell {} to {}, seed {}.\n"
        "{} at a converged solver.\n",
        told.fit, told.cell, told.table, told.seed, quality(calibration));
    for (const FittedParameter& parameter : calibration.parameters) {
        text += fmt::format("  {} = {:.6g}, sd {:.2f} of what was believed before{}\n",
                            parameter.name, parameter.value, parameter.posterior_over_prior,
                            parameter.determined() ? "" : ": not determined by these data");
    }
    if (calibration.stopped) text += "Stopped before its end: the best up to then.\n";
    return text;
}

}  // namespace layerscope
