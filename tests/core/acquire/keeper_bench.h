#pragma once
#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "core/acquire/run_keeper.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {

/// A cycler of four channels as the keeper sees it, and what the keeper tells. Time stands still
/// unless a test moves it.
class KeeperBench {
  public:
    struct Channel {
        std::int64_t test_id = 7;
        std::vector<RecordedRow> rows;
        std::string status = "working";
        bool complete = false;
        bool answers = true;
        bool sends_rows = true;
        std::int64_t old_test_id = 0;  // still to be had by its id
        std::vector<RecordedRow> old_rows;
    };

    explicit KeeperBench(const std::filesystem::path& folder) : channels(4) {
        settings.folder = folder;
        settings.recorder.commit_period = std::chrono::milliseconds{1};
        settings.now = [this] { return now; };
        settings.listener = [this](const LiveMessage& message) {
            const std::lock_guard lock{mutex_};
            messages_.push_back(message);
            told_.notify_all();
        };
        for (auto& channel : channels) grow(channel, 3);
    }

    void start() {
        auto opened = RunKeeper::open(four_layers(), settings);
        ASSERT_TRUE(opened) << opened.error().sentence;
        keeper = std::move(*opened);
        fresh_ = true;
    }

    /// Adds rows up to `last`.
    static void grow(Channel& channel, std::int64_t last) {
        for (auto id = std::int64_t(channel.rows.size()) + 1; id <= last; ++id) {
            channel.rows.push_back(row(id));
        }
    }

    /// The channel begins another test; the old one stays to be had.
    static void restart(Channel& channel, std::int64_t test_id) {
        channel.old_test_id = std::exchange(channel.test_id, test_id);
        channel.old_rows = std::exchange(channel.rows, {});
    }

    /// One poll, a second after the last; what `plan` answered.
    std::vector<std::optional<FollowFrom>> poll() {
        now += std::chrono::seconds{1};
        std::vector<ChannelReport> reports;
        for (int layer = 1; layer <= 4; ++layer) {
            const auto& channel = channels[std::size_t(layer) - 1];
            if (!channel.answers) continue;
            reports.push_back({layer, channel.status, channel.test_id,
                               std::int64_t(channel.rows.size()), channel.complete});
        }
        const auto answers = keeper->plan(reports, std::exchange(fresh_, false));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (answers[i]) follow(reports[i].layer, *answers[i]);
        }
        return answers;
    }

    void reconnect() { fresh_ = true; }

    /// All channels are over, with what they hold.
    void finish() {
        for (auto& channel : channels) {
            channel.status = "finish";
            channel.complete = true;
        }
    }

    /// The cycler was started again and knows nothing of before: other tests, two rows each.
    void forget_tests(std::int64_t first_test_id) {
        for (auto& channel : channels) {
            restart(channel, first_test_id++);
            channel.old_rows.clear();
            grow(channel, 2);
        }
        reconnect();
    }

    /// Polls until the next run is open and its rows are asked for, then ends it.
    RunOpened record_successor() {
        forget();
        while (all<RunOpened>().empty()) poll();  // once the writer is done with the run before
        poll();
        keeper->interrupt();
        return wait_for<RunOpened>();
    }

    /// Waits for the first message of this kind that `wanted` accepts.
    template <class Message, class Wanted>
    Message wait_for(Wanted wanted) {
        std::unique_lock lock{mutex_};
        std::optional<Message> found;
        told_.wait_for(lock, std::chrono::seconds{30}, [&] {
            for (const auto& message : messages_) {
                const auto* one = std::get_if<Message>(&message);
                if (one != nullptr && wanted(*one)) found = *one;
                if (found) return true;
            }
            return false;
        });
        EXPECT_TRUE(found) << "the message did not come";
        return found.value_or(Message{});
    }
    template <class Message>
    Message wait_for() {
        return wait_for<Message>([](const Message&) { return true; });
    }
    void wait_for_row(int layer, std::int64_t seqid) {
        wait_for<RowPage>([&](const RowPage& page) {
            return page.layer == layer && !page.rows.empty() && page.rows.back().seqid >= seqid;
        });
    }

    template <class Message>
    std::vector<Message> all() {
        const std::lock_guard lock{mutex_};
        std::vector<Message> found;
        for (const auto& message : messages_) {
            if (const auto* one = std::get_if<Message>(&message)) found.push_back(*one);
        }
        return found;
    }
    void forget() {
        const std::lock_guard lock{mutex_};
        messages_.clear();
    }

    SteadyTime now{std::chrono::hours{1}};
    RunKeeper::Settings settings;
    std::vector<Channel> channels;

  private:
    void follow(int layer, FollowFrom from) {
        const auto& channel = channels[std::size_t(layer) - 1];
        const auto& rows = from.test_id == channel.test_id ? channel.rows : channel.old_rows;
        RowPage answer{layer, from.test_id, UtcTime{}, {}};
        if (channel.sends_rows) {
            std::copy_if(rows.begin(), rows.end(), std::back_inserter(answer.rows),
                         [&](const auto& one) { return one.seqid >= from.first_seqid; });
        }
        keeper->accept(std::move(answer));
    }

    std::mutex mutex_;
    std::condition_variable told_;
    std::vector<LiveMessage> messages_;
    bool fresh_ = true;

  public:
    std::unique_ptr<RunKeeper> keeper;  // last: its threads tell until it is gone
};

/// The events of this kind in a run file.
inline std::vector<RunEvent> events_of(const std::filesystem::path& file, const std::string& kind) {
    auto events = RunReader::open(file).value().events().value();
    std::erase_if(events, [&](const auto& event) { return event.kind != kind; });
    return events;
}

/// The seqids of a layer in a run file.
inline std::vector<std::int64_t> stored(const std::filesystem::path& file, int layer) {
    std::vector<std::int64_t> ids;
    auto reader = RunReader::open(file);
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().sentence);
    if (!reader) return ids;
    const auto read = reader->read_rows(
        layer, 0,
        [&](const RecordedRow& one, std::optional<UtcTime>) { ids.push_back(one.seqid); });
    EXPECT_TRUE(read);
    return ids;
}

}  // namespace layerscope
