// Makes the data of `./dev bench store`: one and the same test in the formats that are compared.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/analysis/run_folds.h"
#include "core/base/number.h"
#include "core/store/run_schema.h"
#include "core/store/sql.h"
#include "tests/bench/bench_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr int data_version = 1;  // raised when other numbers are made

/// One sample of the whole cell, in the order of `column_names`.
struct Sample {
    std::int64_t time_ms = 0;
    std::vector<double> values;
};

std::vector<std::string> column_names() {
    std::vector<std::string> names;
    for (int layer = 1; layer <= bench_layers; ++layer) {
        names.push_back(fmt::format("voltage_{}_V", layer));
        names.push_back(fmt::format("current_{}_A", layer));
        if (has_reference(layer)) names.push_back(fmt::format("reference_{}_V", layer));
    }
    return names;
}

using SampleVisitor = std::function<Result<void>(const Sample&)>;

Result<void> for_each_sample(std::int64_t samples, Digits digits, const SampleVisitor& visit) {
    std::vector<LayerSignal> signals;
    for (int layer = 1; layer <= bench_layers; ++layer) signals.emplace_back(layer, digits);
    Sample sample;
    for (std::int64_t i = 0; i < samples; ++i) {
        sample.values.clear();
        for (int layer = 1; layer <= bench_layers; ++layer) {
            const LayerReading reading = signals[std::size_t(layer) - 1].next();
            sample.time_ms = reading.time_ms;
            sample.values.push_back(reading.voltage_V);
            sample.values.push_back(reading.current_A);
            if (has_reference(layer)) sample.values.push_back(reading.reference_V);
        }
        if (auto seen = visit(sample); !seen) return seen;
    }
    return {};
}

Result<void> finish(std::ofstream& out, const fs::path& path) {
    out.close();
    if (out) return {};
    return fail(ErrorKind::io,
                fmt::format("{}: cannot be written; is the disk full?", path.string()));
}

Result<void> write_csv(const fs::path& path, std::int64_t samples) {
    std::ofstream out{path, std::ios::binary};
    out << fmt::format("time_s,{}\n", fmt::join(column_names(), ","));
    const auto names = column_names();
    std::string line;
    auto done =
        for_each_sample(samples, Digits::decimal, [&](const Sample& sample) -> Result<void> {
            line = fmt::format("{:.2f}", double(sample.time_ms) / 1e3);
            for (std::size_t i = 0; i < sample.values.size(); ++i) {
                const int decimals = names[i].ends_with("_A") ? 6 : 4;
                fmt::format_to(std::back_inserter(line), ",{:.{}f}", sample.values[i], decimals);
            }
            line += '\n';
            out << line;
            return {};
        });
    if (!done) return done;
    return finish(out, path);
}

/// The binary format of Kst: a folder with a text that names the fields, and a file of doubles for
/// each.
Result<void> write_dirfile(const fs::path& folder, std::int64_t samples) {
    fs::create_directories(folder);
    std::ofstream format{folder / "format"};
    format << "/ENDIAN little\n";
    std::vector<std::ofstream> fields;
    for (const auto& name : column_names()) {
        format << name << " RAW FLOAT64 1\n";
        fields.emplace_back(folder / name, std::ios::binary);
    }
    auto done =
        for_each_sample(samples, Digits::decimal, [&](const Sample& sample) -> Result<void> {
            for (std::size_t i = 0; i < fields.size(); ++i) {
                fields[i].write(reinterpret_cast<const char*>(&sample.values[i]), sizeof(double));
            }
            return {};
        });
    for (auto& field : fields) {
        if (done) done = finish(field, folder);
    }
    if (!done) return done;
    return finish(format, folder);
}

/// What is simplest in SQLite, and smallest of the simple: a row a sample, its time as the row's
/// own number.
Result<void> write_rows(const fs::path& path, std::int64_t samples, Digits digits) {
    auto database = Database::open(path, Database::Mode::create);
    if (!database) return fail(database.error());
    const std::string table = fmt::format(
        "PRAGMA synchronous = OFF; CREATE TABLE sample(time_ms INTEGER PRIMARY KEY, "
        "{} REAL)",
        fmt::join(column_names(), " REAL, "));
    if (auto made = database->execute(table); !made) return made;
    std::string places = "?1";
    for (std::size_t i = 0; i < column_names().size(); ++i) places += fmt::format(", ?{}", i + 2);
    auto insert = database->prepare(fmt::format("INSERT INTO sample VALUES({})", places));
    if (!insert) return fail(insert.error());
    return database->transaction([&] {
        return for_each_sample(samples, digits, [&](const Sample& sample) {
            const auto& v = sample.values;
            return insert
                ->bind(sample.time_ms, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9])
                .run();
        });
    });
}

using Writer = std::function<Result<void>(const fs::path&, std::int64_t samples)>;

const std::map<std::string, Writer> writers = {
    {"csv", write_csv},
    {"dirfile", write_dirfile},
    {"rows",
     [](const fs::path& path, std::int64_t n) { return write_rows(path, n, Digits::decimal); }},
    {"rows-of-floats",
     [](const fs::path& path, std::int64_t n) { return write_rows(path, n, Digits::single); }},
    {"run", [](const fs::path& path,
               std::int64_t n) { return write_bench_run(path, n, Digits::decimal); }},
    {"run-of-floats",
     [](const fs::path& path, std::int64_t n) { return write_bench_run(path, n, Digits::single); }},
};

int usage() {
    fmt::print(stderr,
               "usage: store_data KIND PATH SAMPLES   writes the data of the bench\n"
               "       store_data columns             names of the ten columns\n"
               "       store_data version             changes when data made before are outdated\n"
               "KIND: csv, dirfile, rows, rows-of-floats, run, run-of-floats\n");
    return 2;
}

int make(int argc, char** argv) {
    const std::string kind = argc > 1 ? argv[1] : "";
    if (argc == 2 && kind == "columns") {
        for (const auto& name : column_names()) fmt::print("{}\n", name);
        return 0;
    }
    if (argc == 2 && kind == "version") {
        fmt::print("data {}, run file {}, folds {}\n", data_version, run_schema_version,
                   fold_version);
        return 0;
    }
    const auto writer = writers.find(kind);
    const auto samples = argc == 4 ? parse_integer(argv[3]) : std::nullopt;
    if (writer == writers.end() || !samples || *samples < 1) return usage();
    if (auto made = writer->second(argv[2], *samples); !made) {
        fmt::print(stderr, "store_data: {}\n", made.error().sentence);
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace layerscope

int main(int argc, char** argv) {
    return layerscope::make(argc, argv);
}
