#include "hw/hardware_thread.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <future>
#include <stdexcept>

#include "tests/hw/recording_sink.h"
#include "tests/hw/scripted_cycler.h"

namespace layerscope {
namespace {

using State = LinkReport::State;

TEST(HardwareThread, carries_its_name_and_runs_what_is_posted) {
    RecordingSink sink;
    HardwareThread thread{Station{}, sink};
    std::promise<std::string> name;
    thread.post([&] {
        std::array<char, 16> text{};
        pthread_getname_np(pthread_self(), text.data(), text.size());
        name.set_value(text.data());
    });
    EXPECT_EQ(name.get_future().get(), "hardware");
}

TEST(HardwareThread, stops_twice_and_runs_nothing_afterwards) {
    RecordingSink sink;
    HardwareThread thread{loopback_station(1, closed_port()), sink};
    thread.stop();
    thread.stop();
    bool ran = false;
    thread.post([&] { ran = true; });
    EXPECT_FALSE(ran);
}

// Deadlines and back-off are a minute here: a stop that waited for one would not pass unseen.
TEST(HardwareThread, leaves_every_step_at_once_when_stopped) {
    for (const std::string silent : {"getdevinfo", "inquire", "inquiredf", "download"}) {
        std::promise<void> asked;
        ScriptedCycler cycler{
            2, [&, first = true](const std::string& command, ScriptedAnswer usual) mutable {
                if (command != silent) return usual;
                if (std::exchange(first, false)) asked.set_value();
                return ScriptedAnswer{"<bts>half of an answ"};
            }};
        cycler.record(1, 5);
        RecordingSink sink;
        HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
        asked.get_future().wait();
        thread.stop();
        EXPECT_FALSE(sink.recorded().was(State::lost)) << silent;
    }
}

TEST(HardwareThread, leaves_its_waits_at_once_when_stopped) {
    RecordingSink sink;
    LinkTimes times = patient_times();
    times.first_retry = times.longest_retry = std::chrono::hours{1};
    HardwareThread backing_off{loopback_station(1, closed_port()), sink, times};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::lost); }));
    backing_off.stop();

    ScriptedCycler cycler{1};
    RecordingSink other_sink;
    Station station = loopback_station(1, cycler.port());
    station.devices[0].poll = std::chrono::hours{1};
    HardwareThread between_polls{station, other_sink, times};
    ASSERT_TRUE(other_sink.wait([](const Recorded& told) { return !told.polls.empty(); }));
    between_polls.stop();
    EXPECT_EQ(other_sink.recorded().polls.size(), 1U);
}

TEST(HardwareThread, may_be_stopped_at_any_moment) {
    ScriptedCycler cycler{2};
    cycler.record(1, 100'000);
    cycler.record(2, 100'000);
    for (std::size_t pages = 0; pages < 40; ++pages) {
        RecordingSink sink;
        HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
        ASSERT_TRUE(sink.wait([&](const Recorded& told) { return told.pages.size() >= pages; }));
        thread.stop();
        const auto after = sink.recorded().pages.size();
        EXPECT_GE(after, pages);
    }
}

TEST(HardwareThread, serves_several_devices_and_a_dead_one_holds_up_no_other) {
    ScriptedCycler first{1};
    ScriptedCycler second{2};
    first.record(1, 15);
    second.record(2, 25);
    Station station = loopback_station(2, first.port());
    station.devices.push_back(station.devices[0]);
    station.devices[1].id = "bts-2";
    station.devices[1].port = second.port();
    station.devices.push_back(station.devices[0]);
    station.devices[2].id = "dead";
    station.devices[2].port = closed_port();
    station.channels[1].device = "bts-2";
    RecordingSink sink;
    HardwareThread thread{station, sink, patient_times()};
    EXPECT_TRUE(sink.wait([](const Recorded& told) {
        return told.rows_of(1) == 15 && told.rows_of(2) == 25 && told.was(State::lost);
    }));
}

class BrokenSink : public RecordingSink {
  public:
    std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& /*reports*/,
                                                bool /*fresh_link*/) override {
        throw std::runtime_error{"no memory for a plan"};
    }
};

TEST(HardwareThread, says_when_a_driver_ends_by_a_fault) {
    ScriptedCycler cycler{1};
    BrokenSink sink;
    HardwareThread thread{loopback_station(1, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::lost); }));
    thread.stop();
    EXPECT_EQ(sink.recorded().links.back().sentence,
              "bts: the driver ended (no memory for a plan); start the recording again");
}

TEST(HardwareThread, says_when_posted_work_ends_it) {
    RecordingSink sink;
    HardwareThread thread{Station{}, sink};
    thread.post([] { throw std::runtime_error{"bad work"}; });
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return !told.notes.empty(); }));
    EXPECT_TRUE(sink.recorded().has_note(
        0, "the hardware thread ended (bad work); start the recording again"));
}

}  // namespace
}  // namespace layerscope
