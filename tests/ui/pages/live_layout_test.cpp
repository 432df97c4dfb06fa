#include "ui/pages/live_layout.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

LiveNeeds needs(QSize window, int tiles) {
    return {.page = {window.width() - 64, window.height() - 72},
            .window_width = window.width(),
            .window_height = window.height(),
            .tiles = tiles,
            .bars_height = 202,
            .zero_height = 142};
}

void expect_apart(const std::vector<QRect>& boxes) {
    for (std::size_t i = 0; i < boxes.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            EXPECT_FALSE(boxes[i].intersects(boxes[k])) << i << ' ' << k;
}

TEST(LiveLayout, keeps_cards_apart_and_columns_in_place_at_1440x900) {
    for (int tiles = 0; tiles <= 5; ++tiles) {
        const LiveLayout layout = lay_out_live(needs({1440, 900}, tiles));
        ASSERT_TRUE(layout.cross_section);
        EXPECT_EQ(layout.cross_section->width(), 248);
        EXPECT_GT(layout.cross_section->height(), 350);
        EXPECT_EQ(layout.plots.width(), 792);
        EXPECT_EQ(layout.bars.width(), 304);
        EXPECT_EQ(int(layout.tiles.size()), tiles);
        auto boxes = layout.tiles;
        boxes.insert(boxes.end(), {*layout.cross_section, layout.plots, layout.bars, layout.zero,
                                   layout.events, layout.strip});
        expect_apart(boxes);
    }
}

TEST(LiveLayout, turns_the_left_column_into_a_row_below_1300_px) {
    const LiveLayout layout = lay_out_live(needs({1200, 800}, 5));
    EXPECT_FALSE(layout.cross_section);
    for (const QRect& tile : layout.tiles) EXPECT_EQ(tile.top(), layout.tiles.front().top());
    auto boxes = layout.tiles;
    boxes.insert(boxes.end(),
                 {layout.plots, layout.bars, layout.zero, layout.events, layout.strip});
    expect_apart(boxes);
    EXPECT_FALSE(layout.panels[2].isEmpty());
}

TEST(LiveLayout, folds_the_third_panel_in_a_low_window_and_never_the_first_two) {
    const LiveLayout layout = lay_out_live(needs({1200, 720}, 4));
    EXPECT_TRUE(layout.panels[2].isEmpty());
    EXPECT_GT(layout.panels[0].height(), 150);
    EXPECT_GT(layout.panels[1].height(), layout.panels[0].height());
}

}  // namespace
}  // namespace layerscope
