#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "core/analysis/run_analysis.h"
#include "core/cell/station.h"
#include "core/series/series.h"
#include "core/store/run_file.h"

namespace layerscope {

/// The curves of a run, in the units of the plots: one series a layer, and one of what combines
/// the layers. What is derived is kept to a millionth, as in the file, so that a run looks the same
/// live and after. Curves live as long as their run does.
class RunCurves {
  public:
    /// All rows are to be added.
    explicit RunCurves(const Station& station);
    /// Those of a file, none of whose rows are read; rows that follow are to be added.
    static Result<RunCurves> open(RunReader& reader);

    /// Start of the layer's own clock on that of the run.
    void set_offset_ms(int layer, std::int64_t offset_ms);
    void add(const LayerPoint& point);
    /// Left out where the curve has come that far: folds that go on from a stored state give the
    /// file's newest points again.
    void add(const SpreadPoint& point);
    /// So many rows of the layer are folded. What the curve has beyond them, because the file grew
    /// while it was opened, will be added again, and is left out then.
    void set_folded_rows(int layer, std::int64_t rows);

    /// Drawing came upon a part of the layer's file that cannot be read.
    bool found_damage(int layer) const { return at(layer).series.found_damage(); }

    Curve current_density(int layer) const;  // mA/cm²
    Curve potential(int layer) const;        // V; no value where there is no reference
    Curve soc(int layer) const;
    Curve sigma() const;          // of the states of charge
    Curve share_percent() const;  // of layer 1 in the current; no value while there is none

  private:
    struct Layer {
        mutable Series series;  // drawing from it fills its cache
        double scale = 1;       // current as received to mA/cm², lithiation positive
        std::int64_t offset_ms = 0;
        std::int64_t last_ms = std::numeric_limits<std::int64_t>::min();  // on its own clock
        std::int64_t ahead = 0;  // rows of the series that will be added again
    };
    const Layer& at(int layer) const { return layers_.at(std::size_t(layer) - 1); }
    Layer& at(int layer) { return layers_.at(std::size_t(layer) - 1); }

    double sign_;
    std::vector<Layer> layers_;
    mutable Series combined_;  // likewise
};

}  // namespace layerscope
