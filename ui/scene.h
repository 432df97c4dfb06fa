#pragma once
#include <optional>

#include "core/base/clock.h"
#include "ui/ink.h"
#include "ui/run_model.h"
#include "ui/time_view.h"

namespace layerscope {

/// What every part of the window paints from: one run, one look, one view, one moment. The window
/// owns it and changes it between paints; the parts only read.
struct Scene {
    Look look;
    const RunModel* run = nullptr;  // never null while a part exists
    TimeView view;
    UtcTime now{};
    UtcTime shown_at{};                 // since when the window shows this run
    bool review = false;                // a finished run: no ages, no recording
    std::optional<double> accelerated;  // how many times faster than life, where known
    std::optional<double> hover_s;      // under the pointer, the same in all panels

    /// No more rows will come: nothing ages, and there is no "now".
    bool ended() const { return review || run->closed.has_value(); }
    /// Channels speak; what the window shows is the present.
    bool alive() const { return !ended() && run->channels_alive(now) > 0; }
};

/// Seconds since `arrival`; nullopt once the run has ended, when nothing ages.
inline std::optional<double> age_s(const Scene& scene, std::optional<UtcTime> arrival) {
    if (scene.ended() || !arrival) return std::nullopt;
    return std::max(0.0, std::chrono::duration<double>(scene.now - *arrival).count());
}

}  // namespace layerscope
