#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commands/calibration_output.h"
#include "app/commands/command.h"
#include "core/base/new_file.h"
#include "core/cell/toml_table.h"
#include "core/model/calibration.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

std::atomic<bool> asked_to_stop{false};  // NOLINT: a handler reaches nothing but globals

/// While it lives, the first SIGINT or SIGTERM asks for an early end; a second one is our death.
class FirstSignalAsks {
  public:
    FirstSignalAsks() {
        asked_to_stop = false;
        struct sigaction action {};
        action.sa_handler = [](int) { asked_to_stop = true; };
        action.sa_flags = int(SA_RESETHAND);
        sigaction(SIGINT, &action, &before_[0]);
        sigaction(SIGTERM, &action, &before_[1]);
    }
    ~FirstSignalAsks() {
        sigaction(SIGINT, &before_[0], nullptr);
        sigaction(SIGTERM, &before_[1], nullptr);
    }
    FirstSignalAsks(const FirstSignalAsks&) = delete;
    FirstSignalAsks& operator=(const FirstSignalAsks&) = delete;

  private:
    std::array<struct sigaction, 2> before_{};
};

struct CalibrateOptions {
    std::string table;
    std::string cell;
    std::string fit = "m";
    std::vector<std::string> runs;
    std::string output;
    int samples = CalibrationSettings{}.samples;
    int starts = CalibrationSettings{}.starts;
    std::uint64_t seed = 1;
    int threads = int(std::max(1U, std::thread::hardware_concurrency()));
    bool no_leave_one_out = false;
    bool json = false;
};

[[noreturn]] void give_up(const Error& error) {
    fmt::print(stderr, "{}\n", error.sentence);
    throw CLI::RuntimeError(error.kind == ErrorKind::usage ? 2 : 1);
}

template <class T>
T value_or_give_up(Result<T> result) {
    if (!result) give_up(result.error());
    return std::move(*result);
}

/// What was seen beside the numbers of `T.csv` lies beside it as `T.observed.csv`.
fs::path observations_of(const fs::path& table) {
    return fs::path{table}.replace_extension(".observed.csv");
}

std::string read_table_text(const fs::path& path) {
    std::error_code status;
    if (!fs::is_regular_file(path, status)) {
        give_up({ErrorKind::not_found,
                 fmt::format("{}: there is no such table; name a CSV file", path.string())});
    }
    return value_or_give_up(read_settings_text(path));
}

CalibrationData read_data(const CalibrateOptions& options, const CellModel& cell) {
    CalibrationData data;
    data.table =
        value_or_give_up(parse_capacity_table(read_table_text(options.table), options.table));
    if (data.table.layer_count() != cell.parameters.layer_count()) {
        give_up({ErrorKind::mismatch,
                 fmt::format("{}: the table has {} layers and the cell {} has {}; name the cell "
                             "that was measured with --cell",
                             options.table, data.table.layer_count(), cell.design.name,
                             cell.parameters.layer_count())});
    }
    const fs::path observed = observations_of(options.table);
    if (fs::exists(observed)) {
        data.observations = value_or_give_up(
            parse_observations(read_table_text(observed), observed.string(), data.table));
    }
    for (const std::string& run : options.runs) {
        data.potentials.push_back(value_or_give_up(read_potential_record(run, cell.design)));
    }
    return data;
}

const char* word_of(CalibrationProgress::Stage stage) {
    switch (stage) {
        case CalibrationProgress::Stage::samples:
            return "samples of the prior";
        case CalibrationProgress::Stage::starts:
            return "starts refined";
        case CalibrationProgress::Stage::polish:
            return "refining the best";
        case CalibrationProgress::Stage::leave_one_out:
            break;
    }
    return "fits with a rate left out";
}

