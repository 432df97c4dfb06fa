#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/planned_test.h"
#include "core/base/number.h"
#include "core/base/quantity.h"
#include "core/model/salt_exhaustion.h"

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

// Below, rounding decides the length of a step; above, nothing does.
constexpr double finest_tolerance = 1e-7;
constexpr double coarsest_tolerance = 0.1;
constexpr int most_nodes = 64;

struct Options {
    TestOptions test;
    SolverSettings solver;
    std::uint64_t seed = 0;
    std::string run;
    bool json = false;
};

/// What came of it, for people and for programs.
struct Simulated {
    std::string run;  // as it was given
    PlannedTest test;
    SolverSettings solver;
    SimulationOutcome outcome;
    std::vector<double> lowest_V;  // potential of layer k at k - 1, of the recorded moments
};

double mAh(double charge_C) {
    return (charge_C * units::C).in(units::mAh);
}

double plated_mAh(const LayerMoment& layer) {
    return mAh(layer.plated_C + layer.dead_C);
}

std::optional<std::string> rate_of(const Simulated& simulated) {
    if (!simulated.test.rate_C) return std::nullopt;
    return plain_decimal(*simulated.test.rate_C) + "C";
}

const char* word_of(Ended ended) {
    switch (ended) {
        case Ended::time:
            return "time";
        case Ended::charge:
            return "charge";
        case Ended::potential:
            return "potential";
        case Ended::current:
            return "current";
        case Ended::salt_exhausted:
            break;
    }
    return "salt_exhausted";
}

/// Tells a person at a terminal how far the simulation is, once that takes more than a second.
class Progress {
  public:
    void show(double time_s) {
        const auto now = Clock::now();
        if (!terminal_ || now < next_) return;
        fmt::print(stderr, "\rsimulated {:.2f} h ", time_s / 3600);
        next_ = now + std::chrono::milliseconds{200};
        shown_ = true;
    }
    void clear() const {
        if (shown_) fmt::print(stderr, "\r{:40}\r", "");
    }

  private:
    using Clock = std::chrono::steady_clock;
    bool terminal_ = isatty(STDERR_FILENO) == 1;
    Clock::time_point next_ = Clock::now() + std::chrono::seconds{1};
    bool shown_ = false;
};

// ---- for programs

