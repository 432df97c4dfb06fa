#include "tests/bench/bench_run.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "core/acquire/live_folds.h"

namespace layerscope {
namespace {

constexpr std::int64_t test_id = 1;
constexpr std::int64_t rows_a_commit = 2 * rows_of_block;  // of each layer
constexpr std::int64_t rows_a_checkpoint = 100 * rows_a_commit;
constexpr UtcTime began{std::chrono::microseconds{1'795'370'000'000'000}};

UtcTime at(std::int64_t time_ms) {
    return began + std::chrono::milliseconds{time_ms};
}

/// The channels of a run, reading on and on.
class Channels {
  public:
    explicit Channels(Digits digits) {
        for (int layer = 1; layer <= bench_layers; ++layer) signals_.emplace_back(layer, digits);
    }

    RecordedRow next(int layer, std::int64_t seqid) {
        const LayerReading reading = signals_[std::size_t(layer) - 1].next();
        RecordedRow row;
        row.seqid = seqid;
        row.stepid = reading.step;
        row.cycleid = (reading.step + 1) / 2;
        row.steptype = reading.step % 2 == 1 ? "dc" : "cc";
        row.testtime_ms = reading.in_step_ms;
        row.atime = wall_text(reading.time_ms);
        row.voltage_V = reading.voltage_V;
        row.current_A = reading.current_A;
        if (has_reference(layer)) row.aux = {{"V1", reading.reference_V}};
        return row;
    }

  private:
    const std::string& wall_text(std::int64_t time_ms) {
        const auto second = std::chrono::floor<std::chrono::seconds>(at(time_ms));
        if (second != second_) {
            second_ = second;
            text_ = to_wall_text(WallTime{second.time_since_epoch()});
        }
        return text_;
    }

    std::vector<LayerSignal> signals_;
    std::chrono::sys_seconds second_{};
    std::string text_;
};

}  // namespace

NewRun new_bench_run(int streams) {
    const auto cell = builtin_cell_text("yan-2025").value();
    const auto design = parse_cell_design(cell, "yan-2025").value();
    constexpr std::uint16_t port = 502;
    NewRun run;
    run.name = "bench";
    run.origin = "simulated";
    run.created = began;
    run.station = parse_stored_station(demonstration_station_toml(design, port, run.name), cell,
                                       "the station of the bench")
                      .value();
    for (int layer = 1; layer <= streams; ++layer) {
        const auto& channel =
            run.station.channels[std::size_t(layer - 1) % run.station.channels.size()];
        RunStream stream;
        stream.layer = layer;
        stream.device = channel.device;
        stream.address = channel.address;
        stream.test_id = test_id;
        run.streams.push_back(stream);
    }
    return run;
}

Result<void> write_bench_run(const std::filesystem::path& path, std::int64_t samples,
                             Digits digits) {
    const NewRun run = new_bench_run();
    auto writer = RunWriter::create(path, run);
    if (!writer) return fail(writer.error());
    Channels channels{digits};
    LiveFolds folds{run.station};
    for (std::int64_t done = 0; done < samples;) {
        const std::int64_t rows = std::min(rows_a_commit, samples - done);
        std::vector<RunEntry> entries;
        for (int layer = 1; layer <= bench_layers; ++layer) {
            RowPage page{layer, test_id, at((done + rows) * sample_period_ms), {}};
            page.rows.reserve(std::size_t(rows));
            for (std::int64_t i = 1; i <= rows; ++i) {
                page.rows.push_back(channels.next(layer, done + i));
            }
            auto folded = folds.add(std::move(page));
            std::move(folded.entries.begin(), folded.entries.end(), std::back_inserter(entries));
        }
        done += rows;
        if (done == samples) entries.emplace_back(folds.state(0).value());
        auto put = writer->commit(entries);
        if (put && done % rows_a_checkpoint == 0) put = writer->checkpoint();
        if (!put) return put;
    }
    return writer->close("finish", utc_now(), RunWriter::Ending::for_good);
}

}  // namespace layerscope
