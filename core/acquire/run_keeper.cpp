#include "core/acquire/run_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/acquire/run_journal.h"
#include "core/acquire/run_layers.h"
#include "core/acquire/run_succession.h"
#include "core/store/network_folder.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

// The recorder's room below which no rows are asked for: one page of 1000 rows for each of 16
// layers still fits then, and events and snapshots have the rest.
constexpr std::size_t row_reserve = 20'000;

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

    void begin_recording();
    void supersede();
    void tell_gap(int layer, const SeqidGap& gap, const std::string& reason);

    bool has_room() const { return journal_.recorder().room() >= row_reserve; }

    const Station station_;
    const Settings settings_;
    RunJournal journal_;
    RunLayers layers_;
    RunSuccession succession_;
    Phase phase_ = Phase::waiting;
    SteadyTime now_{};
    std::optional<SteadyTime> changed_since_;
    std::uint64_t unstored_snapshots_ = 0;
    std::set<std::pair<int, std::string>> noted_;
};

RunKeeper::Impl::Impl(Station station, Settings settings)
    : station_{std::move(station)},
      settings_{std::move(settings)},
      journal_{settings_.listener, settings_.screen_capacity, settings_.recorder},
      layers_{station_, journal_, settings_.patience},
      succession_{station_, settings_, journal_, layers_} {}

// ---- what the channels say -------------------------------------------------------------------

std::vector<std::optional<FollowFrom>> RunKeeper::Impl::plan(
    const std::vector<ChannelReport>& reports, bool fresh_link) {
    now_ = settings_.now();
    for (const auto& report : reports) hear(report, fresh_link);
    judge();
    std::vector<std::optional<FollowFrom>> answers;
    answers.reserve(reports.size());
    for (const auto& report : reports) answers.push_back(answer(report));
    return answers;
}

void RunKeeper::Impl::hear(ChannelReport report, bool fresh_link) {
    auto& of = layers_.at(report.layer);
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
    if (fresh_link) of.follower.distrust();
    of.hear(std::move(report), now_);
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
        layers_.learn_test(of.channel.layer, report.test_id);
    } else if (const auto why = of.departure()) {
        leave_test(of, *why);
        // Another history under the old id: the rest of the old one cannot be asked for.
        of.rest_done = report.test_id == of.follower.test_id();
    }
}

void RunKeeper::Impl::leave_test(LayerState& of, const std::string& why) {
    of.changed = true;
    of.rest_done = false;
    if (!changed_since_) changed_since_ = now_;
    note(of.channel.layer, why);
}

std::optional<FollowFrom> RunKeeper::Impl::answer(const ChannelReport& report) const {
    if (phase_ != Phase::recording || report.status == "false" || !has_room()) return std::nullopt;
    return layers_.at(report.layer).next_rows();
}

// ---- which run is open -----------------------------------------------------------------------

void RunKeeper::Impl::judge() {
    switch (phase_) {
        case Phase::waiting:
            if (succession_.open_first(now_)) begin_recording();
            break;
        case Phase::recording:
            judge_recording();
            break;
        case Phase::closing:
            if (journal_.recorder().idle() && succession_.open_successor(now_)) begin_recording();
            break;
        case Phase::ending:
            if (journal_.recorder().idle()) phase_ = Phase::over;
            break;
        case Phase::over:
            if (change_is_due() && succession_.open_unrelated(now_)) begin_recording();
            break;
    }
}

void RunKeeper::Impl::begin_recording() {
    phase_ = Phase::recording;
    changed_since_.reset();
    noted_.clear();
    for (auto& each : layers_) {
        if (each.report) compare(each);
    }
}

void RunKeeper::Impl::judge_recording() {
    layers_.place_rows(now_);
    layers_.keep_state(now_);
    for (const int back : layers_.judge_presence(now_)) {  // what was said of it may be said again
        std::erase_if(noted_, [&](const auto& told) { return told.first == back; });
    }
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
            supersede();
        }
        return;
    }
    if (std::all_of(layers_.begin(), layers_.end(),
                    [](const auto& each) { return each.finished_polls >= 2; })) {
        end_run(layers_.final_word(), Phase::ending);
    }
}

void RunKeeper::Impl::supersede() {
    layers_.place_all_rows(now_);
    for (const auto& each : layers_) {
        const auto missing = each.changed ? each.missing() : std::nullopt;
        if (missing) tell_gap(each.channel.layer, *missing, "their test has made way for another");
    }
    journal_.event(make_event("superseded", 0, "other tests run now; a new run follows"));
    end_run("superseded", Phase::closing);
}

/// Channels are started one after the other; those that follow within the patience go together.
bool RunKeeper::Impl::change_is_due() const {
    if (!changed_since_) return false;
    return now_ - *changed_since_ >= settings_.patience ||
           std::all_of(layers_.begin(), layers_.end(),
                       [](const auto& each) { return each.changed; });
}

void RunKeeper::Impl::end_run(const std::string& reason, Phase next) {
    layers_.store_state(now_);
    journal_.recorder().close(reason, RunWriter::Ending::for_good);
    phase_ = next;
}

// ---- rows ------------------------------------------------------------------------------------

bool RunKeeper::Impl::accept(RowPage page) {
    now_ = settings_.now();
    auto& of = layers_.at(page.layer);
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
        tell_gap(page.layer, gap, "the cycler did not send them");
    }
    page.rows = std::move(taken.rows);
    if (!page.rows.empty()) layers_.add(std::move(page), now_);
    const bool more = of.changed || of.follower.last_seqid() < of.report->count;
    return !was_empty && of.held.empty() && has_room() && more;
}

void RunKeeper::Impl::tell_gap(int number, const SeqidGap& gap, const std::string& reason) {
    journal_.event(make_event("gap", number,
                              fmt::format("layer {}: rows {} to {} are missing; {}", number,
                                          gap.from_seqid, gap.to_seqid, reason),
                              fmt::format(R"({{"from_seqid":{},"to_seqid":{}}})", gap.from_seqid,
                                          gap.to_seqid)),
                   GapFound{number, gap.from_seqid, gap.to_seqid, reason});
}

// ---- the rest --------------------------------------------------------------------------------

void RunKeeper::Impl::snapshot(Snapshot now) {
    if (phase_ != Phase::recording) return journal_.publish(std::move(now));
    auto& of = layers_.at(now.layer);
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
    const std::string_view colon = report.sentence.empty() ? "" : ": ";
    auto event = make_event(
        "link", 0,
        fmt::format("{} {}{}{}", report.device, to_text(report.state), colon, report.sentence),
        link_detail(report));
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
        layers_.store_state(settings_.now());
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
    if (auto local = check_local(settings.folder); !local) return fail(local.error());
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
