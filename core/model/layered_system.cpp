#include "core/model/layered_system.h"

#include <Eigen/LU>
#include <utility>

namespace layerscope {

LayeredSystem::LayeredSystem(int nodes, std::vector<NodeSpan> layers)
    : spans_{std::move(layers)},
      nodes_(std::size_t(nodes)),
      layers_(spans_.size()),
      last_of_layer_row_(spans_.size()) {}

template <int columns>
void LayeredSystem::solve_columns() {
    const int count = int(nodes_.size());
    std::size_t k = 0;
    // Down: each node is expressed by the one after it and, within a layer, by the layer's unknown.
    for (int i = 0; i < count; ++i) {
        NodeRow& row = node(i);
        const bool in_layer = k < spans_.size() && i >= spans_[k].first;
        const bool ends_layer = in_layer && i == spans_[k].last;
        if (ends_layer) {
            LayerRow& layer = layers_[k];
            const double inverse = 1 / layer.here;
            layer.sides *= inverse;
            last_of_layer_row_[k] = inverse * row.of_layer_row;
            row.here.noalias() -= row.layer * last_of_layer_row_[k];
            row.sides.leftCols<columns>().noalias() -= row.layer * layer.sides.leftCols<columns>();
        }
        const Eigen::Matrix2d inverse = row.here.inverse();
        row.right = (inverse * row.right).eval();
        row.sides.leftCols<columns>() = (inverse * row.sides.leftCols<columns>()).eval();
        if (i + 1 == count) break;
        NodeRow& next = node(i + 1);
        next.here.noalias() -= next.left * row.right;
        next.sides.leftCols<columns>().noalias() -= next.left * row.sides.leftCols<columns>();
        if (ends_layer) {
            ++k;
        } else if (in_layer) {
            row.layer = (inverse * row.layer).eval();
            next.layer.noalias() -= next.left * row.layer;
            LayerRow& layer = layers_[k];
            layer.here -= row.of_layer_row * row.layer;
            layer.sides.leftCols<columns>().noalias() -=
                row.of_layer_row * row.sides.leftCols<columns>();
            next.of_layer_row.noalias() -= row.of_layer_row * row.right;
        }
    }
    // Up again: a layer's unknown follows from its last node, then serves the nodes before it.
    k = spans_.size();
    for (int i = count - 1; i >= 0; --i) {
        NodeRow& row = node(i);
        auto unknowns = row.sides.leftCols<columns>();
        if (i + 1 < count) unknowns.noalias() -= row.right * node(i + 1).sides.leftCols<columns>();
        if (k > 0 && i == spans_[k - 1].last) {
            --k;
            layers_[k].sides.leftCols<columns>().noalias() -= last_of_layer_row_[k] * unknowns;
        } else if (k < spans_.size() && i >= spans_[k].first && i < spans_[k].last) {
            unknowns.noalias() -= row.layer * layers_[k].sides.leftCols<columns>();
        }
    }
}

void LayeredSystem::solve(Sides sides) {
    if (sides == Sides::one) {
        solve_columns<1>();
    } else {
        solve_columns<2>();
    }
}

}  // namespace layerscope