/// Listens to a calibration: tells a person who waits, notes the times, and hands on a signal.
class Listener {
  public:
    explicit Listener(std::stop_source& stop) : stop_{stop} {}
    ~Listener() {
        if (told_) fmt::print(stderr, "\r\033[K");
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void hear(const CalibrationProgress& progress) {
        if (asked_to_stop) stop_.request_stop();
        if (progress.stage == CalibrationProgress::Stage::leave_one_out && !left_out_from_) {
            left_out_from_ = steady_clock::now();
        }
        tell(progress);
    }

    double fit_s() const { return seconds(began_, left_out_from_.value_or(steady_clock::now())); }
    double leave_one_out_s() const {
        return left_out_from_ ? seconds(*left_out_from_, steady_clock::now()) : 0;
    }

  private:
    static double seconds(steady_clock::time_point from, steady_clock::time_point to) {
        return std::chrono::duration<double>(to - from).count();
    }

    void tell(const CalibrationProgress& progress) {
        constexpr auto pause = std::chrono::milliseconds{200};  // the eye reads no faster
        const auto now = steady_clock::now();
        if (!terminal_ || now - began_ < std::chrono::seconds{1} || now - last_ < pause) return;
        last_ = now;
        told_ = true;
        fmt::print(stderr, "\r\033[K{}: {} of {}, best cost {:.2f}; Ctrl-C keeps the best so far",
                   word_of(progress.stage), progress.done, progress.of, progress.best_cost);
    }

    std::stop_source& stop_;
    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    const steady_clock::time_point began_ = steady_clock::now();
    steady_clock::time_point last_{};
    std::optional<steady_clock::time_point> left_out_from_;
    bool told_ = false;
};

Calibration search(const CalibrationProblem& problem, const CalibrateOptions& options,
                   CalibrationTold& told) {
    CalibrationSettings settings;
    settings.samples = options.samples;
    settings.starts = options.starts;
    settings.seed = options.seed;
    settings.threads = options.threads;
    settings.leave_one_out = !options.no_leave_one_out;
    const FirstSignalAsks signals;
    std::stop_source stop;
    Listener listener{stop};
    auto calibration =
        calibrate(problem, settings, stop.get_token(),
                  [&](const CalibrationProgress& progress) { listener.hear(progress); });
    told.fit_s = listener.fit_s();
    told.leave_one_out_s = listener.leave_one_out_s();
    return value_or_give_up(std::move(calibration));
}

/// The cell of a calibration under the name of its file, with the charges of the table.
CellModel named_cell(const Calibration& calibration, const fs::path& output) {
    CellModel cell = calibration.cell;
    cell.design.name = output.stem().string();
    cell.charges.clear();
    for (const RateComparison& rate : calibration.rates) {
        const CapacityRow row{rate.rate_C, rate.measured_C};
        cell.charges.push_back({row.rate_C, row.total_charge_C()});
    }
    return cell;
}

void run_calibrate(const CalibrateOptions& options) {
    if (const auto free = NewFile{options.output}.check(); !free) give_up(free.error());
    CalibrationTold told{
        options.table, "", options.cell, options.fit, options.output, options.seed, 0, 0};
    if (told.cell.empty()) told.cell = builtin_cell_for(options.fit);
    const CellModel cell =
        prepared_for_fit(options.fit, value_or_give_up(find_cell_model(told.cell, ".")));
    auto parameters = value_or_give_up(find_fit_parameters(options.fit, cell));
    auto data = read_data(options, cell);
    if (!data.observations.empty()) told.observations = observations_of(options.table).string();
    const CalibrationProblem problem{cell, std::move(parameters), std::move(data)};
    const Calibration calibration = search(problem, options, told);
    const auto text =
        to_toml(named_cell(calibration, options.output), calibration_comment(calibration, told));
    if (const auto written = write_new_file(options.output, text); !written) {
        give_up(written.error());
    }
    fmt::print("{}", options.json ? calibration_json(calibration, told)
                                  : calibration_table(calibration, told));
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
    auto* command = app.add_subcommand("calibrate", "Fits the model to measured layer capacities");
    command->footer("Example: layerscope calibrate --table capacities.csv -o my-cell.toml");
    // Shared by the parser, which fills it, and the callback, which outlives this function.
    const auto options = std::make_shared<CalibrateOptions>();
    command
        ->add_option("--table", options->table,
                     "capacities (CSV: rate_C,layer1_mAh,layer2_mAh,…); T.observed.csv beside "
                     "T.csv holds what else was seen")
        ->required();
    command->add_option("--cell", options->cell,
                        "where all other numbers come from: a built-in cell or a TOML file");
    command->add_option("--fit", options->fit,
                        fmt::format("a set ({}) or names: {}", fmt::join(fit_set_names(), ", "),
                                    fmt::join(fit_parameter_names(), ", ")));
    command->add_option("--run", options->runs, "recorded runs whose potentials count too");
    command->add_option("--samples", options->samples, "of the prior")
        ->check(CLI::Range(1, 100000));
    command->add_option("--starts", options->starts, "best samples to refine")
        ->check(CLI::Range(1, 1000));
    command->add_option("--seed", options->seed, "of the samples");
    command->add_option("--threads", options->threads)->check(CLI::Range(1, 256));
    command->add_flag("--no-leave-one-out", options->no_leave_one_out,
                      "do not predict each rate from the others");
    command->add_option("-o", options->output, "the new cell file")->required();
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->callback([options] { run_calibrate(*options); });
}

}  // namespace layerscope
