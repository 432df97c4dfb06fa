#include "ui/stored_run.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/acquire/absence.h"
#include "core/store/run_file.h"

namespace layerscope {
namespace {

constexpr std::size_t rows_at_once = 4096;

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

/// Before any row: who is away changes what the rows of the others combine to.
Result<void> take_absences(RunModel& run, const std::vector<RunEvent>& events) {
    for (const RunEvent& event : events) {
        if (event.kind != "away") continue;
        const auto away = read_absence(event);
        if (!away) return fail(away.error());
        run.apply(*away);
    }
    return {};
}

void take_event(RunModel& run, const RunEvent& event) {
    using Weight = ShownEvent::Weight;
    if (event.kind == "away") return;  // taken before the rows
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

Result<void> take_rows(RunModel& run, RunReader& reader, int layer) {
    std::vector<RecordedRow> rows;
    std::optional<UtcTime> newest;
    const auto flush = [&] {
        run.add_rows(layer, rows, newest);
        rows.clear();
    };
    auto read =
        reader.read_rows(layer, 0, [&](const RecordedRow& row, std::optional<UtcTime> arrival) {
            rows.push_back(row);
            newest = arrival;
            if (rows.size() == rows_at_once) flush();
        });
    flush();
    return read;
}

}  // namespace

Result<std::unique_ptr<RunModel>> load_run(const std::filesystem::path& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(std::move(reader).error());
    const auto streams = reader->streams();
    if (!streams) return fail(streams.error());
    const auto events = reader->events();
    if (!events) return fail(events.error());

    const RunInfo& info = reader->info();
    auto run = std::make_unique<RunModel>(info.station);
    run->accelerated = info.accelerated;
    for (const RunStream& stream : *streams) {
        run->apply(LayerOffset{stream.layer, stream.offset_ms});
        run->set_first_seqid(stream.layer, stream.first_seqid);
    }
    if (auto taken = take_absences(*run, *events); !taken) return fail(std::move(taken).error());
    for (const RunStream& stream : *streams)
        if (auto taken = take_rows(*run, *reader, stream.layer); !taken)
            return fail(std::move(taken).error());
    for (const RunEvent& event : *events) take_event(*run, event);

    run->opened = RunOpened{path, info.uuid, info.name, false, info.created};
    if (info.final_reason) run->finish(*info.final_reason);
    return run;
}

}  // namespace layerscope
