#pragma once
#include <vector>

#include "core/analysis/run_analysis.h"

/// Rows and cells for the tests of the folds.
namespace layerscope::made {

/// `layers` layers of 16 cm2 and 16.8 mAh; the odd ones carry a reference.
inline CellDesign design(int layers) {
    CellDesign cell;
    cell.one_c = layers * 16.8 * units::mA;
    for (int k = 1; k <= layers; ++k) {
        cell.layers.push_back({.area = 16.0 * units::cm2,
                               .theoretical_capacity = 16.8 * units::mAh,
                               .capacity_uncertainty = 0.1 * units::mAh,
                               .thickness = 36.0 * units::um,
                               .reference = k % 2 == 1});
    }
    return cell;
}

/// Lithiation is the cycler's discharge; each layer with a reference carries it as V1.
inline RunSetup setup(int layers) {
    RunSetup run;
    run.design = design(layers);
    for (const LayerDesign& layer : run.design.layers) {
        run.reference_fields.push_back(layer.reference ? std::optional<std::string>{"V1"}
                                                       : std::nullopt);
    }
    return run;
}

inline RecordedRow row(std::int64_t seqid, int stepid, double step_time_s, double current_A) {
    RecordedRow made;
    made.seqid = seqid;
    made.stepid = stepid;
    made.cycleid = 1;
    made.testtime_ms = std::int64_t(step_time_s * 1000.0 + 0.5);
    made.voltage_V = 3.7;
    made.current_A = current_A;
    return made;
}

inline RecordedRow row_with_V1(std::int64_t seqid, double step_time_s, double potential_V) {
    RecordedRow made = row(seqid, 1, step_time_s, -0.01);
    made.aux = {{"T1", 25.0}, {"V1", potential_V}};
    return made;
}

}  // namespace layerscope::made
