#include "core/analysis/capacity.h"

#include <cassert>
#include <cmath>

#include "core/base/quantity.h"

namespace layerscope {

void ChargeIntegral::add(std::int64_t seqid, const StepTime& time, double current_A) {
    assert(seqid > seqid_);
    after_gap_ = seqid != seqid_ + 1;
    const bool goes_on_from_other_run = seqid == first_seqid_ && first_seqid_ > 1;
    if (!after_gap_ && !goes_on_from_other_run) {
        const double before_A = time.new_execution ? current_A : current_A_;
        const std::int64_t interval_ms =
            time.new_execution ? time.in_step_ms : time.total_ms - total_ms_;
        const double half_interval_s = 0.0005 * double(interval_ms);
        charge_C_ += half_interval_s * (before_A + current_A);
        absolute_charge_C_ += half_interval_s * (std::abs(before_A) + std::abs(current_A));
    }
    current_A_ = current_A;
    total_ms_ = time.total_ms;
    seqid_ = seqid;
    ++rows_;
}

void DeviceCount::add(const StepTime& time, double current_A, double capacity_Ah) {
    if (time.new_execution) {
        earlier_C_ += execution_C_;
        largest_A_ = 0;
    }
    if (std::abs(current_A) > std::abs(largest_A_)) largest_A_ = current_A;
    const double magnitude_C = (capacity_Ah * units::Ah).in(units::C);
    execution_C_ = largest_A_ < 0 ? -magnitude_C : magnitude_C;
}

}  // namespace layerscope
