#include "core/acquire/run_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/acquire/absence.h"
#include "core/acquire/layer_state.h"
#include "core/acquire/live_folds.h"
#include "core/acquire/run_clock.h"
#include "core/acquire/run_identity.h"
#include "core/acquire/run_journal.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// The recorder's room below which no rows are asked for: one page of 1000 rows for each of 16
// layers still fits then, and events and snapshots have the rest.
constexpr std::size_t row_reserve = 20'000;

constexpr std::chrono::minutes clock_sample_period{1};

}  // namespace

class RunKeeper::Impl {
  public:
    Impl(Station station, Settings settings);

    std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& reports,
                                                bool fresh_link);
    bool accept(RowPage page);
    void snapshot(Snapshot now);
    void link(LinkReport report);
    void note(int layer, std::string sentence);
    void interrupt();

    RunJournal& journal() { return journal_; }

  private:
    enum class Phase {
        waiting,    // no channel has told its test
        recording,  //
        closing,    // the writer ends the run; a successor follows
        ending,     // the same, but the test is over
        over,       // until a new test
    };

    void hear(ChannelReport report, bool fresh_link);
    void tell_state(LayerState& layer, const ChannelReport& report);
    void compare(LayerState& layer);
    void leave_test(LayerState& layer, const std::string& why);
    std::optional<FollowFrom> answer(const ChannelReport& report) const;

    void judge();
    void judge_recording();
    bool change_is_due() const;
    void end_run(const std::string& reason, Phase next);
    std::string final_word() const;

    void open_first();
    void open_new(std::optional<std::string> predecessor);
    Result<void> try_resume(const fs::path& path);
    Result<void> restore_streams(RunReader& reader);
    void begin_run(RunWriter writer, RunOpened opened);
    void cannot_open(const std::string& sentence);

    void place_on_clock();
    void store(LayerState& layer, RowPage page);
    void judge_presence();

    LayerState& layer(int number) { return layers_.at(std::size_t(number) - 1); }
    const LayerState& layer(int number) const { return layers_.at(std::size_t(number) - 1); }
    bool has_room() const { return journal_.recorder().room() >= row_reserve; }

    const Station station_;
    const Settings settings_;
    RunJournal journal_;
    std::vector<LayerState> layers_;
    LiveFolds folds_;
    RunClock clock_;
    Phase phase_ = Phase::waiting;
    SteadyTime now_{};
    std::optional<SteadyTime> first_contact_;
    std::optional<SteadyTime> changed_since_;
    std::string uuid_;
    std::string name_;
    std::string trouble_;  // why no run file could be opened, already told
    std::uint64_t unstored_snapshots_ = 0;
    std::set<std::pair<int, std::string>> noted_;
};

RunKeeper::Impl::Impl(Station station, Settings settings)
    : station_{std::move(station)},
      settings_{std::move(settings)},
      journal_{settings_.listener, settings_.screen_capacity, settings_.recorder},
      folds_{station_} {
    for (const auto& channel : station_.channels) {
        layers_.emplace_back();
        layers_.back().channel = channel;
        layers_.back().poll = station_.device(channel.device).poll;
    }
}

// ---- what the channels say -------------------------------------------------------------------

std::vector<std::optional<FollowFrom>> RunKeeper::Impl::plan(
    const std::vector<ChannelReport>& reports, bool fresh_link) {
    now_ = settings_.now();
    for (const auto& report : reports) hear(report, fresh_link);
    judge();
    std::vector<std::optional<FollowFrom>> answers;
    for (const auto& report : reports) answers.push_back(answer(report));
    return answers;
}

void RunKeeper::Impl::hear(ChannelReport report, bool fresh_link) {
    auto& of = layer(report.layer);
    tell_state(of, report);
    if (report.status == "false") return;  // an answer, but none about the channel
    const auto pinned = of.channel.test_id;
    if (pinned && report.test_id != 0 && report.test_id != *pinned) {
        note(of.channel.layer,
             fmt::format("channel {} of layer {} holds test {}, but the station asks for test {}; "
                         "correct test_id in the station file",
                         to_text(of.channel.address), of.channel.layer, report.test_id, *pinned));
        report.test_id = 0;
    }
    of.report = std::move(report);
    of.seen = now_;
    if (fresh_link) of.follower.distrust();
    if (phase_ != Phase::waiting) compare(of);
    const bool stored = journal_.recorder().committed_rows(of.channel.layer) >= of.rows;
    of.finished_polls = of.at_end() && stored ? of.finished_polls + 1 : 0;
}

