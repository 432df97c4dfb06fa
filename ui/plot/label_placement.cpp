#include "ui/plot/label_placement.h"

#include <algorithm>
#include <numeric>

namespace layerscope {
namespace {

/// Neighbours that touch move as one block around the mean of what they want.
struct Block {
    double sum = 0;
    std::size_t count = 0;

    double mean() const { return sum / double(count); }
};

}  // namespace

std::vector<double> place_labels(const std::vector<double>& wanted, double height, double top,
                                 double bottom) {
    std::vector<double> placed(wanted.size());
    if (wanted.empty()) return placed;
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });

    const double room = bottom - top;
    const double needed = height * double(wanted.size() - 1);
    const double step =
        needed <= room || wanted.size() == 1 ? height : room / double(wanted.size() - 1);

    // With the steps taken off, "no overlap" is "never falls": pool those that would.
    std::vector<Block> blocks;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        blocks.push_back({wanted[order[rank]] - step * double(rank), 1});
        while (blocks.size() > 1 && blocks.back().mean() < blocks[blocks.size() - 2].mean()) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().count += last.count;
        }
    }
    const double lowest = bottom - step * double(wanted.size() - 1);
    std::size_t rank = 0;
    for (const Block& block : blocks) {
        const double base = std::clamp(block.mean(), top, std::max(top, lowest));
        for (std::size_t i = 0; i < block.count; ++i, ++rank)
            placed[order[rank]] = base + step * double(rank);
    }
    return placed;
}

}  // namespace layerscope
