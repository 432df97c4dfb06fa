#pragma once
#include <QColor>
#include <QString>
#include <optional>
#include <vector>

#include "core/series/series.h"

namespace layerscope {

/// A curve of a panel. Its series belongs to the run and lives as long as that is shown.
struct Trace {
    QString name;  // in the value tag: "L1", "E3", "σ"
    QColor color;
    double width_px = 1.5;
    bool dashed = false;
    bool strong = false;   // the tag's value in a heavier weight
    bool in_band = false;  // takes part in the shaded range
    Curve curve;
};

/// A horizontal line with its meaning: 0 V, the theoretical capacity.
struct Level {
    double value = 0;
    QString name;        // painted where there is room, may be empty
    bool alarm = false;  // red, as it has been crossed
};

/// All that one panel shows, apart from the time range.
struct PanelContent {
    QString title, unit, remark;
    std::vector<Trace> traces;  // first painted last, on top
    int decimals = 3;           // of tags and hover
    std::optional<Level> level;
    bool tone_below_level = false;
    std::optional<std::size_t> red_trace;  // red between the level and it, after the crossing
    bool band = false;       // shade from the least to the greatest of the traces in it
    bool from_zero = false;  // the scale begins at 0 unless values lie below
    double least_span = 0;   // of the scale: below it there is only noise
    std::optional<double> crossing_s;
    QString crossing_label;
    std::optional<double> now_s;  // the newest row, beyond which nothing is known yet
    QString now_label;            // what stands at it, may be empty
    bool time_axis = false;       // the lowest panel carries the ticks
    QString waiting;              // in the middle while there is no value
};

}  // namespace layerscope
