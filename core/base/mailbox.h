#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace layerscope {

/// Bounded hand-over from threads that produce to one that consumes: a mutex and a swap.
/// At 10^3 to 10^4 readings a second a lock-free queue would buy nothing.
///
/// The two promises differ by who calls: a producer that must not lose anything asks `room()` first
/// and stops producing; a producer that may lose uses `offer()`, and what was refused is counted.
/// Thread-safe.
template <class T>
class Mailbox {
  public:
    explicit Mailbox(std::size_t capacity) : capacity_{capacity} {}

    /// Puts `value` in, or refuses and counts it when the box is full or closed.
    bool offer(T value) {
        {
            const std::lock_guard lock{mutex_};
            if (closed_ || items_.size() >= capacity_) {
                ++refused_;
                return false;
            }
            items_.push_back(std::move(value));
        }
        filled_.notify_one();
        return true;
    }

    /// Everything in the box, oldest first; empty when there is nothing.
    std::vector<T> drain() {
        std::vector<T> out;
        const std::lock_guard lock{mutex_};
        out.swap(items_);
        return out;
    }

    /// As `drain`, but waits until something is there, the box is closed, or `deadline` has come.
    std::vector<T> wait_and_drain(std::chrono::steady_clock::time_point deadline) {
        std::vector<T> out;
        std::unique_lock lock{mutex_};
        filled_.wait_until(lock, deadline, [this] { return closed_ || !items_.empty(); });
        out.swap(items_);
        return out;
    }

    /// How many more values fit now.
    std::size_t room() const {
        const std::lock_guard lock{mutex_};
        return capacity_ - items_.size();
    }

    /// How many values were refused since the box was made.
    std::uint64_t refused() const {
        const std::lock_guard lock{mutex_};
        return refused_;
    }

    /// Nothing goes in any more; a waiting consumer wakes. What is in the box can still be drained.
    void close() {
        {
            const std::lock_guard lock{mutex_};
            closed_ = true;
        }
        filled_.notify_all();
    }

    bool closed() const {
        const std::lock_guard lock{mutex_};
        return closed_;
    }

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::vector<T> items_;
    std::uint64_t refused_ = 0;
    bool closed_ = false;
};

}  // namespace layerscope
