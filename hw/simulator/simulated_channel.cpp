#include "hw/simulator/simulated_channel.h"

#include <algorithm>
#include <chrono>

namespace layerscope {

bool SimulatedChannel::start(SimulatedRun run) {
    if (test_.rows.empty() || working(run.began)) return false;
    begin(std::move(run));
    return true;
}

bool SimulatedChannel::stop(UtcTime now) {
    if (!working(now)) return false;
    runs_.back().stopped = now;
    return true;
}

std::string_view SimulatedChannel::status(UtcTime now) const {
    const SimulatedRun* run = latest_run();
    if (run == nullptr) return "finish";
    if (run->stopped) return "stop";
    return complete(*run, now) ? "finish" : "working";
}

const SimulatedRun* SimulatedChannel::find_run(std::int64_t test_id) const {
    if (test_id == 0) return latest_run();
    const auto run = std::find_if(runs_.begin(), runs_.end(),
                                  [&](const SimulatedRun& r) { return r.test_id == test_id; });
    return run == runs_.end() ? nullptr : &*run;
}

double SimulatedChannel::elapsed_s(const SimulatedRun& run, UtcTime now) const {
    const UtcTime until = run.stopped ? std::min(*run.stopped, now) : now;
    const std::chrono::duration<double> wall = until - run.began;
    return std::max(0.0, wall.count() * speed_);
}

bool SimulatedChannel::complete(const SimulatedRun& run, UtcTime now) const {
    return run.stopped || rows(run, now).size() == test_.rows.size();
}

std::span<const TimedRow> SimulatedChannel::rows(const SimulatedRun& run, UtcTime now) const {
    if (now < run.began) return {};
    const auto end = std::upper_bound(
        test_.rows.begin(), test_.rows.end(), elapsed_s(run, now),
        [](double elapsed, const TimedRow& row) { return elapsed < row.total_time_s; });
    return {test_.rows.begin(), end};
}

}  // namespace layerscope
