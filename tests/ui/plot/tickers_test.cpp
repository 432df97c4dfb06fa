#include "ui/plot/tickers.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(Tickers, step_by_one_two_two_and_a_half_or_five) {
    EXPECT_DOUBLE_EQ(value_step(1.2, 6), 0.2);
    EXPECT_DOUBLE_EQ(value_step(1.4, 6), 0.25);
    EXPECT_DOUBLE_EQ(value_step(0.27, 6), 0.05);
    EXPECT_DOUBLE_EQ(value_step(55, 6), 10);
}

TEST(Tickers, write_as_many_decimals_as_the_step_needs) {
    EXPECT_EQ(decimals_for(0.25), 2);
    EXPECT_EQ(decimals_for(0.05), 2);
    EXPECT_EQ(decimals_for(0.5), 1);
    EXPECT_EQ(decimals_for(10), 0);
}

TEST(Tickers, divide_time_as_clocks_do) {
    EXPECT_EQ(time_step_s(60, 8), 10);
    EXPECT_EQ(time_step_s(4200, 8), 600);
    EXPECT_EQ(time_step_s(80000, 8), 10800);
    EXPECT_EQ(time_step_s(8 * 86400.0, 8), 86400);
}

/// Labels as an axis asks for them.
QStringList labels(QCPAxisTicker& ticker, double from, double to) {
    QVector<double> ticks;
    QVector<QString> texts;
    ticker.generate(QCPRange{from, to}, QLocale::c(), 'f', 3, ticks, nullptr, &texts);
    return {texts.begin(), texts.end()};
}

TEST(Tickers, write_a_real_minus_and_zero_without_decimals) {
    ValueTicker ticker;
    const QStringList texts = labels(ticker, -0.11, 0.12);
    EXPECT_TRUE(texts.contains(QStringLiteral("−0.05")));
    EXPECT_TRUE(texts.contains(QStringLiteral("0")));
    EXPECT_TRUE(texts.contains(QStringLiteral("0.10")));
}

TEST(Tickers, write_seconds_only_where_ticks_are_closer_than_a_minute) {
    TimeTicker ticker;
    EXPECT_TRUE(labels(ticker, 0, 4200).contains(QStringLiteral("0:10")));
    EXPECT_FALSE(ticker.with_seconds());
    EXPECT_TRUE(labels(ticker, 0, 60).contains(QStringLiteral("0:00:10")));
    EXPECT_TRUE(ticker.with_seconds());
}

}  // namespace
}  // namespace layerscope
