#pragma once
#include <cstdint>

#include "core/acquire/step_clock.h"

namespace layerscope {

/// Charge as the integral of current over device test time, row by row.
///
/// Trapezoid inside one execution of a step, never across its ends: a current that jumps there
/// would be averaged into a value that never flowed. The interval before a step's first row is its
/// step time at that row's current. Nothing is counted over missing rows, however short the time: a
/// gap stays a gap. A long interval between two neighbours is none.
class ChargeIntegral {
  public:
    /// A channel that goes on from an earlier run begins at `first_seqid` > 1: what came before is
    /// not missing, and the charge up to its first row is that run's.
    explicit ChargeIntegral(std::int64_t first_seqid = 1)
        : first_seqid_{first_seqid}, seqid_{first_seqid - 1} {}

    /// Rows in rising seqid; `current_A` positive in the direction that shall count positive.
    void add(std::int64_t seqid, const StepTime& time, double current_A);

    double charge_C() const { return charge_C_; }
    /// The same rule on the current's magnitude.
    double absolute_charge_C() const { return absolute_charge_C_; }
    std::int64_t rows() const { return rows_; }
    /// Rows between the first and the newest that never came.
    std::int64_t missing_rows() const { return seqid_ - first_seqid_ + 1 - rows_; }
    /// Rows are missing directly before the newest.
    bool after_gap() const { return after_gap_; }
    /// Of the newest row; one before the first where there is none.
    std::int64_t last_seqid() const { return seqid_; }
    std::int64_t first_seqid() const { return first_seqid_; }

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.charge_C_, own.absolute_charge_C_, own.current_A_, own.total_ms_,
                own.first_seqid_, own.seqid_, own.rows_, own.after_gap_);
    }

  private:
    // Plain sums: at 10^7 rows their rounding is below 1e-9 of the integral of |I|, a thousandth of
    // what a cycler resolves; compensation would cost time and buy nothing.
    double charge_C_ = 0;
    double absolute_charge_C_ = 0;
    double current_A_ = 0;
    std::int64_t total_ms_ = 0;
    std::int64_t first_seqid_;
    std::int64_t seqid_;
    std::int64_t rows_ = 0;
    bool after_gap_ = false;
};

/// The cycler's own count of the same charge, for comparison only: the capacity at the end of each
/// execution, which has no sign, with the direction of that execution's largest current.
class DeviceCount {
  public:
    void add(const StepTime& time, double current_A, double capacity_Ah);

    double charge_C() const { return earlier_C_ + execution_C_; }

    template <class Self, class Archive>
    static void fields(Self& own, Archive& archive) {
        archive(own.earlier_C_, own.execution_C_, own.largest_A_);
    }

  private:
    double earlier_C_ = 0;    // executions that ended
    double execution_C_ = 0;  // the one that runs
    double largest_A_ = 0;
};

}  // namespace layerscope
