#include "core/analysis/capacity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/core/analysis/made_rows.h"

namespace layerscope {
namespace {

using made::row;

/// Integrates rows as received, charge positive.
struct Integrated {
    StepClock clock;
    ChargeIntegral integral;

    double add(const RecordedRow& next) {
        integral.add(next.seqid, clock.advance(next), next.current_A);
        return integral.charge_C();
    }
};

TEST(Capacity, of_a_constant_current_is_current_times_time) {
    Integrated run;
    for (int i = 0; i <= 360; ++i) run.add(row(i + 1, 1, 10.0 * i, 0.02));
    EXPECT_NEAR(run.integral.charge_C(), 72.0, 72.0 * 1e-13);
    EXPECT_EQ(run.integral.charge_C(), run.integral.absolute_charge_C());
}

TEST(Capacity, of_a_ramp_is_half_its_end_times_its_length) {
    Integrated run;
    for (int i = 0; i <= 100; ++i) run.add(row(i + 1, 1, i, -0.001 * i));
    EXPECT_NEAR(run.integral.charge_C(), -5.0, 5.0 * 1e-13);
    EXPECT_NEAR(run.integral.absolute_charge_C(), 5.0, 5.0 * 1e-13);
}

TEST(Capacity, counts_the_time_before_a_steps_first_row_at_that_rows_current) {
    Integrated run;
    EXPECT_DOUBLE_EQ(run.add(row(1, 1, 2.0, 1.0)), 2.0);
    EXPECT_DOUBLE_EQ(run.add(row(2, 1, 10.0, 1.0)), 10.0);
    EXPECT_DOUBLE_EQ(run.add(row(3, 2, 0.5, -4.0)), 8.0);
    EXPECT_DOUBLE_EQ(run.integral.absolute_charge_C(), 12.0);
}

TEST(Capacity, never_joins_the_currents_of_two_steps) {
    Integrated run;
    run.add(row(1, 1, 0.0, 1.0));
    run.add(row(2, 1, 10.0, 1.0));
    EXPECT_DOUBLE_EQ(run.add(row(3, 2, 0.0, -1.0)), 10.0);
}

TEST(Capacity, counts_nothing_over_missing_rows_and_tells_how_many) {
    Integrated run;
    run.add(row(1, 1, 0.0, 1.0));
    run.add(row(2, 1, 10.0, 1.0));
    EXPECT_DOUBLE_EQ(run.add(row(5, 1, 40.0, 1.0)), 10.0);
    EXPECT_TRUE(run.integral.after_gap());
    EXPECT_EQ(run.integral.missing_rows(), 2);
    EXPECT_DOUBLE_EQ(run.add(row(6, 1, 50.0, 1.0)), 20.0);
    EXPECT_FALSE(run.integral.after_gap());
    EXPECT_DOUBLE_EQ(run.add(row(8, 2, 3.0, 1.0)), 20.0);
    EXPECT_EQ(run.integral.missing_rows(), 3);
    EXPECT_EQ(run.integral.rows(), 5);
}

TEST(Capacity, takes_a_long_interval_between_neighbours_for_what_it_is) {
    Integrated run;
    run.add(row(1, 1, 0.0, 0.5));
    EXPECT_DOUBLE_EQ(run.add(row(2, 1, 3600.0, 0.5)), 1800.0);
    EXPECT_FALSE(run.integral.after_gap());
}

TEST(Capacity, of_a_run_joined_in_its_middle_begins_there) {
    Integrated run;
    EXPECT_EQ(run.add(row(500, 3, 4990.0, 0.1)), 0.0);
    EXPECT_TRUE(run.integral.after_gap());
    EXPECT_EQ(run.integral.missing_rows(), 499);
    EXPECT_NEAR(run.add(row(501, 3, 5000.0, 0.1)), 1.0, 1e-15);
}

TEST(Capacity, of_a_channel_that_goes_on_from_another_run_misses_nothing) {
    Integrated run;
    run.integral = ChargeIntegral{500};
    EXPECT_EQ(run.add(row(500, 3, 4990.0, 0.1)), 0.0);
    EXPECT_FALSE(run.integral.after_gap());
    EXPECT_NEAR(run.add(row(501, 3, 5000.0, 0.1)), 1.0, 1e-15);
    EXPECT_EQ(run.integral.missing_rows(), 0);
    run.add(row(503, 3, 5020.0, 0.1));
    EXPECT_EQ(run.integral.missing_rows(), 1);
}

TEST(Capacity, holds_a_millionth_of_the_absolute_charge_over_20000_rows_that_cancel) {
    std::mt19937_64 random{7};
    std::uniform_real_distribution<double> current_A{0.001, 0.03};
    std::uniform_int_distribution<int> interval_ms{1, 60'000};
    Integrated run;
    long double charge_C = 0;
    long double absolute_C = 0;
    RecordedRow before;
    for (int i = 0; i < 20'000; ++i) {
        const int step = i / 500;
        const double sign = step % 2 == 0 ? 1.0 : -1.0;
        const bool first = i % 500 == 0;
        RecordedRow next = row(i + 1, step, 0, sign * current_A(random));
        next.testtime_ms = first ? 0 : before.testtime_ms + interval_ms(random);
        run.add(next);
        if (!first) {
            const long double width_s = (next.testtime_ms - before.testtime_ms) / 1000.0L;
            const long double part_C =
                width_s * ((long double)(before.current_A) + next.current_A) / 2;
            charge_C += part_C;
            absolute_C += std::abs(part_C);
        }
        before = next;
    }
    ASSERT_GT(absolute_C, 1000.0L);
    EXPECT_LT(std::abs(run.integral.charge_C() - charge_C), 1e-12L * absolute_C);
    EXPECT_LT(std::abs(run.integral.absolute_charge_C() - absolute_C), 1e-12L * absolute_C);
}

TEST(DeviceCount, sums_the_ends_of_executions_with_the_direction_of_their_current) {
    StepClock clock;
    DeviceCount count;
    const auto add = [&](RecordedRow next, double capacity_Ah) {
        count.add(clock.advance(next), next.current_A, capacity_Ah);
    };
    add(row(1, 1, 0, 0.01), 0.0);
    add(row(2, 1, 10, 0.01), 0.5);
    EXPECT_DOUBLE_EQ(count.charge_C(), 1800.0);
    add(row(3, 2, 0, 0.0), 0.0);  // rest
    add(row(4, 3, 0, -0.01), 0.0);
    add(row(5, 3, 10, -0.01), 0.25);
    add(row(6, 3, 20, 1e-6), 0.25);  // its end has hardly a current left
    EXPECT_DOUBLE_EQ(count.charge_C(), 900.0);
}

}  // namespace
}  // namespace layerscope