void RunKeeper::Impl::tell_state(LayerState& of, const ChannelReport& report) {
    journal_.publish(report);
    if (of.told_status == report.status && of.told_test_id == report.test_id) return;
    of.told_status = report.status;
    of.told_test_id = report.test_id;
    journal_.event(make_event(
        "state", of.channel.layer,
        fmt::format("layer {}: {}, test {}", of.channel.layer, report.status, report.test_id),
        state_detail(report)));
}

/// Holds the channel's report against the test that the run follows.
void RunKeeper::Impl::compare(LayerState& of) {
    const auto& report = *of.report;
    if (of.changed || report.test_id == 0) return;
    if (of.follower.test_id() == 0) {
        of.follower.begin(report.test_id);
        clock_.add_channel(of.channel.layer, report.test_id, 1);
        journal_.recorder().add(StreamUpdate{of.channel.layer, report.test_id, {}, {}});
    } else if (report.test_id != of.follower.test_id()) {
        leave_test(of, fmt::format("layer {}: test {} follows on test {}", of.channel.layer,
                                   report.test_id, of.follower.test_id()));
    } else if (of.follower.contradicts(report.count)) {
        leave_test(
            of,
            fmt::format("layer {}: test {} has {} rows now where {} were stored; taken as "
                        "a new run",
                        of.channel.layer, report.test_id, report.count, of.follower.last_seqid()));
        of.rest_done = true;
    }
}

void RunKeeper::Impl::leave_test(LayerState& of, const std::string& why) {
    of.changed = true;
    of.rest_done = false;
    if (!changed_since_) changed_since_ = now_;
    note(of.channel.layer, why);
}

std::optional<FollowFrom> RunKeeper::Impl::answer(const ChannelReport& report) const {
    const auto& of = layer(report.layer);
    if (phase_ != Phase::recording || report.status == "false" || !of.held.empty() || !has_room()) {
        return std::nullopt;
    }
    if (of.changed) {  // the rest of the test that is over, until an empty page says that it is all
        if (of.rest_done) return std::nullopt;
        return of.follower.next(std::numeric_limits<std::int64_t>::max());
    }
    if (of.follower.test_id() == 0 || of.test_id() != of.follower.test_id()) return std::nullopt;
    return of.follower.next(report.count);
}

// ---- which run is open -----------------------------------------------------------------------

void RunKeeper::Impl::judge() {
    switch (phase_) {
        case Phase::waiting:
            open_first();
            break;
        case Phase::recording:
            judge_recording();
            break;
        case Phase::closing:
            if (journal_.recorder().idle()) open_new(uuid_);
            break;
        case Phase::ending:
            if (journal_.recorder().idle()) phase_ = Phase::over;
            break;
        case Phase::over:
            if (change_is_due()) open_new(std::nullopt);
            break;
    }
}

void RunKeeper::Impl::judge_recording() {
    place_on_clock();
    judge_presence();
    if (unstored_snapshots_ != 0 && has_room()) {
        journal_.event(make_event("note", 0,
                                  fmt::format("{} live values were not stored for want of room",
                                              std::exchange(unstored_snapshots_, 0))));
    }
    if (change_is_due()) {
        const bool waited = now_ - *changed_since_ >= settings_.patience;
        const bool rest_done = std::all_of(layers_.begin(), layers_.end(), [](const auto& each) {
            return !each.changed || each.rest_done;
        });
        if (rest_done || waited) {
            journal_.event(make_event("superseded", 0, "other tests run now; a new run follows"));
            end_run("superseded", Phase::closing);
        }
        return;
    }
    if (std::all_of(layers_.begin(), layers_.end(),
                    [](const auto& each) { return each.finished_polls >= 2; })) {
        end_run(final_word(), Phase::ending);
    }
}

/// Channels are started one after the other; those that follow within the patience go together.
bool RunKeeper::Impl::change_is_due() const {
    if (!changed_since_) return false;
    return now_ - *changed_since_ >= settings_.patience ||
           std::all_of(layers_.begin(), layers_.end(),
                       [](const auto& each) { return each.changed; });
}

void RunKeeper::Impl::end_run(const std::string& reason, Phase next) {
    journal_.recorder().close(reason, RunWriter::Ending::for_good);
    phase_ = next;
}

