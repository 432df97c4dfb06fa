#pragma once
#include <vector>

#include "ui/plot/trace_panel.h"

namespace layerscope {

/// Paints what lies over a panel's curves: header, tags, marks and the values under the pointer.
void paint_overlay(Ink& ink, const TracePanel& panel, const Scene& scene);

/// A value tag in the right gutter: where it is painted and where its value is.
struct Tag {
    std::size_t trace = 0;
    double y = 0;
    double true_y = 0;
    double value = 0;
};
std::vector<Tag> place_tags(const TracePanel& panel);

inline constexpr double tag_height = 17;

}  // namespace layerscope
