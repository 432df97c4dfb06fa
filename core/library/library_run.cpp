#include "core/library/library_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "core/analysis/stored_run.h"
#include "core/base/quantity.h"
#include "core/library/run_labels.h"
#include "core/store/run_file.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// The alarm that an `acknowledged` event means.
std::optional<std::int64_t> acknowledged_alarm(const RunEvent& event) {
    const Json detail = Json::parse(event.detail, nullptr, false);
    if (!detail.is_object() || !detail.contains("alarm")) return std::nullopt;
    const Json& alarm = detail.at("alarm");
    return alarm.is_number_integer() ? std::optional{alarm.get<std::int64_t>()} : std::nullopt;
}

void take_alarms(std::span<const RunEvent> events, LibraryRun& run) {
    std::set<std::int64_t> open;
    for (const RunEvent& event : events) {
        if (event.kind == "below_0V") {
            ++run.alarms;
            open.insert(event.id);
        } else if (event.kind == "acknowledged") {
            if (const auto alarm = acknowledged_alarm(event)) open.erase(*alarm);
        }
    }
    run.open_alarms = int(open.size());
}

void take_summary(const RunSummary& summary, LibraryRun& run) {
    for (const LayerSummary& layer : summary.layers) {
        run.capacity_mAh.push_back((layer.charge_C * units::C).in(units::mAh));
        run.length_s = std::max(run.length_s, layer.last_time_s);
        if (!layer.first_below_0V) continue;
        const double time_s = layer.first_below_0V->time_s;
        run.first_below_0V_s = std::min(run.first_below_0V_s.value_or(time_s), time_s);
    }
}

Result<void> take_folds(RunReader& reader, LibraryRun& run) {
    const auto restored = restore_run_folds(reader);
    if (!restored) return fail(restored.error());
    take_summary(restored->folds.analysis().summary(), run);
    run.rate = restored->folds.rate();
    return {};
}

Result<LibraryRun> read(const fs::path& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    const RunInfo& info = reader->info();
    LibraryRun run;
    run.path = path;
    run.uuid = info.uuid;
    run.name = info.name;
    run.cell = info.station.cell_name;
    run.origin = info.origin;
    run.created = info.created;
    run.final_reason = info.final_reason;
    run.copied = info.copied;
    const auto streams = reader->streams();
    if (!streams) return fail(streams.error());
    for (const RunStream& stream : *streams) run.rows += stream.rows;
    const auto events = reader->events();
    if (!events) return fail(events.error());
    take_alarms(*events, run);
    auto labels = labels_of(*events);
    run.tags = std::move(labels.tags);
    run.notes = std::move(labels.notes);
    if (auto folded = take_folds(*reader, run); !folded) return fail(folded.error());
    return run;
}

}  // namespace

LibraryRun read_library_run(const fs::path& path) {
    auto run = read(path);
    if (run) return std::move(*run);
    LibraryRun line;
    line.path = path;
    line.trouble = run.error().sentence;
    return line;
}

}  // namespace layerscope
