#include "core/acquire/recorder.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "core/cell/cell_design.h"

namespace layerscope {
namespace {

struct Addition {
    RunEntry entry;
    std::optional<LiveMessage> message;
};
struct Start {
    RunWriter writer;
};
struct End {
    std::string reason;
    RunWriter::Ending ending{};
};
using Command = std::variant<Addition, Start, End>;

/// What the screen is told once the entry is stored.
std::optional<LiveMessage> message_of(RunEntry entry, std::optional<LiveMessage> message) {
    if (auto* page = std::get_if<RowPage>(&entry)) return std::move(*page);
    if (auto* folded = std::get_if<FoldedPage>(&entry)) return std::move(folded->page);
    if (auto* now = std::get_if<Snapshot>(&entry)) return std::move(*now);
    return message;
}

}  // namespace

struct Recorder::Impl {
    Impl(Publish publish_to, Settings chosen) : publish{std::move(publish_to)}, settings{chosen} {}

    const Publish publish;
    const Settings settings;

    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<Command>
        box;  // may exceed its capacity by starts, ends and events, which never wait for room
    std::size_t filled = 0;  // rows in the box, see Settings::capacity
    bool urgent = false;     // an end waits, or the box is half full: do not sit the second out
    bool stopping = false;
    bool run_open = false;
    std::int64_t next_event_id = 1;
    std::array<std::atomic<std::int64_t>, most_layers> committed{};

    // The writer thread's own.
    std::deque<Command> taken;
    std::vector<RunEntry> batch;
    std::vector<std::optional<LiveMessage>> messages;
    std::optional<RunWriter> writer;
    bool in_trouble = false;
    SteadyTime checkpointed = std::chrono::steady_clock::now();

    std::jthread thread;  // last: ends before anything it uses is destroyed

    std::size_t room_unlocked() const {
        return filled >= settings.capacity ? 0 : settings.capacity - filled;
    }
    void put(RunEntry entry, std::optional<LiveMessage> message);
    void run();
    void run_until_stopped();
    bool take_commands(SteadyTime due);
    Result<void> write();
    Result<void> commit_batch();
    Result<void> end(const End& how);
    void take_over(RunWriter next);
    void tell(const Result<void>& written);
    void publish_rows();
};

void Recorder::Impl::put(RunEntry entry, std::optional<LiveMessage> message) {
    const auto* folded = std::get_if<FoldedPage>(&entry);
    const auto* page = folded != nullptr ? &folded->page : std::get_if<RowPage>(&entry);
    filled += page == nullptr ? 1 : std::max(page->rows.size(), std::size_t{1});
    if (filled >= settings.capacity / 2) urgent = true;
    box.emplace_back(Addition{std::move(entry), std::move(message)});
}

void Recorder::Impl::run() {
    pthread_setname_np(pthread_self(), "writer");
    try {
        run_until_stopped();
    } catch (const std::exception& error) {
        publish(RecordingTrouble{
            fmt::format("recording has stopped ({}); start the program again", error.what()),
            utc_now()});
    }
}

void Recorder::Impl::run_until_stopped() {
    auto due = std::chrono::steady_clock::now() + settings.commit_period;
    for (bool last = false; !last;) {
        last = take_commands(due);
        due = std::chrono::steady_clock::now() + settings.commit_period;
        tell(write());
    }
}

/// Waits until `due` and takes what has come. While something failed to be written nothing is
/// taken, so that the box fills and the producers stop. True when this is the last time.
bool Recorder::Impl::take_commands(SteadyTime due) {
    std::unique_lock lock{mutex};
    wake.wait_until(lock, due, [this] { return stopping || (urgent && !in_trouble); });
    urgent = false;
    if (taken.empty() || stopping) {
        std::move(box.begin(), box.end(), std::back_inserter(taken));
        box.clear();
        filled = 0;
    }
    return stopping;
}

/// Carries the taken commands out until one fails; that one stays for the next time.
Result<void> Recorder::Impl::write() {
    if (auto left = commit_batch(); !left) return left;
    while (!taken.empty()) {
        if (auto* addition = std::get_if<Addition>(&taken.front())) {
            batch.push_back(std::move(addition->entry));
            messages.push_back(std::move(addition->message));
            taken.pop_front();
            continue;
        }
        if (auto done = commit_batch(); !done) return done;
        if (auto* start = std::get_if<Start>(&taken.front())) {
            take_over(std::move(start->writer));
        } else if (auto ended = end(std::get<End>(taken.front())); !ended) {
            return ended;
        }
        taken.pop_front();
    }
    return commit_batch();
}

Result<void> Recorder::Impl::commit_batch() {
    const auto now = std::chrono::steady_clock::now();
    if (!batch.empty() && writer) {
        if (auto done = writer->commit(batch); !done) return done;
        publish_rows();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto message = message_of(std::move(batch[i]), std::move(messages[i]));
            if (message) publish(std::move(*message));
        }
    }
    batch.clear();
    messages.clear();
    if (writer && now - checkpointed >= settings.checkpoint_period) {
        checkpointed = now;
        return writer->checkpoint();
    }
    return {};
}

