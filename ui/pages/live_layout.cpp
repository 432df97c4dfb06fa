#include "ui/pages/live_layout.h"

#include <algorithm>
#include <cmath>

namespace layerscope {
namespace {

constexpr int gutter = 8;
constexpr int left_width = 248;
constexpr int right_width = 304;
constexpr int strip_height = 56;
constexpr int compact_tile_height = 92;
constexpr int least_window_width = 1300;  // below it the left column becomes a row
constexpr int least_window_height = 760;  // below it the third panel folds
// The potential is the alarm quantity and gets most.
constexpr std::array panel_parts{0.305, 0.385, 0.31};

/// Two columns of tiles at the foot of `column`; an odd last one takes its whole row.
int place_tiles(std::vector<QRect>& tiles, int count, QRect column) {
    const int rows = (count + 1) / 2;
    if (rows == 0) return column.bottom() + 1;
    const int height = std::clamp(int(0.36 * column.height()) / rows, 104, 136);
    const int half = (column.width() - gutter) / 2;
    const int top = column.bottom() + 1 - rows * height - (rows - 1) * gutter;
    for (int i = 0; i < count; ++i) {
        const bool alone = i == count - 1 && count % 2 == 1;
        tiles.emplace_back(column.left() + (i % 2) * (half + gutter),
                           top + (i / 2) * (height + gutter), alone ? column.width() : half,
                           height);
    }
    return top - gutter;
}

void place_row(std::vector<QRect>& tiles, int count, QRect row) {
    for (int i = 0; i < count; ++i) {
        const int from = row.left() + (row.width() + gutter) * i / count;
        const int to = row.left() + (row.width() + gutter) * (i + 1) / count - gutter;
        tiles.emplace_back(from, row.top(), to - from, row.height());
    }
}

void place_panels(LiveLayout& layout, bool fold) {
    const QRect inside = layout.plots.adjusted(1, 1, -1, -1);
    const double all = fold ? panel_parts[0] + panel_parts[1] : 1.0;
    double from = 0;
    for (std::size_t i = 0; i < panel_parts.size(); ++i) {
        if (fold && i == 2) return;
        const double to = from + panel_parts[i] / all;
        const int top = inside.top() + int(std::lround(from * inside.height()));
        const int bottom = inside.top() + int(std::lround(to * inside.height()));
        layout.panels[i] = {inside.left(), top, inside.width(), bottom - top};
        from = to;
    }
}

}  // namespace

LiveLayout lay_out_live(const LiveNeeds& needs) {
    LiveLayout layout;
    const QRect cards{gutter, gutter, needs.page.width() - 2 * gutter,
                      needs.page.height() - strip_height - 3 * gutter};
    layout.strip = {cards.left(), cards.bottom() + 1 + gutter, cards.width(), strip_height};
    const QRect right{cards.right() + 1 - right_width, cards.top(), right_width, cards.height()};
    QRect centre = cards.adjusted(0, 0, -right_width - gutter, 0);

    if (needs.window_width >= least_window_width) {
        const QRect left{cards.left(), cards.top(), left_width, cards.height()};
        const int bottom = place_tiles(layout.tiles, needs.tiles, left);
        layout.cross_section = QRect{left.left(), left.top(), left_width, bottom - left.top()};
        centre.setLeft(left.right() + 1 + gutter);
    } else if (needs.tiles > 0) {
        place_row(layout.tiles, needs.tiles,
                  {centre.left(), centre.top(), centre.width(), compact_tile_height});
        centre.setTop(centre.top() + compact_tile_height + gutter);
    }
    layout.plots = centre;
    place_panels(layout, needs.window_height < least_window_height);

    layout.bars = {right.left(), right.top(), right_width, needs.bars_height};
    layout.zero = {right.left(), layout.bars.bottom() + 1 + gutter, right_width, needs.zero_height};
    layout.events = right;
    layout.events.setTop(layout.zero.bottom() + 1 + gutter);
    return layout;
}

}  // namespace layerscope
