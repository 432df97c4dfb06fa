#include "hw/neware_bts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <thread>

#include "hw/hardware_thread.h"
#include "tests/hw/recording_sink.h"
#include "tests/hw/scripted_cycler.h"

namespace layerscope {
namespace {

using State = LinkReport::State;
using std::chrono::milliseconds;

std::vector<std::int64_t> up_to(std::int64_t last) {
    std::vector<std::int64_t> seqids(static_cast<std::size_t>(last));
    std::iota(seqids.begin(), seqids.end(), 1);
    return seqids;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

/// Answers `command` with `bytes`, everything else as usual.
ScriptedCycler::Script answering(std::string command, ScriptedAnswer answer) {
    return [command = std::move(command), answer = std::move(answer)](const std::string& asked,
                                                                      ScriptedAnswer usual) {
        return asked == command ? answer : usual;
    };
}

/// Why the link was lost, with a cycler that follows `script`.
std::string loss(const ScriptedCycler::Script& script, LinkTimes times = patient_times()) {
    ScriptedCycler cycler{2, script};
    cycler.record(1, 5);
    RecordingSink sink;
    const Station station = loopback_station(2, cycler.port());
    HardwareThread thread{station, sink, times};
    EXPECT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::lost); }));
    thread.stop();
    const auto prefix = fmt::format("bts at 127.0.0.1:{}: ", cycler.port());
    for (const auto& link : sink.recorded().links) {
        if (link.state != State::lost) continue;
        EXPECT_EQ(link.sentence.find(prefix), 0U) << link.sentence;
        return link.sentence.substr(prefix.size());
    }
    return "no loss";
}

TEST(NewareBts, fetches_every_row_once_and_no_layer_waits_for_another) {
    ScriptedCycler cycler{2};
    cycler.record(1, 95);
    cycler.record(2, 100);
    RecordingSink sink;
    HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait(
        [](const Recorded& told) { return told.rows_of(1) >= 95 && told.rows_of(2) >= 100; }));
    cycler.record(1, 123);
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.rows_of(1) >= 123; }));
    thread.stop();

    const auto told = sink.recorded();
    EXPECT_EQ(told.seqids.at(1), up_to(123));
    EXPECT_EQ(told.seqids.at(2), up_to(100));
    for (std::size_t i = 0; i < 18; ++i) EXPECT_EQ(told.pages[i].layer, int(i % 2) + 1) << i;
    const RecordedRow third{3,    1,       1,     "dc", 3000,           "2026-01-01 00:00:00",
                            0.25, -0.0015, 0.001, 0,    {{"V1", 0.125}}};
    EXPECT_EQ(told.pages[0].test_id, 143);
    EXPECT_EQ(told.pages[0].rows[2], third);
}

TEST(NewareBts, tells_what_the_channels_say) {
    ScriptedCycler cycler{2};
    cycler.record(2, 3, true);
    RecordingSink sink;
    const auto before = utc_now();
    HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.polls.size() >= 2; }));
    thread.stop();

    const auto told = sink.recorded();
    const auto& report = told.polls[0].at(1);
    EXPECT_EQ(report.layer, 2);
    EXPECT_EQ(report.status, "finish");
    EXPECT_EQ(report.test_id, 143);
    EXPECT_EQ(report.count, 3);
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(told.polls[0].at(0).status, "working");
    EXPECT_FALSE(told.polls[0].at(0).complete);
    const auto& snapshot = told.snapshots.at(1);
    EXPECT_EQ(snapshot.layer, 2);
    EXPECT_EQ(snapshot.test_id, 143);
    EXPECT_EQ(snapshot.voltage_V, 0.25);
    EXPECT_GE(snapshot.arrival, before);
    EXPECT_LE(snapshot.arrival, utc_now());
    EXPECT_TRUE(told.fresh_links[0]);
    EXPECT_FALSE(told.fresh_links[1]);
    ASSERT_EQ(told.links.size(), 2U);
    EXPECT_EQ(told.links[0].state, State::connecting);
    EXPECT_EQ(told.links[1].state, State::connected);
    EXPECT_EQ(told.links[1].sentence, "2 of 2 channels found");
}