Json number(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json layers_json(const Simulated& simulated) {
    Json layers = Json::array();
    for (std::size_t i = 0; i < simulated.lowest_V.size(); ++i) {
        const LayerMoment& layer = simulated.outcome.last.layers[i];
        layers.push_back({{"layer", i + 1},
                          {"capacity_mAh", number(mAh(layer.charge_C))},
                          {"plated_mAh", number(plated_mAh(layer))},
                          {"min_potential_V", number(simulated.lowest_V[i])},
                          {"first_below_0V_s", number(simulated.outcome.first_below_0V_s[i])},
                          {"stoichiometry", number(layer.stoichiometry)}});
    }
    return layers;
}

std::string as_json(const Simulated& simulated) {
    const SimulationOutcome& outcome = simulated.outcome;
    Json steps = Json::array();
    for (const SimulatedStepEnd& step : outcome.steps) {
        steps.push_back({{"ended", word_of(step.ended)},
                         {"time_s", number(step.time_s)},
                         {"charge_mAh", number(mAh(step.charge_C))}});
    }
    const auto rate = rate_of(simulated);
    const Json document{{"run", simulated.run},
                        {"cell", simulated.test.cell.model.design.name},
                        {"rate", rate ? Json(*rate) : Json(nullptr)},
                        {"steps", std::move(steps)},
                        {"layers", layers_json(simulated)},
                        {"salt_exhausted", outcome.salt_exhausted},
                        {"solver",
                         {{"nodes_a_layer", simulated.solver.nodes_a_layer},
                          {"tolerance", simulated.solver.tolerance},
                          {"steps", outcome.counts.steps},
                          {"rejected_steps", outcome.counts.rejected},
                          {"newton_iterations", outcome.counts.newton_iterations}}}};
    // A path need not be UTF-8; the document must be.
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- for people

std::string as_table(const Simulated& simulated) {
    const SimulationOutcome& outcome = simulated.outcome;
    std::string text =
        fmt::format("{}  {} {}\n", simulated.run, simulated.test.cell.model.design.name,
                    rate_of(simulated).value_or("as its protocol says"));
    text += fmt::format("  {:>5} {:>10} {:>11} {:>9} {:>11} {:>8}\n", "layer", "Q/mAh",
                        "plated/mAh", "min E/mV", "0 V at/s", "x");
    for (std::size_t i = 0; i < simulated.lowest_V.size(); ++i) {
        const LayerMoment& layer = outcome.last.layers[i];
        const auto below_s = simulated.outcome.first_below_0V_s[i];
        text += fmt::format("  {:>5} {:>10.3f} {:>11.3f} {:>9.1f} {:>11} {:>8.3f}\n", i + 1,
                            mAh(layer.charge_C), plated_mAh(layer), 1000 * simulated.lowest_V[i],
                            below_s ? fmt::format("{:.1f}", *below_s) : "-", layer.stoichiometry);
    }
    for (std::size_t i = 0; i < outcome.steps.size(); ++i) {
        const SimulatedStepEnd& step = outcome.steps[i];
        const bool exhausted = step.ended == Ended::salt_exhausted;
        text += fmt::format("  Step {} ended by {} at {:.1f} s with {:.3f} mAh in the cell\n",
                            i + 1, exhausted ? "exhausted salt" : word_of(step.ended), step.time_s,
                            mAh(step.charge_C));
    }
    return text;
}

// ---- the command

[[noreturn]] void give_up(const Error& error) {
    fmt::print(stderr, "{}\n", error.sentence);
    throw CLI::RuntimeError(error.kind == ErrorKind::usage ? 2 : 1);
}

Result<void> check(const Options& options) {
    if (options.test.rate.empty() && options.test.protocol.empty()) {
        return fail(ErrorKind::usage,
                    "nothing is said of the test; give --rate like 0.2C, or --protocol");
    }
    const SolverSettings& solver = options.solver;
    if (!(solver.tolerance >= finest_tolerance && solver.tolerance <= coarsest_tolerance)) {
        return fail(ErrorKind::usage,
                    fmt::format("--tolerance {} is not between {} and {}; leave it out for {}",
                                solver.tolerance, finest_tolerance, coarsest_tolerance,
                                SolverSettings{}.tolerance));
    }
    if (solver.nodes_a_layer < 1 || solver.nodes_a_layer > most_nodes) {
        return fail(ErrorKind::usage,
                    fmt::format("--nodes {} is not between 1 and {}; leave it out for {}",
                                solver.nodes_a_layer, most_nodes, SolverSettings{}.nodes_a_layer));
    }
    return {};
}

/// Follows the layers' potentials from moment to moment.
void follow(const CellMoment& cell, std::vector<double>& lowest_V) {
    for (std::size_t i = 0; i < lowest_V.size(); ++i) {
        lowest_V[i] = std::min(lowest_V[i], cell.layers[i].potential_V);
    }
}

Result<Simulated> simulate_as_asked(const Options& options) {
    if (auto fine = check(options); !fine) return fail(fine.error());
    auto test = plan_test(options.test);
    if (!test) return fail(test.error());
    Simulated simulated{options.run, std::move(*test), options.solver, {}, {}};
    simulated.lowest_V.resize(simulated.test.cell.model.design.layer_count(),
                              std::numeric_limits<double>::infinity());
    Progress progress;
    SimulatedRunSettings settings;
    settings.path = options.run;
    settings.solver = options.solver;
    settings.noise_seed = options.seed;
    settings.visit = [&](const SimulatedMoment& moment) {
        follow(moment.cell, simulated.lowest_V);
        progress.show(moment.cell.time_s);
    };
    auto outcome = simulate_into_run(simulated.test.cell, simulated.test.protocol, settings);
    progress.clear();
    if (!outcome) return fail(outcome.error());
    simulated.outcome = std::move(*outcome);
    return simulated;
}

void run_simulate(const Options& options) {
    const auto simulated = simulate_as_asked(options);
    if (!simulated) give_up(simulated.error());
    fmt::print("{}", options.json ? as_json(*simulated) : as_table(*simulated));
    if (simulated->outcome.salt_exhausted) {
        fmt::print(stderr, "{}\n",
                   salt_exhaustion_sentence(simulated->test.cell.model.design, simulated->outcome));
    }
}

void add_test_options(CLI::App& command, TestOptions& test) {
    auto* rate = command.add_option("--rate", test.rate, "C-rate of a lithiation, 0.01C to 5C");
    command.add_option("--protocol", test.protocol, "what is done to the cell: a TOML file")
        ->excludes(rate);
    command.add_option("--cell", test.cell, "a built-in cell with a model, or a TOML file")
        ->capture_default_str();
    command
        .add_option("--start", test.start,
                    "the layers at the start: fresh, or with the residual lithium of earlier tests")
        ->check(CLI::IsMember({fresh_start, residual_start}));
}

}  // namespace

void add_simulate_command(CLI::App& app) {
    auto* command =
        app.add_subcommand("simulate", "runs the model of a cell into a run, without hardware");
    command->footer("Example: layerscope simulate --rate 0.2C -o fifth.lsrun");
    const auto options = std::make_shared<Options>();  // lives as long as the parser's callback
    add_test_options(*command, options->test);
    command->add_option("--seed", options->seed, "of the measurement noise; 0: exact values")
        ->capture_default_str();
    command->add_option("--tolerance", options->solver.tolerance, "of a step, in stoichiometry")
        ->capture_default_str();
    command->add_option("--nodes", options->solver.nodes_a_layer, "in the depth of a layer")
        ->capture_default_str();
    command->add_option("-o,--out", options->run, "the run file (.lsrun) to write")->required();
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->callback([options] { run_simulate(*options); });
}

}  // namespace layerscope
