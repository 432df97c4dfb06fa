#pragma once
#include <vector>

namespace layerscope {

/// Where labels of `height` go that would like to stand at `wanted`: none overlaps another, all lie
/// between `top` and `bottom`, the order stays, and together they move as little as possible (least
/// squares). More labels than fit are spread evenly, each over the next.
std::vector<double> place_labels(const std::vector<double>& wanted, double height, double top,
                                 double bottom);

}  // namespace layerscope
