#include "hw/neware_bts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "hw/bts_reply.h"
#include "hw/stream.h"

namespace layerscope {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// The channels of a device in a sentence: at most this many are written out.
constexpr std::size_t most_named = 16;

std::string what_is_there(const std::vector<BtsChannel>& channels) {
    if (channels.empty()) return "it has none";
    std::string text = "it has ";
    for (std::size_t i = 0; i < std::min(channels.size(), most_named); ++i) {
        text += (i == 0 ? "" : ", ") + to_text(channels[i].address);
    }
    if (channels.size() > most_named) {
        text += fmt::format(" and {} more", channels.size() - most_named);
    }
    return text;
}

/// A station channel that the device has.
struct Followed {
    StationChannel station;
    BtsChannel channel;
};

/// Rows of one layer that are still to be fetched.
struct Download {
    int layer = 0;
    BtsRowRange next;
};

/// One device, over all its connections.
class Session {
  public:
    Session(BtsTask task, RowSink& sink, const asio::any_io_executor& executor)
        : task_{std::move(task)}, sink_{sink}, stream_{executor}, timer_{executor} {}

    asio::awaitable<void> run() {
        report(LinkReport::State::connecting, "");
        BackOff back_off{task_.times};
        std::string last_loss;
        for (;;) {
            const Result<void> ended = co_await serve_connection(back_off);
            stream_.close();
            const auto loss = fmt::format("{} at {}:{}: {}", task_.device.id, task_.device.host,
                                          task_.device.port, ended.error().sentence);
            // An outage is one event, however often the device is tried, until its cause changes.
            if (connected_ || loss != last_loss) report(LinkReport::State::lost, loss);
            connected_ = false;
            last_loss = loss;
            timer_.expires_after(back_off.next());
            co_await timer_.async_wait(asio::use_awaitable);
        }
    }

  private:
    /// Connects and polls; returns why that came to an end.
    asio::awaitable<Result<void>> serve_connection(BackOff& back_off) {
        const auto& device = task_.device;
        auto step = co_await stream_.connect(device.host, device.port, task_.times.connect);
        if (step) step = co_await find_channels();
        PollBeat beat{device.poll, steady_clock::now()};
        bool fresh_link = true;
        while (step) {
            const SteadyTime next_due = beat.due() + device.poll;
            step = co_await poll(std::exchange(fresh_link, false), next_due);
            if (!step) break;
            back_off.reset();
            beat.advance(steady_clock::now());
            timer_.expires_at(beat.due());
            co_await timer_.async_wait(asio::use_awaitable);
        }
        co_return step;
    }

    asio::awaitable<Result<void>> find_channels() {
        const auto reply =
            co_await stream_.exchange(BtsRequest::devices().bytes(), task_.times.request);
        if (!reply) co_return fail(reply.error());
        const auto there = parse_devices(reply->document);
        if (!there) co_return fail(there.error());
        followed_.clear();
        for (const auto& station : task_.channels) {
            const auto same = [&](const auto& channel) {
                return channel.address == station.address;
            };
            const auto at = std::find_if(there->begin(), there->end(), same);
            if (at != there->end()) {
                followed_.push_back({station, *at});
                continue;
            }
            sink_.note(
                station.layer,
                fmt::format("channel {} of layer {} is not on {}; {}; correct the station or "
                            "see to the cycler",
                            to_text(station.address), station.layer, task_.device.id,
                            what_is_there(*there)));
        }
        if (followed_.empty() && !task_.channels.empty()) {
            co_return fail(ErrorKind::not_found,
                           fmt::format("none of the station's {} channels is there; {}",
                                       task_.channels.size(), what_is_there(*there)));
        }
        asked_.clear();
        for (const auto& followed : followed_) asked_.push_back(followed.channel);
        connected_ = true;
        report(LinkReport::State::connected,
               fmt::format("{} of {} channels found", followed_.size(), task_.channels.size()));
        co_return Result<void>{};
    }

    /// One round: what the channels say now, then rows: a page of each layer in turn, until all are
    /// here or the next poll is due.
    asio::awaitable<Result<void>> poll(bool fresh_link, SteadyTime next_due) {
        std::vector<ChannelReport> reports;
        if (!asked_.empty()) {
            auto asked = co_await ask_channels();
            if (!asked) co_return fail(asked.error());
            reports = std::move(*asked);
        }
        const auto plan = sink_.plan(reports, fresh_link);
        std::vector<Download> downloads;
        for (std::size_t i = 0; i < plan.size(); ++i) {
            if (!plan[i]) continue;
            downloads.push_back({reports[i].layer,
                                 {address_of(reports[i].layer), plan[i]->test_id,
                                  plan[i]->first_seqid, task_.times.page_rows}});
        }
        // A long history comes over several polls, so that its layers stay alive on the screen.
        do {
            for (auto& download : downloads) {
                const auto more = co_await fetch_page(download);
                if (!more) co_return fail(more.error());
                if (!*more) download.next.count = 0;
            }
            std::erase_if(downloads, [](const auto& download) { return download.next.count == 0; });
        } while (!downloads.empty() && steady_clock::now() < next_due);
        co_return Result<void>{};
    }

