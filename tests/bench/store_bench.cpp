// What `./dev bench store` measures within one process: each command prints its figures as one
// JSON object. tests/bench/store_bench.py runs them and judges.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/analysis/run_folds.h"
#include "core/analysis/stored_run.h"
#include "core/base/number.h"
#include "core/store/sql.h"
#include "tests/bench/bench_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// User and system time of this process, all threads.
double cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

double wall_s() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

// ---- compare: is every value of a run, bit by bit, that of the plain rows?

bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// What differs between a layer's rows and the columns of the table, as a sentence.
Result<std::int64_t> compare_layer(RunReader& reader, Database& database, int layer) {
    std::string columns = fmt::format("time_ms, voltage_{0}_V, current_{0}_A", layer);
    if (has_reference(layer)) columns += fmt::format(", reference_{}_V", layer);
    auto select = database.prepare(fmt::format("SELECT {} FROM sample ORDER BY time_ms", columns));
    if (!select) return fail(select.error());
    std::int64_t rows = 0;
    std::int64_t different = 0;
    auto read = reader.read_rows(layer, 0, [&](const RecordedRow& row, std::optional<UtcTime>) {
        const auto there = select->step();
        const bool same = there && *there && row.seqid * sample_period_ms == select->integer(0) &&
                          same_bits(row.voltage_V, select->real(1)) &&
                          same_bits(row.current_A, select->real(2)) &&
                          row.aux.size() == std::size_t(has_reference(layer)) &&
                          (row.aux.empty() || same_bits(row.aux[0].value, select->real(3)));
        ++rows;
        if (!same) ++different;
    });
    if (!read) return fail(read.error());
    const auto more = select->step();
    if (different > 0 || !more || *more) {
        return fail(ErrorKind::mismatch,
                    fmt::format("layer {}: {} of {} rows are not as in the table, or some are "
                                "missing",
                                layer, different, rows));
    }
    return rows;
}

Result<Json> compare(const fs::path& run, const fs::path& table) {
    auto reader = RunReader::open(run);
    if (!reader) return fail(reader.error());
    auto database = Database::open(table, Database::Mode::read);
    if (!database) return fail(database.error());
    std::int64_t values = 0;
    for (int layer = 1; layer <= bench_layers; ++layer) {
        const auto rows = compare_layer(*reader, *database, layer);
        if (!rows) return fail(rows.error());
        values += *rows * (has_reference(layer) ? 3 : 2);
    }
    return Json{{"values", values}};
}

// ---- refold: all numbers of a run from its rows

Result<Json> refold(const fs::path& run) {
    const double cpu_before_s = cpu_s();
    const double wall_before_s = wall_s();
    auto reader = RunReader::open(run);
    if (!reader) return fail(reader.error());
    const auto summary = analyse_stored_run(*reader);
    if (!summary) return fail(summary.error());
    std::int64_t rows = 0;
    for (const auto& layer : summary->layers) rows += layer.rows;
    return Json{
        {"rows", rows}, {"cpu_s", cpu_s() - cpu_before_s}, {"wall_s", wall_s() - wall_before_s}};
}

// ---- record: what a second of recording costs

struct Load {
    int files = 1;
    int streams = 1;  // of each file
    int rows = 1;     // of each stream, a second
    int seconds = 1;
};

/// Rows of ten columns as a cycler sends them: volts, amperes, charge, energy and six auxiliaries.
class TenColumns {
  public:
    explicit TenColumns(int layer) : signal_{layer, Digits::decimal} {}

    RecordedRow next(std::int64_t period_ms) {
        const LayerReading reading = signal_.next();
        RecordedRow row;
        row.seqid = ++seqid_;
        row.stepid = 1;
        row.cycleid = 1;
        row.steptype = "dc";
        row.testtime_ms = seqid_ * period_ms;
        row.atime = to_wall_text(WallTime{std::chrono::seconds{row.testtime_ms / 1000}});
        row.voltage_V = reading.voltage_V;
        row.current_A = reading.current_A;
        row.capacity_Ah = std::round(double(seqid_) * 9.3) / 1e9;
        row.energy_Wh = std::round(double(seqid_) * 34.1) / 1e9;
        row.aux = {{"V1", reading.reference_V}};
        // Temperatures with three decimals, each with noise of its own.
        for (const char* name : {"T1", "T2", "T3", "T4", "T5"}) {
            row.aux.push_back({name, 25 + std::round(signal_.next().voltage_V * 1e3) / 1e3});
        }
        return row;
    }

