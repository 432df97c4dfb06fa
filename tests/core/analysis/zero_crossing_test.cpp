#include "core/analysis/zero_crossing.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/core/analysis/made_rows.h"

namespace layerscope {
namespace {

using made::row_with_V1;

LayerPoint point(std::int64_t seqid, std::optional<double> potential_V) {
    LayerPoint made;
    made.layer = 3;
    made.seqid = seqid;
    made.time_s = 10.0 * double(seqid);
    made.charge_C = 2.0 * double(seqid);
    made.potential_V = potential_V;
    return made;
}

TEST(ZeroCrossing, is_told_once_with_its_row_time_and_charge) {
    ZeroCrossingFlag flag;
    EXPECT_FALSE(flag.add(point(1, 0.001)));
    const auto crossing = flag.add(point(2, 0.0));
    ASSERT_TRUE(crossing);
    EXPECT_EQ(crossing->layer, 3);
    EXPECT_EQ(crossing->seqid, 2);
    EXPECT_EQ(crossing->time_s, 20.0);
    EXPECT_EQ(crossing->potential_V, 0.0);
    EXPECT_EQ(crossing->charge_C, 4.0);
    EXPECT_FALSE(flag.add(point(3, -0.020)));
    EXPECT_FALSE(flag.add(point(4, 0.010)));
    EXPECT_EQ(flag.first()->seqid, 2);
    EXPECT_EQ(flag.min_potential_V(), -0.020);
}

TEST(ZeroCrossing, is_not_seen_where_there_is_no_potential) {
    ZeroCrossingFlag flag;
    EXPECT_FALSE(flag.add(point(1, std::nullopt)));
    EXPECT_FALSE(flag.min_potential_V());
}

TEST(ReferencePotential, comes_from_the_row_under_exactly_its_name) {
    const RecordedRow row = row_with_V1(1, 0, 0.12);
    EXPECT_EQ(reference_potential_V(row, "V1"), 0.12);
    EXPECT_FALSE(reference_potential_V(row, "v1"));
    EXPECT_FALSE(reference_potential_V(row, "V2"));
    EXPECT_FALSE(reference_potential_V(row, std::nullopt));
}

TEST(ReferencePotential, is_none_where_graphite_cannot_have_it) {
    for (const double value : {-2.001, 6.001, 1e9, std::numeric_limits<double>::quiet_NaN(),
                               -std::numeric_limits<double>::infinity()}) {
        EXPECT_FALSE(reference_potential_V(row_with_V1(1, 0, value), "V1")) << value;
    }
    EXPECT_EQ(reference_potential_V(row_with_V1(1, 0, -2.0), "V1"), -2.0);
    EXPECT_EQ(reference_potential_V(row_with_V1(1, 0, 6.0), "V1"), 6.0);
}

}  // namespace
}  // namespace layerscope