TEST(NewareBts, asks_for_all_channels_in_one_message_and_sends_nothing_else) {
    ScriptedCycler cycler{2};
    cycler.record(1, 1);
    RecordingSink sink;
    HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.polls.size() >= 3; }));
    thread.stop();
    auto commands = cycler.commands();
    commands.resize(6);
    EXPECT_EQ(commands, (std::vector<std::string>{"getdevinfo", "inquire", "inquiredf", "download",
                                                  "inquire", "inquiredf"}));
}

TEST(NewareBts, keeps_telling_what_the_channels_say_while_a_long_history_comes) {
    constexpr std::size_t rows = 100'000;
    ScriptedCycler cycler{1};
    cycler.record(1, rows);
    RecordingSink sink;
    HardwareThread thread{loopback_station(1, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.polls.size() >= 3; }));
    thread.stop();
    const auto told = sink.recorded();
    EXPECT_LT(told.rows_of(1), rows);
    EXPECT_EQ(told.seqids.at(1), up_to(std::int64_t(told.rows_of(1))));
}

/// Has room for one page a poll.
class CrampedSink : public RecordingSink {
  public:
    bool accept(RowPage page) override {
        RecordingSink::accept(std::move(page));
        return false;
    }
};

TEST(NewareBts, fetches_no_further_page_than_the_sink_has_room_for) {
    ScriptedCycler cycler{1};
    cycler.record(1, 100);
    CrampedSink sink;
    HardwareThread thread{loopback_station(1, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.rows_of(1) == 100; }));
    thread.stop();
    const auto told = sink.recorded();
    EXPECT_EQ(told.pages.size(), 10U);
    EXPECT_GE(told.polls.size(), 10U);
    EXPECT_EQ(told.seqids.at(1), up_to(100));
}

TEST(NewareBts, says_that_a_connection_was_refused) {
    RecordingSink sink;
    const auto port = closed_port();
    HardwareThread thread{loopback_station(1, port), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::lost); }));
    thread.stop();
    EXPECT_EQ(sink.recorded().links.at(1).sentence,
              fmt::format("bts at 127.0.0.1:{}: connection refused; see that the cycler's program "
                          "runs in API mode and that the port is right",
                          port));
}

TEST(NewareBts, gives_up_on_a_silent_server_at_the_deadline) {
    LinkTimes times = patient_times();
    times.request = milliseconds{30};
    EXPECT_EQ(loss(answering("getdevinfo", {}), times), "no answer within 0.03 s");
    EXPECT_EQ(loss(answering("inquiredf", {}), times), "no answer within 0.03 s");
    times = patient_times();
    times.download = milliseconds{40};
    EXPECT_EQ(loss(answering("download", {}), times), "no answer within 0.04 s");
}

TEST(NewareBts, says_that_the_server_hung_up) {
    EXPECT_EQ(loss(answering("getdevinfo", {"", true})),
              "the cycler's program closed the connection");
    EXPECT_EQ(loss(answering("inquire", {"<?xml version=\"1.0\"?><bts><cmd>inqu", true})),
              "the cycler's program closed the connection in the middle of an answer");
}

TEST(NewareBts, refuses_nonsense) {
    EXPECT_EQ(loss(answering("inquire", {"<html>Bad request</html>#\r\n"})),
              "the reply to inquire cannot be used: no <bts> in it");
    EXPECT_EQ(loss(answering("getdevinfo", {std::string(100, '\0') + "<\xff\xfe</bts>"})),
              "the reply to getdevinfo cannot be used: not readable at byte 4 of 9");
}

TEST(NewareBts, refuses_a_message_of_100_MB) {
    const std::string endless = "<bts>" + std::string(100'000'000, 'x');
    EXPECT_EQ(loss(answering("download", {endless})), "a message grew beyond 16 MB without an end");
}

