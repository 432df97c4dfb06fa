#include "core/analysis/heterogeneity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/analysis/state_of_charge.h"

namespace layerscope {
namespace {

struct Spread {
    double mean, range, sigma, cv, slope;
};

/// Table 1 of Yan, Wang, He, Energy Mater. 2025, 5, 500087: capacities of the four layers at the
/// end of lithiation, Q_th = 16.8 mAh each; what follows from them was worked out apart from this
/// code.
struct PublishedRate {
    const char* rate;
    std::vector<double> capacity_mAh;
    double share_layer1, over_layer1_mAh;
    Spread raw, clipped;
};

const std::vector<PublishedRate> table_1{
    {"0.05C",
     {15.147, 11.651, 12.257, 16.909},
     0.27065613608748484,
     0,
     {0.8327976190476191, 0.3129761904761905, 0.12743315018644055, 0.15301814903382183,
      0.03507142857142857},
     {0.8311755952380953, 0.3064880952380953, 0.12523434223254795, 0.15067134183201544, 0.033125}},
    {"0.1C",
     {18.349, 6.29, 8.393, 8.387},
     0.4430092469639538,
     1.5489999999999995,
     {0.6163541666666666, 0.717797619047619, 0.27943041523220985, 0.45336014639669,
      -0.16537499999999997},
     {0.5933035714285715, 0.6255952380952381, 0.24028769759352206, 0.40499958059404767,
      -0.13771428571428573}},
    {"0.2C",
     {20.714, 10.143, 6.034, 5.772},
     0.4855260998992101,
     3.913999999999998,
     {0.6348660714285713, 0.8894047619047618, 0.3604048609382385, 0.5676864415312948,
      -0.2912797619047619},
     {0.5766220238095238, 0.6564285714285714, 0.2653225631690097, 0.460132551677655,
      -0.22138690476190473}},
    {"0.33C",
     {22.965, 9.108, 5.033, 4.224},
     0.5556496491652553,
     6.164999999999999,
     {0.6150297619047619, 1.115535714285714, 0.44789237099904883, 0.7282450358368275,
      -0.35891666666666666},
     {0.5232886904761905, 0.7485714285714286, 0.29646296706823205, 0.5665380744201676,
      -0.24882738095238094}},
    {"0.5C",
     {24.37, 8.867, 4.523, 3.656},
     0.5884199343248986,
     7.57,
     {0.6163095238095239, 1.2329761904761904, 0.4958043834085605, 0.8044730192451048, -0.39575},
     {0.5036607142857144, 0.7823809523809524, 0.3097235290295586, 0.6149447837495223,
      -0.26057142857142856}},
};

void expect_spread(const Heterogeneity& found, const Spread& published) {
    EXPECT_NEAR(found.mean, published.mean, 1e-12);
    EXPECT_NEAR(found.range, published.range, 1e-12);
    EXPECT_NEAR(found.sigma, published.sigma, 1e-12);
    ASSERT_TRUE(found.cv);
    EXPECT_NEAR(*found.cv, published.cv, 1e-12);
    EXPECT_NEAR(found.slope, published.slope, 1e-12);
}

TEST(Heterogeneity, agrees_with_the_published_table_at_every_rate) {
    const Charge q_th = 16.8 * units::mAh;
    for (const PublishedRate& rate : table_1) {
        SCOPED_TRACE(rate.rate);
        std::vector<double> soc;
        std::vector<double> clipped;
        for (const double capacity_mAh : rate.capacity_mAh) {
            soc.push_back(state_of_charge(capacity_mAh * units::mAh, q_th));
            clipped.push_back(clipped_state_of_charge(soc.back()));
        }
        expect_spread(heterogeneity(soc), rate.raw);
        expect_spread(heterogeneity(clipped), rate.clipped);
        EXPECT_NEAR(share_of_first(rate.capacity_mAh), rate.share_layer1, 1e-12);
        const Charge over = over_capacity(rate.capacity_mAh[0] * units::mAh, q_th);
        EXPECT_NEAR(over.in(units::mAh), rate.over_layer1_mAh, 1e-12);
    }
}

TEST(Heterogeneity, of_equal_layers_is_zero) {
    for (const std::size_t n : {std::size_t{1}, std::size_t{4}, std::size_t{16}}) {
        const Heterogeneity even = heterogeneity(std::vector<double>(n, 0.5));
        EXPECT_EQ(even.mean, 0.5);
        EXPECT_EQ(even.range, 0);
        EXPECT_EQ(even.sigma, 0);
        EXPECT_EQ(even.slope, 0);
        EXPECT_EQ(even.cv, 0);
    }
}

TEST(Heterogeneity, of_16_layers_on_a_line_has_the_slope_of_the_line) {
    std::vector<double> soc;
    for (int k = 1; k <= 16; ++k) soc.push_back(1.0 - 0.05 * k);
    EXPECT_NEAR(heterogeneity(soc).slope, -0.05, 1e-15);
    EXPECT_NEAR(heterogeneity(soc).sigma, 0.05 * std::sqrt((16.0 * 16.0 - 1.0) / 12.0), 1e-15);
}

TEST(Heterogeneity, has_no_coefficient_of_variation_below_a_mean_of_5_percent) {
    EXPECT_FALSE(heterogeneity(std::vector{0.04, 0.0599}).cv);
    EXPECT_TRUE(heterogeneity(std::vector{0.04, 0.0601}).cv);
    EXPECT_FALSE(heterogeneity(std::vector{-0.5, -0.6}).cv);
}

TEST(ShareOfFirst, is_none_while_nothing_flowed_or_all_cancels) {
    EXPECT_TRUE(std::isnan(share_of_first(std::vector{0.0, 0.0})));
    EXPECT_TRUE(std::isnan(share_of_first(std::vector{1e-13, 1e-13})));
    EXPECT_TRUE(std::isnan(share_of_first(std::vector{0.1, 0.2, -0.3})));
    EXPECT_DOUBLE_EQ(share_of_first(std::vector{1e-6, 3e-6}), 0.25);
    EXPECT_DOUBLE_EQ(share_of_first(std::vector{-1.0, -1.0}), 0.5);
    EXPECT_EQ(share_of_first(std::vector{2.0}), 1.0);
}

}  // namespace
}  // namespace layerscope