  private:
    LayerSignal signal_;
    std::int64_t seqid_ = 0;
};

/// One run file that is being recorded.
struct Recording {
    RunWriter writer;
    std::vector<TenColumns> sources;  // of layer k at k - 1
};

Result<std::vector<Recording>> begin(const fs::path& folder, const Load& load) {
    std::vector<Recording> recordings;
    for (int file = 1; file <= load.files; ++file) {
        auto writer = RunWriter::create(folder / fmt::format("recorded-{}.lsrun", file),
                                        new_bench_run(load.streams));
        if (!writer) return fail(writer.error());
        Recording recording{std::move(*writer), {}};
        for (int layer = 1; layer <= load.streams; ++layer) recording.sources.emplace_back(layer);
        recordings.push_back(std::move(recording));
    }
    return recordings;
}

std::vector<RunEntry> entries_of_a_second(Recording& recording, const Load& load) {
    const std::int64_t period_ms = 1000 / load.rows;
    std::vector<RunEntry> entries;
    for (std::size_t i = 0; i < recording.sources.size(); ++i) {
        FoldedPage folded{{int(i) + 1, 1, utc_now(), {}}, {}};
        for (int row = 0; row < load.rows; ++row) {
            folded.page.rows.push_back(recording.sources[i].next(period_ms));
            folded.soc.push_back(double(folded.page.rows.back().seqid) * 1e-8);
        }
        entries.emplace_back(std::move(folded));
    }
    return entries;
}

/// Commits as the recorder does: each second, with the state of the folds and a checkpoint each
/// minute. Making the rows is not counted.
Result<Json> record(const fs::path& folder, const Load& load) {
    auto recordings = begin(folder, load);
    if (!recordings) return fail(recordings.error());
    const FoldState state = RunFolds{new_bench_run().station}.save(0);
    double used_s = 0;
    std::vector<double> commit_s;
    for (int second = 1; second <= load.seconds; ++second) {
        for (Recording& recording : *recordings) {
            auto entries = entries_of_a_second(recording, load);
            const bool minute = second % 60 == 0;
            if (minute) entries.emplace_back(state);
            const double cpu_before_s = cpu_s();
            const double wall_before_s = wall_s();
            auto put = recording.writer.commit(entries);
            if (put && minute) put = recording.writer.checkpoint();
            if (!put) return fail(put.error());
            used_s += cpu_s() - cpu_before_s;
            commit_s.push_back(wall_s() - wall_before_s);
        }
    }
    std::sort(commit_s.begin(), commit_s.end());
    return Json{{"rows", std::int64_t{load.files} * load.streams * load.rows * load.seconds},
                {"cpu_share", used_s / load.seconds},
                {"commit_median_ms", commit_s[commit_s.size() / 2] * 1e3},
                {"commit_longest_ms", commit_s.back() * 1e3}};
}

// ---- the command line

std::optional<Load> parse_load(char** words) {
    std::vector<int> numbers;
    for (int i = 0; i < 4; ++i) {
        const auto number = parse_integer(words[i]);
        if (!number || *number < 1 || *number > 1'000'000) return std::nullopt;
        numbers.push_back(int(*number));
    }
    return Load{numbers[0], numbers[1], numbers[2], numbers[3]};
}

int usage() {
    fmt::print(stderr,
               "usage: store_bench compare RUN TABLE\n"
               "       store_bench refold RUN\n"
               "       store_bench record FOLDER FILES STREAMS ROWS_A_SECOND SECONDS\n");
    return 2;
}

int measure(int argc, char** argv) {
    const std::string command = argc > 1 ? argv[1] : "";
    Result<Json> figures;
    if (command == "compare" && argc == 4) {
        figures = compare(argv[2], argv[3]);
    } else if (command == "refold" && argc == 3) {
        figures = refold(argv[2]);
    } else if (command == "record" && argc == 7) {
        const auto load = parse_load(argv + 3);
        if (!load) return usage();
        figures = record(argv[2], *load);
    } else {
        return usage();
    }
    if (!figures) {
        fmt::print(stderr, "store_bench: {}\n", figures.error().sentence);
        return 1;
    }
    fmt::print("{}\n", figures->dump());
    return 0;
}

}  // namespace
}  // namespace layerscope

int main(int argc, char** argv) {
    return layerscope::measure(argc, argv);
}
