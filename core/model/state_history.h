#pragma once
#include <array>
#include <cstddef>

#include "core/model/multilayer_equations.h"

namespace layerscope {

/// Weights of three values, at times -s1 - s2, -s1 and 0, in the value at `t` of the parabola
/// through them.
struct Parabola {
    double now = 0, before = 0, oldest = 0;
};
Parabola parabola(double t, double s1, double s2);

/// The last states of the cell and what they say of the next: a guess, what backward
/// differentiation starts from, and how far the guess was off. Allocates when it is made and
/// nothing afterwards.
class StateHistory {
  public:
    explicit StateHistory(const CellState& state);

    /// Begins anew with one state of the same size.
    void start(const CellState& state);
    /// Forgets all states but the newest: what drives the cell is about to change.
    void restart() { known_ = 1; }

    const CellState& now() const { return past(0); }
    const CellState& before() const { return past(1); }  // where has_before()
    bool has_before() const { return known_ > 1; }
    double last_step_s() const { return now().time_s - before().time_s; }

    /// The newest state, to be made consistent with what now drives the cell.
    CellState& settling() { return states_[newest_]; }

    /// The state after a step of `dt_s`, guessed by the polynomial through the known ones.
    CellState& guess(double dt_s);
    CellState& next() { return states_[(newest_ + 1) % states_.size()]; }
    const CellState& next() const { return states_[(newest_ + 1) % states_.size()]; }
    /// What guess() said of the differential unknowns.
    const CellState& guessed() const { return guessed_; }

    /// Makes `origin()` what a step of `dt_s` starts from, so that a rate y' makes
    /// y = origin + effective · y'; the effective length. BDF2 with two known states, else implicit
    /// Euler.
    double differentiate(double dt_s);
    CellState& origin() { return origin_; }
    const CellState& origin() const { return origin_; }

    /// Error of next() after a step of `dt_s`, in stoichiometry, and the power of the step's length
    /// that it grows with. The first step after a restart is not judged: it is short instead.
    struct StepError {
        double size = 0;
        int power = 1;
    };
    StepError error(double dt_s, const MultilayerEquations& equations) const;

    /// next() has become the newest state.
    void accept();

    /// The differential unknowns of `into` become those of `from`.
    static void copy_differential(CellState& into, const CellState& from);

  private:
    const CellState& past(std::size_t back) const {
        return states_[(newest_ + states_.size() - back) % states_.size()];
    }

    std::array<CellState, 4> states_;  // a ring: the newest, two before it, the next
    std::size_t newest_ = 0;
    int known_ = 1;  // since the last restart, at most 3
    CellState guessed_;
    CellState origin_;
    bool uses_two_ = false;  // the origin is that of BDF2
};

}  // namespace layerscope
