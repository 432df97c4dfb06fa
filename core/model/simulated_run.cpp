#include "core/model/simulated_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "core/acquire/live_folds.h"
#include "core/acquire/run_journal.h"
#include "core/base/new_file.h"
#include "core/model/cell_meter.h"
#include "core/model/salt_exhaustion.h"
#include "core/store/run_writer.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t usual_port = 502;  // of the cycler that the station's text names
constexpr std::int64_t test_id = 1;
constexpr std::size_t most_rows_a_page = 2000;  // a commit costs a flush of the disk

NewRun new_run(const fs::path& path, Station station) {
    NewRun run;
    run.name = path.stem().string();
    run.origin = "simulated";
    run.created = utc_now();
    run.station = std::move(station);
    for (const StationChannel& channel : run.station.channels) {
        RunStream stream;
        stream.layer = channel.layer;
        stream.device = channel.device;
        stream.address = channel.address;
        stream.test_id = test_id;
        run.streams.push_back(std::move(stream));
    }
    return run;
}

bool is_finite(const RecordedRow& row) {
    return std::isfinite(row.voltage_V) && std::isfinite(row.current_A) &&
           std::isfinite(row.capacity_Ah) && std::isfinite(row.energy_Wh) &&
           std::all_of(row.aux.begin(), row.aux.end(),
                       [](const AuxValue& aux) { return std::isfinite(aux.value); });
}

/// Brings the moments of a test into a run file, a page of rows at a time.
class MomentWriter {
  public:
    MomentWriter(RunWriter writer, const NewRun& run, CellMeter meter)
        : writer_{std::move(writer)},
          folds_{run.station},
          meter_{std::move(meter)},
          began_{run.created},
          pages_(run.station.channels.size()) {}

    /// A failure is kept, and told by `finish`: the simulation cannot be stopped from here.
    void add(const SimulatedMoment& moment) {
        if (!state_) return;
        auto rows = meter_.read(moment);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            RecordedRow& row = rows[i].recorded;
            row.atime = wall_text(began_, rows[i].total_time_s);
            if (!is_finite(row)) {
                state_ = fail(ErrorKind::malformed,
                              fmt::format("the model has no finite values for layer {} at {:.1f} s;"
                                          " try a finer tolerance, or check the cell's parameters",
                                          i + 1, rows[i].total_time_s));
                return;
            }
            pages_[i].push_back(std::move(row));
        }
        if (pages_.front().size() >= most_rows_a_page) state_ = commit();
    }

    Result<void> finish(const std::vector<RunEvent>& events) {
        if (state_) state_ = commit();
        if (!state_) return state_;
        const std::vector<RunEntry> entries(events.begin(), events.end());
        if (auto told = writer_.commit(entries); !told) return told;
        if (auto state = folds_.state(writer_.next_event_id() - 1)) {
            const RunEntry last{std::move(*state)};
            if (auto kept = writer_.commit({&last, 1}); !kept) return kept;
        }
        return writer_.close("finish", utc_now(), RunWriter::Ending::for_good);
    }

  private:
    Result<void> commit() {
        std::vector<RunEntry> entries;
        for (std::size_t i = 0; i < pages_.size(); ++i) {
            const int layer = int(i) + 1;
            auto folded = folds_.add({layer, test_id, utc_now(), std::exchange(pages_[i], {})});
            std::move(folded.entries.begin(), folded.entries.end(), std::back_inserter(entries));
            for (const ZeroCrossing& crossing : folded.crossings) {
                entries.emplace_back(alarm_event(crossing));
            }
        }
        return writer_.commit(entries);
    }

    RunWriter writer_;
    LiveFolds folds_;
    CellMeter meter_;
    UtcTime began_;
    std::vector<std::vector<RecordedRow>> pages_;  // of layer k at k - 1, not yet committed
    Result<void> state_;
};

Result<RunWriter> begin_run(const fs::path& path, const NewRun& run) {
    auto writer = RunWriter::create(path, run);
    if (!writer) return writer;
    const std::string& cell = run.station.design.name;
    std::vector<RunEntry> entries{
        make_event("opened", 0, fmt::format("simulation of {} begins", cell))};
    for (const RunStream& stream : run.streams) {
        StreamUpdate update;
        update.layer = stream.layer;
        update.barcode = fmt::format("{}-L{}", cell, stream.layer);
        entries.emplace_back(std::move(update));
    }
    if (auto told = writer->commit(entries); !told) return fail(told.error());
    return writer;
}

}  // namespace

Result<SimulationOutcome> simulate_into_run(const WrittenCell& cell, const Protocol& protocol,
                                            const SimulatedRunSettings& settings) {
    const NewFile file{settings.path};
    if (auto free = file.check(); !free) return fail(free.error());
    const CellDesign& design = cell.model.design;
    auto station = parse_stored_station(
        demonstration_station_toml(design, usual_port, "simulated " + design.name), cell.toml,
        "the simulated station");
    if (!station) return fail(station.error());
    const NewRun run = new_run(settings.path, std::move(*station));

    auto writer = begin_run(file.part(), run);
    if (!writer) return fail(file.in_its_name(writer.error()));
    Result<SimulationOutcome> outcome;
    {
        MomentWriter moments{
            std::move(*writer), run,
            CellMeter{design,
                      protocol,
                      {.seed = settings.noise_seed, .truth = MeterSettings::Truth::recorded}}};
        outcome = simulate(cell.model.parameters, protocol, settings.solver,
                           [&](const SimulatedMoment& moment) {
                               moments.add(moment);
                               if (settings.visit) settings.visit(moment);
                           });
        if (!outcome) return outcome;
        std::vector<RunEvent> events;
        if (outcome->salt_exhausted) {
            events.push_back(make_event("note", 0, salt_exhaustion_sentence(design, *outcome)));
        }
        if (auto finished = moments.finish(events); !finished) {
            return fail(file.in_its_name(finished.error()));
        }
    }  // the file is closed now
    if (auto appeared = file.appear(); !appeared) return fail(appeared.error());
    return outcome;
}

}  // namespace layerscope
