#include "core/model/layered_system.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <random>

namespace layerscope {
namespace {

constexpr int nodes = 9;
const std::vector<NodeSpan> spans{{2, 4}, {6, 6}, {7, 8}};

class Numbers {
  public:
    template <class Block>
    Block block() {
        Block made;
        for (Eigen::Index i = 0; i < made.size(); ++i) made(i) = uniform_(random_);
        return made;
    }

  private:
    std::mt19937 random_{7};
    std::uniform_real_distribution<double> uniform_{-1, 1};
};

/// The same system twice: as rows, and as one dense matrix.
struct Both {
    LayeredSystem rows{nodes, spans};
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(2 * nodes + 3, 2 * nodes + 3);
    Eigen::MatrixXd sides = Eigen::MatrixXd::Zero(2 * nodes + 3, 2);
};

Both random_system() {
    Both both;
    Numbers numbers;
    for (int i = 0; i < nodes; ++i) {
        auto& row = both.rows.node(i);
        row.left = numbers.block<Eigen::Matrix2d>();
        row.right = numbers.block<Eigen::Matrix2d>();
        row.here = numbers.block<Eigen::Matrix2d>() + 6 * Eigen::Matrix2d::Identity();
        row.layer.setZero();
        row.of_layer_row.setZero();
        row.sides = numbers.block<Eigen::Matrix2d>();
        both.matrix.block<2, 2>(2 * i, 2 * i) = row.here;
        if (i > 0) both.matrix.block<2, 2>(2 * i, 2 * i - 2) = row.left;
        if (i + 1 < nodes) both.matrix.block<2, 2>(2 * i, 2 * i + 2) = row.right;
        both.sides.middleRows<2>(2 * i) = row.sides;
    }
    for (int k = 0; k < int(spans.size()); ++k) {
        auto& layer = both.rows.layer(k);
        layer.here = 5;
        layer.sides = numbers.block<Eigen::RowVector2d>();
        both.matrix(2 * nodes + k, 2 * nodes + k) = layer.here;
        both.sides.row(2 * nodes + k) = layer.sides;
        for (int i = spans[std::size_t(k)].first; i <= spans[std::size_t(k)].last; ++i) {
            auto& row = both.rows.node(i);
            row.layer = numbers.block<Eigen::Vector2d>();
            row.of_layer_row = numbers.block<Eigen::RowVector2d>();
            both.matrix.block<2, 1>(2 * i, 2 * nodes + k) = row.layer;
            both.matrix.block<1, 2>(2 * nodes + k, 2 * i) = row.of_layer_row;
        }
    }
    return both;
}

void expect_solved(Both& both, int columns) {
    const Eigen::MatrixXd dense = both.matrix.partialPivLu().solve(both.sides);
    for (int c = 0; c < columns; ++c) {
        for (int i = 0; i < nodes; ++i) {
            EXPECT_NEAR(both.rows.node(i).sides(0, c), dense(2 * i, c), 1e-12) << i;
            EXPECT_NEAR(both.rows.node(i).sides(1, c), dense(2 * i + 1, c), 1e-12) << i;
        }
        for (int k = 0; k < int(spans.size()); ++k) {
            EXPECT_NEAR(both.rows.layer(k).sides(c), dense(2 * nodes + k, c), 1e-12) << k;
        }
    }
}

TEST(LayeredSystem, solves_what_a_dense_factorisation_solves) {
    Both both = random_system();
    both.rows.solve(LayeredSystem::Sides::one);
    expect_solved(both, 1);
}

TEST(LayeredSystem, solves_two_right_sides_at_once) {
    Both both = random_system();
    both.rows.solve(LayeredSystem::Sides::both);
    expect_solved(both, 2);
}

}  // namespace
}  // namespace layerscope
