#pragma once
#include <sys/resource.h>
#include <csignal>

#include <condition_variable>
#include <mutex>

#include "core/acquire/recorder.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {

/// No file of this process may grow beyond `bytes` while it lives: the kernel cuts a write short in
/// its middle, as a disk that fills up does.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

/// Messages in order, with a way to wait for one.
class Told {
  public:
    Recorder::Publish publish() {
        return [this](LiveMessage message) {
            const std::lock_guard lock{mutex_};
            messages_.push_back(std::move(message));
            came_.notify_all();
        };
    }
    template <class Message>
    std::vector<Message> wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        std::vector<Message> found;
        came_.wait_for(lock, std::chrono::seconds{30}, [&] {
            found.clear();
            for (const auto& each : messages_) {
                if (const auto* one = std::get_if<Message>(&each)) found.push_back(*one);
            }
            return found.size() >= count;
        });
        return found;
    }

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<LiveMessage> messages_;
};

/// Commits as soon as anything is there.
inline Recorder::Settings quick() {
    Recorder::Settings settings;
    settings.commit_period = std::chrono::milliseconds{1};
    return settings;
}

}  // namespace layerscope