std::string RunKeeper::Impl::final_word() const {
    for (const char* word : {"protect", "stop"}) {
        for (const auto& each : layers_) {
            if (each.report->status == word) return word;
        }
    }
    return "finish";
}

void RunKeeper::Impl::open_first() {
    std::vector<std::int64_t> test_ids;
    for (const auto& each : layers_) test_ids.push_back(each.test_id());
    const auto known =
        std::count_if(test_ids.begin(), test_ids.end(), [](auto id) { return id != 0; });
    if (known == 0) return;
    if (!first_contact_) first_contact_ = now_;
    const bool all = std::size_t(known) == test_ids.size();
    if (!all && now_ - *first_contact_ < settings_.patience) return;
    const auto unfinished = find_unfinished(settings_.folder, station_, test_ids, settings_.name);
    if (!unfinished) return open_new(std::nullopt);
    if (const auto resumed = try_resume(*unfinished); !resumed) {
        cannot_open(resumed.error().sentence);
    }
}

void RunKeeper::Impl::open_new(std::optional<std::string> predecessor) {
    NewRun run;
    run.created = utc_now();
    run.name = settings_.name.value_or(default_run_name(station_, run.created));
    run.station = station_;
    run.predecessor_uuid = std::move(predecessor);
    for (const auto& each : layers_) {
        RunStream stream;
        stream.layer = each.channel.layer;
        stream.device = each.channel.device;
        stream.address = each.channel.address;
        // A channel that kept its test goes on at its next row; the rows before have their file.
        const bool anew = each.changed || each.follower.test_id() == 0;
        stream.test_id = anew ? each.test_id() : each.follower.test_id();
        stream.first_seqid = anew ? 1 : each.follower.last_seqid() + 1;
        stream.offset_known = false;
        run.streams.push_back(stream);
    }
    const auto path = free_run_path(settings_.folder, run.name);
    auto writer = RunWriter::create(path, run);
    if (!writer) return cannot_open(writer.error().sentence);
    folds_ = LiveFolds{station_};
    clock_ = {};
    for (const auto& stream : run.streams) {
        auto& of = layer(stream.layer);
        if (stream.first_seqid == 1) of.follower.begin(stream.test_id);
        of.rows = 0;
        of.offset_known = false;
        folds_.set_first_seqid(stream.layer, stream.first_seqid);
        clock_.add_channel(stream.layer, stream.test_id, stream.first_seqid);
    }
    const auto uuid = writer->uuid();
    RunOpened opened{path, uuid, run.name, false, utc_now()};
    for (const auto& stream : run.streams) opened.first_seqid.push_back(stream.first_seqid);
    begin_run(std::move(*writer), std::move(opened));
    place_on_clock();
}

Result<void> RunKeeper::Impl::try_resume(const fs::path& path) {
    auto writer = RunWriter::resume(path);
    if (!writer) return fail(writer.error());
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    folds_ = LiveFolds{station_};
    clock_ = {};
    if (auto restored = restore_streams(*reader); !restored) return restored;
    auto crossings = folds_.restore(*reader);
    if (!crossings) return fail(crossings.error());
    const auto& info = reader->info();
    begin_run(std::move(*writer), {path, info.uuid, info.name, true, utc_now()});
    for (const auto& crossing : *crossings) journal_.alarm(crossing);
    for (auto& each : layers_) {
        if (each.report) compare(each);
    }
    return {};
}

Result<void> RunKeeper::Impl::restore_streams(RunReader& reader) {
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    for (const auto& stream : *streams) {
        auto& of = layer(stream.layer);
        if (stream.last_row) {
            of.follower.resume(stream.test_id, *stream.last_row);
        } else {
            of.follower.begin(stream.test_id, stream.first_seqid);
        }
        of.rows = stream.rows;
        of.offset_known = stream.offset_known;
        clock_.add_channel(stream.layer, stream.test_id, stream.first_seqid);
        if (stream.offset_known) clock_.restore(stream.layer, stream.offset_ms);
        const auto first = [&](const RecordedRow& row, const std::optional<UtcTime>&) {
            clock_.first_row(stream.layer, row);
        };
        if (auto read = reader.read_rows(stream.layer, 0, first, 1); !read) return read;
    }
    return {};
}

