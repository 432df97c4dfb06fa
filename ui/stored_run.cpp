#include "ui/stored_run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/analysis/stored_run.h"
#include "core/store/run_file.h"
#include "ui/number_text.h"

namespace layerscope {
namespace {

/// A number of an event's detail; nullopt where it is null, missing or something else.
std::optional<double> number_in(const nlohmann::json& detail, const char* key) {
    const auto found = detail.find(key);
    if (found == detail.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

nlohmann::json detail_of(const RunEvent& event) {
    auto detail = nlohmann::json::parse(event.detail, nullptr, false);
    return detail.is_object() ? detail : nlohmann::json::object();
}

AlarmRaised alarm_of(const RunEvent& event, const nlohmann::json& detail) {
    AlarmRaised alarm;
    alarm.id = event.id;
    alarm.kind = event.kind;
    alarm.layer = event.layer;
    alarm.device_time_s = event.device_time_s.value_or(0);
    alarm.potential_V = number_in(detail, "potential_V").value_or(0);
    alarm.charge_mAh = number_in(detail, "charge_mAh").value_or(0);
    alarm.at = event.at;
    return alarm;
}

void take_event(RunModel& run, const RunEvent& event) {
    using Weight = ShownEvent::Weight;
    if (event.kind == "away") return;  // the folds have it
    const auto detail = detail_of(event);
    if (event.kind == "below_0V") return run.apply(alarm_of(event, detail));
    if (event.kind == "acknowledged") {
        const auto alarm = number_in(detail, "alarm");
        const auto user = detail.find("user");
        if (alarm && user != detail.end() && user->is_string())
            return run.apply(
                AlarmAcknowledged{std::int64_t(*alarm), user->get<std::string>(), event.at});
    }
    const Weight weight = event.kind == "gap"    ? Weight::warning
                          : event.kind == "note" ? Weight::info
                                                 : Weight::plain;
    run.add_event(
        {.weight = weight, .time_s = event.device_time_s, .text = event.text, .at = event.at});
}

/// The run after its newest row. Its rows are read only where the file holds no folds of ours.
Result<std::unique_ptr<RunModel>> restore(RunReader& reader,
                                          const std::vector<RunStream>& streams) {
    const Station& station = reader.info().station;
    RunCurves from_rows{station};
    for (const RunStream& stream : streams) from_rows.set_offset_ms(stream.layer, stream.offset_ms);
    auto restored =
        restore_run_folds(reader, {[&](const LayerPoint& point) { from_rows.add(point); },
                                   [&](const SpreadPoint& point) { from_rows.add(point); }});
    if (!restored) return fail(std::move(restored).error());
    if (!restored->from_state)
        return std::make_unique<RunModel>(station, std::move(restored->folds),
                                          std::move(from_rows));
    auto stored = RunCurves::open(reader);
    if (!stored) return fail(std::move(stored).error());
    return std::make_unique<RunModel>(station, std::move(restored->folds), std::move(*stored));
}

/// The newest row says when it came: a run that is gone on with shows the age of its values.
Result<void> date_rows(RunModel& run, RunReader& reader) {
    for (int layer = 1; layer <= run.layer_count(); ++layer) {
        const auto& newest = run.newest(layer);
        if (!newest) continue;
        const auto read = reader.read_rows(
            layer, newest->seqid - 1,
            [&](const RecordedRow&, std::optional<UtcTime> arrival) {
                if (arrival) run.set_row_arrival(layer, *arrival);
            },
            1);
        if (!read) return fail(read.error());
    }
    return {};
}

void take_damage(RunModel& run, const RunReader& reader) {
    for (const DamagedRows& rows : reader.damage())
        run.add_event({.weight = ShownEvent::Weight::warning,
                       .time_s = run.newest_s(),
                       .text = fmt::format("Layer {}: rows {} to {} damaged", rows.layer,
                                           rows.from_seqid, rows.to_seqid),
                       .detail = rows.sentence});
}

/// It is being recorded, or was cut off.
ShownEvent not_closed(const RunModel& run, const std::vector<RunEvent>& events) {
    const double newest_s = run.newest_s().value_or(0);
    ShownEvent event;
    event.weight = ShownEvent::Weight::warning;
    event.time_s = run.newest_s();
    event.text = "Recording was not closed";
    event.detail =
        fmt::format("{} rows of {} layers are there, the newest at {} of the test", run.row_count(),
                    run.layer_count(), hours_text(newest_s, true).toStdString());
    if (!events.empty()) event.at = events.back().at;
    return event;
}

}  // namespace

Result<std::unique_ptr<RunModel>> load_run(const std::filesystem::path& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(std::move(reader).error());
    const auto streams = reader->streams();
    if (!streams) return fail(streams.error());
    const auto events = reader->events();
    if (!events) return fail(events.error());

    auto run = restore(*reader, *streams);
    if (!run) return run;
    const RunInfo& info = reader->info();
    if (!info.final_reason)  // nothing ages once a run has ended
        if (auto dated = date_rows(**run, *reader); !dated) return fail(std::move(dated).error());
    for (const RunEvent& event : *events) take_event(**run, event);
    take_damage(**run, *reader);

    (*run)->accelerated = info.accelerated;
    (*run)->opened = RunOpened{path, info.uuid, info.name, false, info.created};
    if (info.final_reason)
        (*run)->finish(*info.final_reason);
    else if (events->empty() || events->back().kind != "closed")
        (*run)->not_closed = not_closed(**run, *events);
    return run;
}

}  // namespace layerscope
