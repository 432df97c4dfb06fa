#include "core/acquire/run_succession.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/acquire/run_identity.h"

namespace layerscope {
namespace {

/// `12 345`
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    constexpr std::size_t group = 3;
    for (auto at = digits.size(); at > group;) digits.insert(at -= group, 1, ' ');
    return digits;
}

/// Arrival of the newest row of all layers; nullopt where the file does not say.
Result<std::optional<UtcTime>> newest_arrival(RunReader& reader,
                                              const std::vector<RunStream>& streams) {
    std::optional<UtcTime> newest;
    const auto take = [&](const RecordedRow&, std::optional<UtcTime> arrival) {
        if (arrival) newest = std::max(newest.value_or(*arrival), *arrival);
    };
    for (const RunStream& stream : streams) {
        if (!stream.last_row) continue;
        auto read = reader.read_rows(stream.layer, stream.last_row->seqid - 1, take, 1);
        if (!read) return fail(read.error());
    }
    return newest;
}

/// The recorder ended without closing the run: killed, or the power failed.
Result<bool> was_cut_off(RunReader& reader) {
    const auto events = reader.events();
    if (!events) return fail(events.error());
    bool is_open = false;  // notes and acknowledgements may follow on the close
    for (const RunEvent& event : *events) {
        if (event.kind == "opened" || event.kind == "resumed") is_open = true;
        if (event.kind == "closed") is_open = false;
    }
    return is_open;
}

/// What a run that goes on has already.
Result<std::string> recovered_sentence(RunReader& reader) {
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    std::int64_t rows = 0;
    int layers = 0;
    for (const RunStream& stream : *streams) {
        rows += stream.rows;
        if (stream.rows > 0) ++layers;
    }
    const auto newest = newest_arrival(reader, *streams);
    if (!newest) return fail(newest.error());
    const auto cut_off = was_cut_off(reader);
    if (!cut_off) return fail(cut_off.error());
    std::string sentence = "recording goes on: ";
    sentence += rows == 0 ? "no row is there yet"
                          : fmt::format("{} {} of {} {} are there", grouped(rows),
                                        rows == 1 ? "row" : "rows", layers,
                                        layers == 1 ? "layer" : "layers");
    if (*newest) sentence += fmt::format(", the newest of {}", to_iso8601(**newest, 0));
    if (*cut_off) sentence += "; it had been cut off";
    return sentence;
}

}  // namespace

bool RunSuccession::open_first(SteadyTime now) {
    std::vector<std::int64_t> test_ids;
    for (const auto& each : layers_) test_ids.push_back(each.test_id());
    const auto known =
        std::count_if(test_ids.begin(), test_ids.end(), [](auto id) { return id != 0; });
    if (known == 0) return false;
    if (!first_contact_) first_contact_ = now;
    const bool all = std::size_t(known) == test_ids.size();
    if (!all && now - *first_contact_ < settings_.patience) return false;
    const auto unfinished = find_unfinished(settings_.folder, station_, test_ids, settings_.name);
    if (!unfinished) return cannot_open(unfinished.error().sentence);
    if (!*unfinished) return open_unrelated(now);
    const auto resumed = resume(now, **unfinished);
    if (resumed) return true;
    switch (resumed.error().kind) {
        case ErrorKind::unsupported:
            return open_after(now, **unfinished);
        case ErrorKind::malformed:
            return open_beside(now, **unfinished, resumed.error());
        default:
            return cannot_open(resumed.error().sentence);
    }
}

bool RunSuccession::open_successor(SteadyTime now) {
    return open_new(now, uuid_);
}

bool RunSuccession::open_unrelated(SteadyTime now) {
    return open_new(now, std::nullopt);
}

bool RunSuccession::open_new(SteadyTime now, std::optional<std::string> predecessor_uuid) {
    NewRun run;
    run.created = utc_now();
    run.name = settings_.name.value_or(default_run_name(station_, run.created));
    run.station = station_;
    run.predecessor_uuid = std::move(predecessor_uuid);
    run.accelerated = settings_.accelerated;
    for (const auto& each : layers_) run.streams.push_back(each.next_stream());
    const auto path = free_run_path(settings_.folder, run.name);
    auto writer = RunWriter::create(path, run);
    if (!writer) return cannot_open(writer.error().sentence);
    layers_.begin_run(run.streams);
    const auto uuid = writer->uuid();
    RunOpened opened{path, uuid, run.name, false, utc_now()};
    for (const auto& stream : run.streams) opened.first_seqid.push_back(stream.first_seqid);
    auto sentence = fmt::format("recording {} begins", run.name);
    start(now, std::move(*writer), std::move(opened), std::move(sentence));
    layers_.store_state(now);
    layers_.place_rows(now);
    return true;
}

/// A file of an earlier version stays as it is: a new run begins at the next row of each channel.
bool RunSuccession::open_after(SteadyTime now, const std::filesystem::path& path) {
    auto reader = RunReader::open(path);
    if (!reader) return cannot_open(reader.error().sentence);
    const auto streams = reader->streams();
    if (!streams) return cannot_open(streams.error().sentence);
    for (const auto& stream : *streams) layers_.at(stream.layer).resume(stream);
    if (!open_new(now, reader->info().uuid)) return false;
    journal_.event(make_event(
        "note", 0,
        fmt::format("the rows before are in {}, a file of an earlier version that stays as it is",
                    path.filename().string())));
    return true;
}

/// A recording must not wait for somebody who repairs a file.
bool RunSuccession::open_beside(SteadyTime now, const std::filesystem::path& damaged,
                                const Error& error) {
    if (!open_unrelated(now)) return false;
    journal_.event(make_event(
        "note", 0,
        fmt::format("{} is damaged where it would go on and stays as it is ({}); this run begins "
                    "with all rows that the cycler still has",
                    damaged.filename().string(), error.sentence)));
    return true;
}

Result<void> RunSuccession::resume(SteadyTime now, const std::filesystem::path& path) {
    auto writer = RunWriter::resume(path);
    if (!writer) return fail(writer.error());
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    const auto crossings = layers_.resume_run(*reader);
    if (!crossings) return fail(crossings.error());
    auto recovered = recovered_sentence(*reader);
    if (!recovered) return fail(recovered.error());
    const auto& info = reader->info();
    start(now, std::move(*writer), {path, info.uuid, info.name, true, utc_now()},
          std::move(*recovered));
    for (const auto& crossing : *crossings) journal_.alarm(crossing);
    layers_.store_state(now);
    return {};
}

void RunSuccession::start(SteadyTime now, RunWriter writer, RunOpened opened,
                          std::string sentence) {
    layers_.start(now);
    uuid_ = opened.uuid;
    if (!trouble_.empty()) journal_.publish(RecordingTrouble{"", utc_now()});
    trouble_.clear();
    journal_.begin(std::move(writer), std::move(opened), std::move(sentence));
}

bool RunSuccession::cannot_open(const std::string& sentence) {
    if (std::exchange(trouble_, sentence) != sentence) {
        journal_.publish(RecordingTrouble{sentence, utc_now()});
    }
    return false;
}

}  // namespace layerscope