void RunKeeper::Impl::begin_run(RunWriter writer, RunOpened opened) {
    for (auto& each : layers_) {
        each.changed = false;
        each.held.clear();
        each.finished_polls = 0;
        if (!each.report) each.seen = now_;
    }
    changed_since_.reset();
    noted_.clear();
    uuid_ = opened.uuid;
    phase_ = Phase::recording;
    if (!trouble_.empty()) journal_.publish(RecordingTrouble{"", utc_now()});
    trouble_.clear();
    journal_.begin(std::move(writer), std::move(opened));
}

/// Tried again with each poll; told once.
void RunKeeper::Impl::cannot_open(const std::string& sentence) {
    if (std::exchange(trouble_, sentence) == sentence) return;
    journal_.publish(RecordingTrouble{sentence, utc_now()});
}

// ---- rows ------------------------------------------------------------------------------------

bool RunKeeper::Impl::accept(RowPage page) {
    now_ = settings_.now();
    auto& of = layer(page.layer);
    if (phase_ != Phase::recording || page.test_id != of.follower.test_id() ||
        journal_.recorder().room() == 0) {
        return false;
    }
    const bool was_empty = page.rows.empty();
    auto taken = of.follower.take(std::move(page.rows));
    if (taken.other_content) {
        leave_test(of,
                   fmt::format("layer {}: test {} shows another row {} than was stored; taken as "
                               "a new run",
                               page.layer, page.test_id, of.follower.last_seqid()));
        of.rest_done = true;
        return false;
    }
    if (of.changed && was_empty) of.rest_done = true;
    for (const auto& gap : taken.gaps) {
        const std::string reason = "the cycler did not send them";
        journal_.event(make_event("gap", page.layer,
                                  fmt::format("layer {}: rows {} to {} are missing; {}", page.layer,
                                              gap.from_seqid, gap.to_seqid, reason),
                                  fmt::format(R"({{"from_seqid":{},"to_seqid":{}}})",
                                              gap.from_seqid, gap.to_seqid)),
                       GapFound{page.layer, gap.from_seqid, gap.to_seqid, reason});
    }
    page.rows = std::move(taken.rows);
    if (!page.rows.empty()) {
        clock_.first_row(page.layer, page.rows.front());
        if (!of.offset_known) of.held_since = now_;
        of.held.push_back(std::move(page));
        place_on_clock();
    }
    const bool more = of.changed || of.follower.last_seqid() < of.report->count;
    return !was_empty && of.held.empty() && has_room() && more;
}

/// Tells the offsets that are known, and stores the rows that waited for theirs.
void RunKeeper::Impl::place_on_clock() {
    // A channel that has no new row yet is not waited for: it can only have started late.
    const bool waited = std::any_of(layers_.begin(), layers_.end(), [this](const auto& each) {
        return !each.held.empty() && now_ - each.held_since >= settings_.patience;
    });
    const bool rows_to_come = std::any_of(layers_.begin(), layers_.end(), [](const auto& each) {
        return !each.offset_known && each.report && each.report->count > each.follower.last_seqid();
    });
    const bool any_held = std::any_of(layers_.begin(), layers_.end(),
                                      [](const auto& each) { return !each.held.empty(); });
    const auto wait =
        any_held && (waited || !rows_to_come) ? RunClock::Wait::no_longer : RunClock::Wait::for_all;
    for (const auto& [number, offset_ms] : clock_.take_offsets(wait)) {
        layer(number).offset_known = true;
        folds_.set_offset_ms(number, offset_ms);
        journal_.recorder().add(StreamUpdate{number, {}, offset_ms, {}},
                                LayerOffset{number, offset_ms});
    }
    for (auto& each : layers_) {
        if (!each.offset_known) continue;
        for (auto& page : std::exchange(each.held, {})) store(each, std::move(page));
    }
}

void RunKeeper::Impl::store(LayerState& of, RowPage page) {
    const auto crossings = folds_.add(page.layer, page.rows);
    of.rows += std::int64_t(page.rows.size());
    const bool newest = of.report && page.rows.back().seqid >= of.report->count;
    ClockSample sample{page.layer, page.rows.back().atime, page.arrival};
    journal_.recorder().add(std::move(page));
    if (newest && now_ - of.clock_sampled >= clock_sample_period) {
        of.clock_sampled = now_;
        journal_.recorder().add(std::move(sample));
    }
    for (const auto& crossing : crossings) journal_.alarm(crossing);
}

