#include "core/acquire/run_succession.h"

#include <algorithm>
#include <utility>

#include "core/acquire/run_identity.h"

namespace layerscope {

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
    if (const auto resumed = resume(now, **unfinished); !resumed) {
        return cannot_open(resumed.error().sentence);
    }
    return true;
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
    start(now, std::move(*writer), std::move(opened));
    layers_.place_rows(now);
    return true;
}

Result<void> RunSuccession::resume(SteadyTime now, const std::filesystem::path& path) {
    auto writer = RunWriter::resume(path);
    if (!writer) return fail(writer.error());
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    const auto crossings = layers_.resume_run(*reader);
    if (!crossings) return fail(crossings.error());
    const auto& info = reader->info();
    start(now, std::move(*writer), {path, info.uuid, info.name, true, utc_now()});
    for (const auto& crossing : *crossings) journal_.alarm(crossing);
    return {};
}

void RunSuccession::start(SteadyTime now, RunWriter writer, RunOpened opened) {
    layers_.start(now);
    uuid_ = opened.uuid;
    if (!trouble_.empty()) journal_.publish(RecordingTrouble{"", utc_now()});
    trouble_.clear();
    journal_.begin(std::move(writer), std::move(opened));
}

bool RunSuccession::cannot_open(const std::string& sentence) {
    if (std::exchange(trouble_, sentence) != sentence) {
        journal_.publish(RecordingTrouble{sentence, utc_now()});
    }
    return false;
}

}  // namespace layerscope
