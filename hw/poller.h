#pragma once
#include <chrono>

#include "core/base/clock.h"

/// When a device is asked, how long it may take, and when a lost one is tried again.
namespace layerscope {

/// The cycler's manual allows 30 s for a command; only downloads were seen to need seconds.
struct LinkTimes {
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds request{10'000};
    std::chrono::milliseconds download{30'000};
    std::chrono::milliseconds first_retry{1'000};
    std::chrono::milliseconds longest_retry{30'000};
    int page_rows = 1000;  // rows asked for at once; cyclers take no more
};

/// Polls at a steady beat: a late poll moves no later one, and beats that were missed are skipped,
/// not made up for in a burst.
class PollBeat {
  public:
    PollBeat(std::chrono::milliseconds period, SteadyTime first) : period_{period}, due_{first} {}

    /// When the poll that is on, or comes next, should have begun.
    SteadyTime due() const { return due_; }

    /// Moves on to the first beat after `now`.
    void advance(SteadyTime now);

  private:
    std::chrono::milliseconds period_;
    SteadyTime due_;
};

/// Waits between attempts: first, doubled, …, longest.
class BackOff {
  public:
    explicit BackOff(const LinkTimes& times)
        : first_{times.first_retry}, longest_{times.longest_retry}, next_{times.first_retry} {}

    /// How long to wait now; the next wait is twice as long.
    std::chrono::milliseconds next();

    /// After a good poll, not after a mere connection: a server that accepts and then fails at once
    /// must not be tried every second for ever.
    void reset() { next_ = first_; }

  private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds next_;
};

}  // namespace layerscope
