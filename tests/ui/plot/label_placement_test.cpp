#include "ui/plot/label_placement.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

using Places = std::vector<double>;

TEST(LabelPlacement, leaves_labels_where_they_are_when_they_have_room) {
    EXPECT_EQ(place_labels({50, 10, 90}, 17, 0, 100), (Places{50, 10, 90}));
}

TEST(LabelPlacement, pushes_two_apart_by_half_each) {
    EXPECT_EQ(place_labels({50, 50}, 20, 0, 100), (Places{40, 60}));
}

TEST(LabelPlacement, keeps_a_cluster_inside_and_in_order) {
    const Places places = place_labels({99, 100, 98, 97}, 17, 0, 100);
    EXPECT_EQ(places, (Places{83, 100, 66, 49}));
}

TEST(LabelPlacement, spreads_evenly_what_does_not_fit) {
    EXPECT_EQ(place_labels({5, 5, 5}, 17, 0, 20), (Places{0, 10, 20}));
}

}  // namespace
}  // namespace layerscope