    /// Snapshots go to the sink at once; the reports are for its plan.
    asio::awaitable<Result<std::vector<ChannelReport>>> ask_channels() {
        const auto limit = task_.times.request;
        const auto live_reply = co_await stream_.exchange(BtsRequest::live(asked_).bytes(), limit);
        if (!live_reply) co_return fail(live_reply.error());
        auto live = parse_live(live_reply->document, asked_);
        if (!live) co_return fail(live.error());
        const auto stored_reply =
            co_await stream_.exchange(BtsRequest::stored(asked_).bytes(), limit);
        if (!stored_reply) co_return fail(stored_reply.error());
        const auto stored = parse_stored(stored_reply->document, asked_);
        if (!stored) co_return fail(stored.error());
        if (!stored->note.empty()) sink_.note(0, stored->note);

        std::vector<ChannelReport> reports;
        for (std::size_t i = 0; i < followed_.size(); ++i) {
            const auto& station = followed_[i].station;
            auto& snapshot = live->channels[i];
            const auto& rows = stored->channels[i];
            if (!snapshot || !rows) {
                sink_.note(station.layer, fmt::format("channel {} of layer {} does not answer; see "
                                                      "whether its unit is still plugged in",
                                                      to_text(station.address), station.layer));
                continue;
            }
            if (is_of_another_test(station, rows->test_id)) continue;
            reports.push_back(
                {station.layer, snapshot->status, rows->test_id, rows->count, rows->complete});
            snapshot->layer = station.layer;
            snapshot->test_id = rows->test_id;
            snapshot->arrival = task_.clock.utc(live_reply->arrived);
            sink_.snapshot(std::move(*snapshot));
        }
        co_return reports;
    }

    bool is_of_another_test(const StationChannel& station, std::int64_t test_id) {
        if (!station.test_id || *station.test_id == test_id) return false;
        sink_.note(station.layer,
                   fmt::format("channel {} of layer {} holds test {}, but the station "
                               "names test {}; its rows are not taken",
                               to_text(station.address), station.layer, test_id, *station.test_id));
        return true;
    }

    /// Gives the sink one page and moves `download` on. True while there may be more to fetch.
    asio::awaitable<Result<bool>> fetch_page(Download& download) {
        const BtsRowRange range = download.next;
        const auto reply =
            co_await stream_.exchange(BtsRequest::rows(range).bytes(), task_.times.download);
        if (!reply) co_return fail(reply.error());
        auto page = parse_rows(reply->document, range);
        if (!page) co_return fail(page.error());
        if (page->test_id != range.test_id) {
            sink_.note(download.layer,
                       fmt::format("layer {}: rows of test {} came where test {} was asked for; "
                                   "they are not taken",
                                   download.layer, page->test_id, range.test_id));
            page->rows.clear();
        }
        const bool full = int(page->rows.size()) == range.count;
        if (!page->rows.empty()) download.next.first_seqid = page->rows.back().seqid + 1;
        const auto arrival = task_.clock.utc(reply->arrived);
        const bool wanted =
            sink_.accept({download.layer, range.test_id, arrival, std::move(page->rows)});
        const bool more = wanted && full;
        co_return more;
    }

    ChannelAddress address_of(int layer) const {
        const auto same = [&](const auto& followed) { return followed.station.layer == layer; };
        return std::find_if(followed_.begin(), followed_.end(), same)->station.address;
    }

    void report(LinkReport::State state, std::string sentence) {
        sink_.link(
            {task_.device.id, state, task_.clock.utc(steady_clock::now()), std::move(sentence)});
    }

    BtsTask task_;
    RowSink& sink_;
    Stream stream_;
    asio::steady_timer timer_;
    std::vector<Followed> followed_;
    std::vector<BtsChannel> asked_;  // of followed_, in its order
    bool connected_ = false;
};

}  // namespace

asio::awaitable<void> serve_neware_bts(BtsTask task, RowSink& sink) {
    Session session{std::move(task), sink, co_await asio::this_coro::executor};
    co_await session.run();
}

}  // namespace layerscope
