#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/capacity_table.h"

namespace layerscope {

/// What was seen of a layer in a lithiation beside its capacity: that a quantity stayed above or
/// below a value. Weaker than a number, and often all that a text says.
struct Observation {
    enum class Quantity {
        least_potential,  // V, of the layer against lithium, in the lithiation
        plated,           // C, most that lay in the layer
        filling,          // mean stoichiometry at the end, of the accessible capacity
    };
    enum class Bound { above, below };

    double rate_C = 0;
    int layer = 1;
    Quantity quantity{};
    Bound bound{};
    double value = 0;      // SI
    double tolerance = 0;  // a miss by this much counts as one standard deviation
};

/// How far `shown` misses the observation, in tolerances; 0 where it holds.
double miss(const Observation& observation, double shown);

/// One sentence for people: "0.1C: layer 1 falls below -4 mV".
std::string to_sentence(const Observation& observation);

/// Reads `rate_C,layer,quantity,bound,value,tolerance`, quantities `least_potential_mV`,
/// `plated_mAh` and `filling`, bounds `above` and `below`; rates and layers are those of `table`.
/// A fault is one sentence with `file`, line and remedy.
Result<std::vector<Observation>> parse_observations(std::string_view csv, const std::string& file,
                                                    const CapacityTable& table);

}  // namespace layerscope
