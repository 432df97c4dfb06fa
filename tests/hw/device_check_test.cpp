#include "hw/device_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/hw/recording_sink.h"
#include "tests/hw/scripted_cycler.h"

namespace layerscope {
namespace {

TEST(DeviceCheck, tells_what_every_channel_says) {
    ScriptedCycler cycler{2};
    cycler.record(1, 12);
    cycler.record(2, 7, true);
    Station station = loopback_station(2, cycler.port());
    station.channels[0].reference_field = "V1";
    const auto checks = check_devices(station, patient_times());
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_TRUE(checks[0].ok());
    ASSERT_EQ(checks[0].channels.size(), 2U);
    const auto& first = checks[0].channels[0];
    EXPECT_EQ(first.rows, 12);
    EXPECT_EQ(first.reference_V, 0.125);
    EXPECT_EQ(first.now.value().status, "working");
    EXPECT_EQ(first.now.value().test_id, 143);
    EXPECT_EQ(first.now.value().voltage_V, 0.25);
    const auto& second = checks[0].channels[1];
    EXPECT_EQ(second.rows, 7);
    EXPECT_EQ(second.reference_V, std::nullopt);
    EXPECT_EQ(second.now.value().status, "finish");
    for (const auto& command : cycler.commands()) EXPECT_NE(command, "download");
}

TEST(DeviceCheck, names_the_channel_that_is_not_there) {
    ScriptedCycler cycler{1};
    const auto checks = check_devices(loopback_station(2, cycler.port()), patient_times());
    EXPECT_FALSE(checks.at(0).ok());
    EXPECT_EQ(checks[0].error, "");
    EXPECT_EQ(checks[0].channels.at(0).error, "");
    EXPECT_FALSE(checks[0].channels.at(1).now);
    EXPECT_EQ(checks[0].first_error(), checks[0].channels.at(1).error);
    EXPECT_EQ(
        checks[0].channels.at(1).error,
        "channel 27-21-1-2 of layer 2 is not on bts; it has 27-21-1-1; correct the station or "
        "see to the cycler");
}

TEST(DeviceCheck, names_the_reference_that_is_not_there) {
    ScriptedCycler cycler{1};
    Station station = loopback_station(1, cycler.port());
    station.channels[0].reference_field = "V2";
    const auto checks = check_devices(station, patient_times());
    EXPECT_FALSE(checks.at(0).ok());
    EXPECT_EQ(
        checks[0].channels.at(0).error,
        "channel 27-21-1-1 of layer 1 has no 'V2' for the reference; it has V1; map it in the "
        "cycler's program or correct the station");
}

TEST(DeviceCheck, tells_why_a_device_does_not_answer_and_tries_the_next) {
    ScriptedCycler cycler{1};
    Station station = loopback_station(1, closed_port());
    station.devices.push_back(station.devices[0]);
    station.devices[1].id = "spare";
    station.devices[1].port = cycler.port();
    const auto checks = check_devices(station, patient_times());
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_EQ(checks[0].error,
              fmt::format("bts at 127.0.0.1:{}: connection refused; see that the cycler's program "
                          "runs in API mode and that the port is right",
                          station.devices[0].port));
    EXPECT_FALSE(checks[0].ok());
    EXPECT_EQ(checks[0].first_error(), checks[0].error);
    EXPECT_TRUE(checks[1].ok());
}

}  // namespace
}  // namespace layerscope