TEST(NewareBts, refuses_rows_and_values_of_another_channel) {
    const auto swapped = [](const std::string& command, ScriptedAnswer usual) {
        if (command == "inquire") usual.bytes = replaced(usual.bytes, "27-21-1-2-", "27-21-1-7-");
        return usual;
    };
    EXPECT_EQ(loss(swapped),
              "the reply to inquire cannot be used: it is of channel 27-21-1-7 where "
              "27-21-1-2 was asked for");
    const auto strange_rows = [](const std::string& command, ScriptedAnswer usual) {
        if (command == "download") {
            usual.bytes = replaced(usual.bytes, R"(chlid="1")", R"(chlid="2")");
        }
        return usual;
    };
    EXPECT_EQ(loss(strange_rows),
              "the reply to download cannot be used: it is of channel 27-21-1-2 "
              "where 27-21-1-1 was asked for");
}

TEST(NewareBts, refuses_a_page_that_holds_less_than_it_announces) {
    const auto short_page = [](const std::string& command, ScriptedAnswer usual) {
        if (command == "download") {
            usual.bytes = replaced(usual.bytes, R"(<list count="5">)", R"(<list count="6">)");
        }
        return usual;
    };
    EXPECT_EQ(loss(short_page),
              "the reply to download cannot be used: it announces 6 rows and holds 5");
}

TEST(NewareBts, refuses_what_was_not_asked_for) {
    const auto doubled = [](const std::string& command, ScriptedAnswer usual) {
        if (command == "inquire") usual.bytes += usual.bytes;
        return usual;
    };
    EXPECT_EQ(loss(doubled), "the cycler's program sent something unasked");
}

TEST(NewareBts, tells_an_outage_once_however_often_it_tries) {
    ScriptedCycler cycler{1, answering("getdevinfo", {"", true})};
    RecordingSink sink;
    HardwareThread thread{loopback_station(1, cycler.port()), sink, patient_times()};
    while (cycler.connections() < 5) std::this_thread::yield();
    thread.stop();
    const auto told = sink.recorded();
    ASSERT_EQ(told.links.size(), 2U);
    EXPECT_EQ(told.links[0].state, State::connecting);
    EXPECT_EQ(told.links[1].state, State::lost);
}

TEST(NewareBts, goes_on_where_it_was_after_the_server_was_killed) {
    constexpr std::int64_t rows = 200;
    auto cycler = std::make_unique<ScriptedCycler>(2);
    const auto port = cycler->port();
    RecordingSink sink;
    HardwareThread thread{loopback_station(2, port), sink, patient_times()};
    for (std::int64_t part = 1; part <= 4; ++part) {
        cycler->record(1, rows);
        cycler->record(2, rows / 2);
        // Killed in the middle of its pages, and once after the last.
        ASSERT_TRUE(sink.wait(
            [&](const Recorded& told) { return std::int64_t(told.rows_of(1)) >= part * 50; }));
        cycler.reset();
        ASSERT_TRUE(sink.wait([&](const Recorded& told) {
            return !told.links.empty() && told.links.back().state == State::lost;
        }));
        cycler = std::make_unique<ScriptedCycler>(2, ScriptedCycler::Script{}, port);
    }
    cycler->record(1, rows + 7);
    cycler->record(2, rows / 2 + 1);
    ASSERT_TRUE(sink.wait([&](const Recorded& told) {
        return told.rows_of(1) >= rows + 7 && told.rows_of(2) >= rows / 2 + 1;
    }));
    thread.stop();

    const auto told = sink.recorded();
    EXPECT_EQ(told.seqids.at(1), up_to(rows + 7));
    EXPECT_EQ(told.seqids.at(2), up_to(rows / 2 + 1));
    EXPECT_EQ(std::count(told.fresh_links.begin(), told.fresh_links.end(), true),
              std::count_if(told.links.begin(), told.links.end(),
                            [](const auto& link) { return link.state == State::connected; }));
}

TEST(NewareBts, names_a_channel_that_is_not_there_and_follows_the_others) {
    ScriptedCycler cycler{2};
    cycler.record(1, 5);
    RecordingSink sink;
    HardwareThread thread{loopback_station(3, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.rows_of(1) == 5; }));
    thread.stop();
    const auto told = sink.recorded();
    EXPECT_TRUE(told.has_note(3,
                              "channel 27-21-1-3 of layer 3 is not on bts; it has 27-21-1-1, "
                              "27-21-1-2; correct the station or see to the cycler"));
    EXPECT_EQ(told.links.at(1).sentence, "2 of 3 channels found");
}