void Recorder::Impl::publish_rows() {
    const auto& rows = writer->rows();
    for (std::size_t i = 0; i < rows.size() && i < committed.size(); ++i) committed[i] = rows[i];
}

void Recorder::Impl::take_over(RunWriter next) {
    writer = std::move(next);
    publish_rows();
}

Result<void> Recorder::Impl::end(const End& how) {
    if (!writer) return {};
    const auto at = utc_now();
    if (auto closed = writer->close(how.reason, at, how.ending); !closed) return closed;
    RunClosed message{writer->path(), how.reason, writer->rows(), at};
    writer.reset();
    publish(std::move(message));
    const std::lock_guard lock{mutex};
    run_open = false;
    return {};
}

void Recorder::Impl::tell(const Result<void>& written) {
    if (written.has_value() != in_trouble) return;
    publish(RecordingTrouble{written ? "" : written.error().sentence, utc_now()});
    in_trouble = !written;
}

Recorder::Recorder(Publish publish, Settings settings)
    : impl_{std::make_unique<Impl>(std::move(publish), settings)} {
    impl_->thread = std::jthread{[impl = impl_.get()] { impl->run(); }};
}

Recorder::~Recorder() {
    stop();
}

std::size_t Recorder::room() const {
    const std::lock_guard lock{impl_->mutex};
    return impl_->room_unlocked();
}

void Recorder::start(RunWriter writer) {
    const std::lock_guard lock{impl_->mutex};
    // Ids go on rising from run to run: an acknowledgement after a change of run names one alarm.
    impl_->next_event_id = std::max(impl_->next_event_id, writer.next_event_id());
    impl_->run_open = true;
    for (std::size_t i = 0; i < writer.rows().size() && i < most_layers; ++i) {
        impl_->committed[i] = writer.rows()[i];
    }
    impl_->box.emplace_back(Start{std::move(writer)});
}

bool Recorder::add(RunEntry entry, std::optional<LiveMessage> message) {
    const std::lock_guard lock{impl_->mutex};
    const bool waits = !std::holds_alternative<CombinedRows>(entry);
    if (waits && impl_->room_unlocked() == 0) return false;
    impl_->put(std::move(entry), std::move(message));
    impl_->wake.notify_one();
    return true;
}

std::int64_t Recorder::add_event(RunEvent event, std::optional<LiveMessage> message) {
    const std::lock_guard lock{impl_->mutex};
    if (!impl_->run_open) return 0;
    event.id = impl_->next_event_id++;
    const auto id = event.id;
    impl_->put(std::move(event), std::move(message));
    return id;
}

std::int64_t Recorder::newest_event_id() const {
    const std::lock_guard lock{impl_->mutex};
    return impl_->next_event_id - 1;
}

void Recorder::close(std::string reason, RunWriter::Ending ending) {
    {
        const std::lock_guard lock{impl_->mutex};
        impl_->box.emplace_back(End{std::move(reason), ending});
        impl_->urgent = true;
    }
    impl_->wake.notify_one();
}

bool Recorder::idle() const {
    const std::lock_guard lock{impl_->mutex};
    return !impl_->run_open;
}

std::int64_t Recorder::committed_rows(int layer) const {
    return impl_->committed.at(std::size_t(layer) - 1);
}

void Recorder::stop() {
    {
        const std::lock_guard lock{impl_->mutex};
        impl_->stopping = true;
    }
    impl_->wake.notify_one();
    if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace layerscope
