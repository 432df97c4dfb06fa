#include "hw/poller.h"

#include <algorithm>

namespace layerscope {

void PollBeat::advance(SteadyTime now) {
    due_ += period_;
    if (due_ <= now) due_ += period_ * ((now - due_) / period_ + 1);
}

std::chrono::milliseconds BackOff::next() {
    const auto wait = next_;
    next_ = std::min(next_ * 2, longest_);
    return wait;
}

}  // namespace layerscope