TEST(NewareBts, is_lost_when_none_of_its_channels_is_there) {
    EXPECT_EQ(loss(answering("getdevinfo", {"<bts><cmd>getdevinfo_resp</cmd><middle count=\"0\">"
                                            "</middle></bts>\n\n#\r\n"})),
              "none of the station's 2 channels is there; it has none");
}

TEST(NewareBts, follows_the_others_when_one_does_not_answer) {
    ScriptedCycler cycler{2, [](const std::string& command, ScriptedAnswer usual) {
                              if (command == "inquire") {
                                  usual.bytes = replaced(usual.bytes, R"(workstatus="working")",
                                                         R"(workstatus="false")");
                              }
                              return usual;
                          }};
    cycler.record(2, 5);
    RecordingSink sink;
    HardwareThread thread{loopback_station(2, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.rows_of(2) == 5; }));
    thread.stop();
    EXPECT_TRUE(sink.recorded().has_note(1,
                                         "channel 27-21-1-1 of layer 1 does not answer; see "
                                         "whether its unit is still plugged in"));
}

TEST(NewareBts, follows_no_other_test_than_the_one_the_station_names) {
    ScriptedCycler cycler{2};
    cycler.record(1, 5);
    cycler.record(2, 5);
    RecordingSink sink;
    Station station = loopback_station(2, cycler.port());
    station.channels[0].test_id = 99;
    station.channels[1].test_id = 143;
    HardwareThread thread{station, sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.rows_of(2) == 5; }));
    thread.stop();
    const auto told = sink.recorded();
    EXPECT_EQ(told.rows_of(1), 0U);
    ASSERT_EQ(told.polls[0].size(), 1U);
    EXPECT_EQ(told.polls[0][0].layer, 2);
    EXPECT_TRUE(told.has_note(1,
                              "channel 27-21-1-1 of layer 1 holds test 143, but the station names "
                              "test 99; its rows are not taken"));
}

TEST(NewareBts, takes_no_rows_of_another_test_than_it_asked_for) {
    ScriptedCycler cycler{1, [](const std::string& command, ScriptedAnswer usual) {
                              if (command == "download") {
                                  usual.bytes =
                                      replaced(usual.bytes, R"(testid="143")", R"(testid="144")");
                              }
                              return usual;
                          }};
    cycler.record(1, 5);
    RecordingSink sink;
    HardwareThread thread{loopback_station(1, cycler.port()), sink, patient_times()};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return !told.pages.empty(); }));
    thread.stop();
    const auto told = sink.recorded();
    EXPECT_EQ(told.pages[0].test_id, 143);
    EXPECT_TRUE(told.pages[0].rows.empty());
    EXPECT_TRUE(told.has_note(1,
                              "layer 1: rows of test 144 came where test 143 was asked for; they "
                              "are not taken"));
}

/// A system without /etc/hosts, as a bare container may be, does not even know itself.
bool knows_localhost() {
    addrinfo* found = nullptr;
    const bool known = getaddrinfo("localhost", nullptr, nullptr, &found) == 0;
    if (known) freeaddrinfo(found);
    return known;
}

TEST(NewareBts, looks_up_a_name) {
    if (!knows_localhost()) GTEST_SKIP() << "this system does not know the name localhost";
    ScriptedCycler cycler{1};
    RecordingSink sink;
    Station station = loopback_station(1, cycler.port());
    station.devices[0].host = "localhost";
    HardwareThread thread{station, sink, patient_times()};
    EXPECT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::connected); }));
}

TEST(NewareBts, does_not_wait_for_a_name_beyond_the_deadline) {
    RecordingSink sink;
    Station station = loopback_station(1, 502);
    station.devices[0].host = "no-such-host.invalid";
    LinkTimes times = patient_times();
    times.connect = milliseconds{0};
    HardwareThread thread{station, sink, times};
    ASSERT_TRUE(sink.wait([](const Recorded& told) { return told.was(State::lost); }));
    thread.stop();
    EXPECT_NE(sink.recorded().links.at(1).sentence.find("'no-such-host.invalid'"),
              std::string::npos);
}

}  // namespace
}  // namespace layerscope