/// Layers that ended or fell silent leave the combined metrics, so that the others do not wait.
void RunKeeper::Impl::judge_presence() {
    const bool one_heard = std::any_of(layers_.begin(), layers_.end(),
                                       [this](const auto& each) { return each.seen == now_; });
    for (const auto& each : layers_) {
        const int number = each.channel.layer;
        const bool absent = each.at_end() || each.silent(now_);
        if (absent == folds_.is_away(number) || (absent && !one_heard)) continue;
        const auto away = absent ? folds_.leave(number) : folds_.come_back(number);
        auto event = make_event("away", number,
                                fmt::format("layer {} {}", number,
                                            !absent         ? "takes part again"
                                            : each.at_end() ? "has ended"
                                                            : "has fallen silent"),
                                absence_detail(away));
        event.device_time_s = away.to_time_s.value_or(away.from_time_s);
        journal_.event(std::move(event), away);
    }
}

// ---- the rest --------------------------------------------------------------------------------

void RunKeeper::Impl::snapshot(Snapshot now) {
    if (phase_ != Phase::recording) return journal_.publish(std::move(now));
    auto& of = layer(now.layer);
    auto& recorder = journal_.recorder();
    if (!now.barcode.empty() && now.barcode != of.barcode) {
        of.barcode = now.barcode;
        recorder.add(StreamUpdate{now.layer, {}, {}, now.barcode});
    }
    if (recorder.room() >= row_reserve / 2) {
        recorder.add(std::move(now));
    } else {  // rows can be fetched later, this cannot: the file says that it is missing
        ++unstored_snapshots_;
        journal_.publish(std::move(now));
    }
}

void RunKeeper::Impl::link(LinkReport report) {
    constexpr const char* words[] = {"connecting", "connected", "lost"};
    const char* state = words[std::size_t(report.state)];
    auto event =
        make_event("link", 0, fmt::format("{} {}: {}", report.device, state, report.sentence),
                   fmt::format(R"({{"device":"{}","state":"{}"}})", report.device, state));
    event.at = report.at;
    journal_.event(std::move(event));
    journal_.publish(std::move(report));
}

void RunKeeper::Impl::note(int number, std::string sentence) {
    if (!noted_.emplace(number, sentence).second) return;
    journal_.event(make_event("note", number, sentence));
    journal_.publish(Note{number, std::move(sentence), utc_now()});
}

void RunKeeper::Impl::interrupt() {
    if (phase_ == Phase::recording) {
        journal_.recorder().close("interrupted", RunWriter::Ending::resumable);
        phase_ = Phase::over;
    }
    journal_.recorder().stop();
}

// ---- the public face -------------------------------------------------------------------------

RunKeeper::RunKeeper(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
RunKeeper::~RunKeeper() {
    interrupt();
}

Result<std::unique_ptr<RunKeeper>> RunKeeper::open(Station station, Settings settings) {
    std::error_code error;
    fs::create_directories(settings.folder, error);
    if (error || !fs::is_directory(settings.folder, error)) {
        return fail(ErrorKind::io,
                    fmt::format("{}: the folder for runs cannot be made ({}); choose another one",
                                settings.folder.string(),
                                error ? error.message() : "something else has this name"));
    }
    return std::unique_ptr<RunKeeper>{
        new RunKeeper{std::make_unique<Impl>(std::move(station), std::move(settings))}};
}

std::vector<std::optional<FollowFrom>> RunKeeper::plan(const std::vector<ChannelReport>& reports,
                                                       bool fresh_link) {
    return impl_->plan(reports, fresh_link);
}
bool RunKeeper::accept(RowPage page) {
    return impl_->accept(std::move(page));
}
void RunKeeper::snapshot(Snapshot snapshot) {
    impl_->snapshot(std::move(snapshot));
}
void RunKeeper::link(LinkReport report) {
    impl_->link(std::move(report));
}
void RunKeeper::note(int layer, std::string sentence) {
    impl_->note(layer, std::move(sentence));
}
std::vector<LiveMessage> RunKeeper::drain() {
    return impl_->journal().screen().drain();
}
std::uint64_t RunKeeper::dropped() const {
    return impl_->journal().screen().refused();
}
void RunKeeper::acknowledge(std::int64_t alarm_id, const std::string& user) {
    impl_->journal().acknowledge(alarm_id, user);
}
void RunKeeper::interrupt() {
    impl_->interrupt();
}

}  // namespace layerscope
