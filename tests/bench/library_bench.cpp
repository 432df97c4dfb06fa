#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <stdexcept>

#include "core/library/run_library.h"
#include "core/store/run_writer.h"
#include "core/store/sql.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr int run_count = 1000;
constexpr int rows_a_layer = 1000;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().sentence};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

NewRun new_run() {
    const auto toml = must(builtin_cell_text("yan-2025"));
    const auto design = must(parse_cell_design(toml, "yan-2025"));
    NewRun run;
    run.name = "night";
    run.created = utc_now();
    run.station = must(
        parse_station(demonstration_station_toml(design, 502, "C-07"), "station.toml", fs::path{}));
    for (const StationChannel& channel : run.station.channels) {
        RunStream stream;
        stream.layer = channel.layer;
        stream.device = channel.device;
        stream.address = channel.address;
        stream.test_id = 7;
        run.streams.push_back(stream);
    }
    return run;
}

RowPage page(int layer) {
    RowPage made{layer, 7, utc_now(), {}};
    for (int i = 0; i < rows_a_layer; ++i) {
        RecordedRow row;
        row.seqid = i + 1;
        row.stepid = 1;
        row.cycleid = 1;
        row.steptype = "dc";
        row.testtime_ms = std::int64_t{i} * 10'000;
        row.current_A = -0.003;
        row.aux = {{"V1", 0.2}};
        made.rows.push_back(row);
    }
    return made;
}

void make_first_run(const fs::path& path) {
    auto writer = must(RunWriter::create(path, new_run()));
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) entries.emplace_back(page(layer));
    must(writer.commit(entries));
    must(writer.close("finish", utc_now(), RunWriter::Ending::for_good));
}

/// A thousand runs of which each has its own uuid; written long ago.
class Runs {
  public:
    Runs() {
        const fs::path first = folder / "first.lsrun";
        make_first_run(first);
        for (int i = 1; i < run_count; ++i) {
            const fs::path path = folder / fmt::format("{:04}.lsrun", i);
            fs::copy_file(first, path);
            must(must(Database::open(path, Database::Mode::write))
                     .execute(fmt::format("PRAGMA synchronous = OFF;"
                                          "UPDATE meta SET value = '{}' WHERE key = 'uuid'",
                                          make_uuid())));
        }
        const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours{1};
        for (const auto& entry : fs::directory_iterator{folder.path()}) {
            fs::last_write_time(entry, long_ago);
        }
    }
    const TemporaryFolder folder;
    const TemporaryFolder cache;
};

const Runs& runs() {
    static const Runs made;
    return made;
}

void list(benchmark::State& state, const fs::path& cache) {
    RunLibrary library{runs().folder.path(), cache};
    const auto first = must(library.list());  // fills the index, where there can be one
    if (first.size() != run_count || first.front().trouble) state.SkipWithError("runs are missing");
    for (auto _ : state) benchmark::DoNotOptimize(must(library.list()));
    state.SetItemsProcessed(state.iterations() * run_count);
}

void list_by_opening_each(benchmark::State& state) {
    list(state, "/dev/null/no-cache");
}

void list_from_index(benchmark::State& state) {
    list(state, runs().cache.path());
}

BENCHMARK(list_by_opening_each)
    ->Name("list_by_opening_each")
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(list_from_index)
    ->Name("list_from_index/list_by_opening_each")
    ->Unit(benchmark::kMillisecond)
    ->Repetitions(7)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace layerscope
