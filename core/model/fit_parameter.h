#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/cell_model.h"

namespace layerscope {

/// What is believed of a parameter before any data: normal, of its value or of its logarithm.
struct Prior {
    enum class Scale { linear, logarithmic };
    Scale scale = Scale::linear;
    double centre = 0;  // of the value
    double width = 1;   // one standard deviation, of the value or of its natural logarithm
    double least = 0;   // no cell can have less,
    double most = 1;    // and none more
};

/// A number of a cell's model that a calibration may choose. A fit sees it as its distance from
/// the prior's centre in standard deviations: every coordinate is then alike.
struct FitParameter {
    std::string name;  // as a person types it: "layer3.lead_ohm"
    Prior prior;
    /// The keys of the cell file that it sets, one a layer or interlayer.
    std::vector<std::string> sets;
    std::function<double(const CellModel&)> read;
    std::function<void(CellModel&, double)> write;

    /// Its value at a coordinate, kept within what a cell can have.
    double value_at(double coordinate) const;
    double coordinate_of(double value) const;
    /// How far a coordinate lies beyond what a cell can have, in standard deviations of the prior.
    double beyond(double coordinate) const;
};

/// The parameters of a list like `interlayer.macmullin,layer2+3.accessible_capacity`, or of a set
/// by its name. `layer.` and `interlayer.` mean all of them alike; numbers joined by '+' mean those
/// alike. Fails with one sentence on a name that is unknown, that sets something twice, or that
/// `cell` cannot have.
Result<std::vector<FitParameter>> find_fit_parameters(std::string_view names,
                                                      const CellModel& cell);

/// The built-in cell that a set or list is meant for, where none is named.
std::string builtin_cell_for(std::string_view names);

/// `cell` with the numbers that a set does not fit but takes from elsewhere; a list takes none.
CellModel prepared_for_fit(std::string_view names, CellModel cell);

/// The sets that ship with the program, and what may be fitted: for --help and docs.
std::vector<std::string> fit_set_names();
std::vector<std::string> fit_parameter_names();

}  // namespace layerscope
