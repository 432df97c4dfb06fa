#pragma once
#include <Eigen/Core>
#include <vector>

namespace layerscope {

/// Nodes `first` to `last` of one layer.
struct NodeSpan {
    int first = 0;
    int last = 0;
};

/// The linear system of one Newton step, for two right sides at once. Each node has two unknowns
/// that couple to its neighbours' only. Each layer has one more, which couples to that layer's
/// nodes only: it is eliminated at the layer's last node, so that the work grows with the number of
/// nodes alone.
class LayeredSystem {
  public:
    /// left·(node before) + here·(this node) + right·(node after) + layer·(the layer's unknown)
    /// = sides, a column for each right side.
    struct NodeRow {
        Eigen::Matrix2d left, here, right;
        Eigen::Vector2d layer;
        Eigen::Matrix2d sides;
        Eigen::RowVector2d of_layer_row;  // what the layer's equation holds of this node
    };
    /// Σ of_layer_row·(its nodes) + here·(its unknown) = sides.
    struct LayerRow {
        double here = 0;
        Eigen::RowVector2d sides;
    };
    enum class Sides { one, both };

    /// Layers from left to right, apart from one another.
    LayeredSystem(int nodes, std::vector<NodeSpan> layers);

    NodeRow& node(int i) { return nodes_[std::size_t(i)]; }
    LayerRow& layer(int k) { return layers_[std::size_t(k)]; }

    /// Solves in place, for the first right side or for both; `sides` then hold the unknowns.
    /// Allocates nothing.
    void solve(Sides sides);

  private:
    template <int columns>
    void solve_columns();

    std::vector<NodeSpan> spans_;
    std::vector<NodeRow> nodes_;
    std::vector<LayerRow> layers_;
    std::vector<Eigen::RowVector2d> last_of_layer_row_;  // the layers' rows, reduced to one node
};

}  // namespace layerscope
