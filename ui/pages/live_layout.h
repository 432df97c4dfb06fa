#pragma once
#include <QRect>
#include <QSize>
#include <array>
#include <optional>
#include <vector>

namespace layerscope {

/// Where the parts of the live page stand, in the page's own pixels.
struct LiveLayout {
    std::optional<QRect> cross_section;  // gives way below 1300 px of window width
    std::vector<QRect> tiles;
    QRect plots;                  // the card around the panels
    std::array<QRect, 3> panels;  // the third is empty where the window is too low for it
    QRect bars, zero, events, strip;
};

struct LiveNeeds {
    QSize page;
    int window_width = 0;
    int window_height = 0;
    int tiles = 0;
    int bars_height = 0;
    int zero_height = 0;
};

LiveLayout lay_out_live(const LiveNeeds& needs);

}  // namespace layerscope
