#include "hw/bts_reply.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

const std::vector<BtsChannel> two_channels = {{{27, 21, 1, 2}, "127.0.0.1"},
                                              {{27, 21, 1, 1}, "127.0.0.1"}};
const BtsRowRange two_rows{{27, 21, 1, 1}, 143, 219576, 1000};

std::string reply(const std::string& command, const std::string& body) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts version=\"1.0\">\r\n  <cmd>" +
           command + "</cmd>\r\n" + body + "</bts>";
}

template <class T>
std::string sentence(const Result<T>& result) {
    return result ? "no error" : result.error().sentence;
}

// As a cycler of 2025 was seen to answer (devtype 27, devid 21), barcodes shortened.
const std::string working =
    R"(  <inquire dev="27-21-1-2-0" cycle_id="44" step_id="4" step_type="dc" workstatus="working" )"
    R"(barcode="cell_02" current="-0.0003" voltage="4.6947" capacity="0.001" energy="0.0047" )"
    R"(totaltime="3189199.3" relativetime="12319" open_or_close="0" log_code="102000" />)"
    "\r\n";
const std::string idle =
    R"(  <inquire dev="27-21-1-1-0" cycle_id="1" step_type="--" workstatus="finish" )"
    R"(barcode="cell_01" current="0" voltage="3.8834" capacity="0" energy="0" totaltime="0" )"
    R"(relativetime="0" open_or_close="0" log_code="0" />)"
    "\r\n";

std::string live(const std::string& elements) {
    return reply("inquire_resp", "<list count=\"2\">\r\n" + elements + "</list>\r\n");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

TEST(BtsReply, lists_the_channels_of_a_device) {
    const auto channels = parse_devices(
        reply("getdevinfo_resp",
              R"(<serverip count="1"><server ip="127.0.0.1" port="3306" /></serverip>)"
              R"(<middle count="2"><channel ip="127.0.0.1" devtype="27" devid="21" subdevid="1" )"
              R"(Channelid="1">true</channel><channel ip="127.0.0.1" devtype="27" devid="21" )"
              R"(subdevid="1" Channelid="2">false</channel></middle>)"));
    ASSERT_TRUE(channels) << sentence(channels);
    EXPECT_EQ(*channels, (std::vector<BtsChannel>{{{27, 21, 1, 1}, "127.0.0.1"},
                                                  {{27, 21, 1, 2}, "127.0.0.1"}}));
}

TEST(BtsReply, lists_the_channels_of_a_newer_server) {
    const auto channels = parse_devices(reply(
        "getdevinfo_resp",
        R"xml(<client version="BTS Client 2025.11.24(R3) (64)" /><serverip count="1">)xml"
        R"xml(<server ip="127.0.0.1" port="3306" version="8.0.4.546 (2025.11.24)" devCount="6">)xml"
        R"xml(<dev ip="192.168.1.188" devid="188" zwjVersion="1" zwjGuid="x" xwjCount="1">)xml"
        R"xml(<xwj id="1" xwjVersion="2" xwjGuid="y" /></dev></server></serverip>)xml"
        R"xml(<middle count="1"><channel ip="192.168.1.188" devtype="27" devid="188" subdevid="12" )xml"
        R"xml(Channelid="8">true</channel></middle>)xml"));
    ASSERT_TRUE(channels) << sentence(channels);
    EXPECT_EQ(*channels, (std::vector<BtsChannel>{{{27, 188, 12, 8}, "192.168.1.188"}}));
}

TEST(BtsReply, lists_nothing_where_no_device_is) {
    const auto channels = parse_devices(reply("getdevinfo_resp", R"(<middle count="0"></middle>)"));
    ASSERT_TRUE(channels) << sentence(channels);
    EXPECT_TRUE(channels->empty());
}

TEST(BtsReply, takes_no_channel_address_that_could_carry_a_command) {
    const auto channels = parse_devices(reply(
        "getdevinfo_resp", R"(<middle count="1"><channel ip="&quot;/&gt;&lt;cmd&gt;stop" )"
                           R"(devtype="27" devid="1" subdevid="1" Channelid="1"/></middle>)"));
    EXPECT_EQ(sentence(channels),
              "the reply to getdevinfo cannot be used: 'ip' is '\"/><cmd>stop', "
              "which is not an address");
}

TEST(BtsReply, tells_what_a_working_channel_measures) {
    const auto answers = parse_live(live(working + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    ASSERT_EQ(answers->channels.size(), 2U);
    const Snapshot& now = answers->channels[0].value();
    EXPECT_EQ(now.status, "working");
    EXPECT_EQ(now.step_type, "dc");
    EXPECT_EQ(now.cycle, 44);
    EXPECT_EQ(now.step, 4);
    EXPECT_EQ(now.barcode, "cell_02");
    EXPECT_EQ(now.current_A, -0.0003);
    EXPECT_EQ(now.voltage_V, 4.6947);
    EXPECT_EQ(now.capacity_Ah, 0.001);
    EXPECT_EQ(now.energy_Wh, 0.0047);
    EXPECT_EQ(now.total_time_s, 3189199.3);
    EXPECT_EQ(now.step_time_s, 12319);
    EXPECT_TRUE(now.aux.empty());
}

TEST(BtsReply, tells_what_an_idle_channel_measures) {
    const auto answers = parse_live(live(working + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    const Snapshot& now = answers->channels[1].value();
    EXPECT_EQ(now.status, "finish");
    EXPECT_EQ(now.step_type, "--");
    EXPECT_EQ(now.step, std::nullopt);
    EXPECT_EQ(now.voltage_V, 3.8834);
}

TEST(BtsReply, takes_auxiliary_values_by_their_names) {
    const auto more = R"(auxtemp="25.5" V1="0.1103" T1="110.4" t1="10.3" Thk1="0.1199899731791" )"
                      R"(N14="110" CPU1="4.1E+01" V2="--" relay="1" log_code="102000")";
    const auto answers =
        parse_live(live(replaced(working, R"(log_code="102000")", more) + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_EQ(answers->channels[0].value().aux, (std::vector<AuxValue>{{"auxtemp", 25.5},
                                                                       {"V1", 0.1103},
                                                                       {"T1", 110.4},
                                                                       {"t1", 10.3},
                                                                       {"Thk1", 0.1199899731791},
                                                                       {"N14", 110},
                                                                       {"CPU1", 41}}));
}

TEST(BtsReply, takes_barcodes_in_any_script) {
    const auto answers = parse_live(
        live(replaced(working, "cell_02", "D:测试数据黄坤1 &lt;2&gt;") + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_EQ(answers->channels[0].value().barcode, "D:测试数据黄坤1 <2>");
}

TEST(BtsReply, does_without_a_barcode) {
    const auto answers =
        parse_live(live(replaced(working, R"(barcode="cell_02" )", "") + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_EQ(answers->channels[0].value().barcode, "");
}

TEST(BtsReply, goes_by_address_when_a_channel_is_left_out) {
    const auto answers = parse_live(live(idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_FALSE(answers->channels[0]);
    EXPECT_EQ(answers->channels[1].value().voltage_V, 3.8834);
}

TEST(BtsReply, says_when_a_channel_does_not_exist) {
    const auto answers = parse_live(
        live(R"(<inquire dev="27-21-1-2-0" workstatus="false" />)" + idle), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_FALSE(answers->channels[0]);
    EXPECT_TRUE(answers->channels[1]);
}

TEST(BtsReply, refuses_live_values_of_another_channel) {
    EXPECT_EQ(sentence(parse_live(live(idle + working), two_channels)),
              "the reply to inquire cannot be used: it is of channel 27-21-1-1 where 27-21-1-2 was "
              "asked for");
}

struct Spoilt {
    const char* what;
    const char* by;
    const char* complaint;
};

TEST(BtsReply, refuses_malformed_live_values) {
    for (const Spoilt& spoilt : {
             Spoilt{"4.6947", "4,6947", "'voltage' is '4,6947', which is not a number"},
             Spoilt{"4.6947", "nan", "'voltage' is 'nan', which is not a number"},
             Spoilt{"-0.0003", "", "'current' is '', which is not a number"},
             Spoilt{"voltage=", "volts=", "<inquire> lacks 'voltage'"},
             Spoilt{"\"44\"", "\"4.5\"", "'cycle_id' is '4.5', which is not a whole number"},
             Spoilt{"\"44\"", "\"9000000000\"", "'cycle_id' is 9000000000, which is out of range"},
             Spoilt{"27-21-1-2-0", "27-21-1", "'dev' is '27-21-1', which is not a channel"},
             Spoilt{"27-21-1-2-0", "", "'dev' is '', which is not a channel"},
             Spoilt{"<list", "<lost", "not readable at byte"},
             Spoilt{"inquire_resp", "light_resp", "it calls itself 'light_resp'"},
             Spoilt{"</cmd>", "</cmd><result>fail</result>",
                    "the cycler's program refused it with 'fail'"},
             Spoilt{
                 "\"44\"",
                 "\"\x01 a long text that is longer than forty characters, by far and more\"",
                 "'cycle_id' is '  a long text that is longer than forty …', which is not a whole "
                 "number"},
         }) {
        const auto said = sentence(
            parse_live(replaced(live(working + idle), spoilt.what, spoilt.by), two_channels));
        EXPECT_EQ(
            said.find(std::string{"the reply to inquire cannot be used: "} + spoilt.complaint), 0U)
            << said;
    }
}

TEST(BtsReply, refuses_what_is_no_message) {
    for (const std::string& nonsense :
         {std::string{}, std::string{"<"}, std::string{"<bts>"}, std::string(100, '\0'),
          std::string{"HTTP/1.1 400 Bad Request"}, std::string{"<html></html>"}}) {
        EXPECT_FALSE(parse_live(nonsense, two_channels)) << nonsense;
        EXPECT_FALSE(parse_stored(nonsense, two_channels)) << nonsense;
        EXPECT_FALSE(parse_devices(nonsense)) << nonsense;
        EXPECT_FALSE(parse_rows(nonsense, two_rows)) << nonsense;
    }
    std::string deep = "<bts>";
    for (int i = 0; i < 200'000; ++i) deep += "<a>";
    EXPECT_FALSE(parse_live(deep, two_channels));
}

TEST(BtsReply, survives_every_truncation) {
    const std::string whole = live(working + idle);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(parse_live(whole.substr(0, size), two_channels)) << "of " << size << " bytes";
    }
}

std::string stored(const std::string& elements) {
    return reply("inquiredf_resp", "<list count=\"2\">" + elements + "</list>");
}
const std::string running_chl =
    R"(<chl devtype="27" devid="21" subdevid="1" chlid="2" testid="143" count="219585">false</chl>)";
const std::string complete_chl =
    R"(<chl devtype="27" devid="21" subdevid="1" chlid="1" testid="2818580404" count="7">true</chl>)";

TEST(BtsReply, tells_how_much_is_stored) {
    const auto answers = parse_stored(stored(running_chl + complete_chl), two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_EQ(answers->channels[0], (BtsStored{143, 219585, false}));
    EXPECT_EQ(answers->channels[1], (BtsStored{2818580404, 7, true}));
    EXPECT_EQ(answers->note, "");
}

TEST(BtsReply, goes_by_order_when_a_server_calls_every_unit_1) {
    const std::vector<BtsChannel> fifth_unit = {{{13, 5, 5, 5}, "127.0.0.1"}};
    const auto answers = parse_stored(
        stored(
            R"(<chl devtype="13" devid="5" subdevid="1" chlid="5" testid="9" count="3">true</chl>)"),
        fifth_unit);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_EQ(answers->channels[0], (BtsStored{9, 3, true}));
    EXPECT_EQ(answers->note,
              "the cycler's program calls the unit of channel 13-5-5-5 1; its answers "
              "are taken by their order");
}

TEST(BtsReply, knows_nothing_stored_of_a_channel_that_does_not_exist) {
    const auto answers = parse_stored(
        stored(R"(<chl devtype="27" devid="21" subdevid="1" chlid="2">false</chl>)" + complete_chl),
        two_channels);
    ASSERT_TRUE(answers) << sentence(answers);
    EXPECT_FALSE(answers->channels[0]);
    EXPECT_TRUE(answers->channels[1]);
}

TEST(BtsReply, refuses_malformed_counts) {
    const auto whole = stored(running_chl + complete_chl);
    EXPECT_EQ(sentence(parse_stored(replaced(whole, "219585", "-1"), two_channels)),
              "the reply to inquiredf cannot be used: 'count' is -1, below zero");
    EXPECT_EQ(
        sentence(parse_stored(replaced(whole, "219585", "9223372036854775807"), two_channels)),
        "the reply to inquiredf cannot be used: 'count' is '9223372036854775807', which is not "
        "a whole number");
    EXPECT_EQ(
        sentence(parse_stored(replaced(whole, ">false<", ">perhaps<"), two_channels)),
        "the reply to inquiredf cannot be used: <chl> says 'perhaps' instead of true or false");
    EXPECT_EQ(
        sentence(parse_stored(stored(complete_chl + running_chl), two_channels)),
        "the reply to inquiredf cannot be used: it is of channel 27-21-1-1 where 27-21-1-2 was "
        "asked for");
}

// Two rows as a cycler was seen to send them, the second with auxiliary values and exponents.
const std::string rows_reply = reply(
    "donwload_resp",
    R"(<download devtype="27" devid="21" subdevid="1" chlid="1" testid="143" startpos="219576" )"
    R"(count="1000" auxid="0" /><list count="2"><data seqid="219576" stepid="24" cycleid="29" )"
    R"(steptype="dc" testtime="36070000" atime="2025-12-28 22:29:05" volt="3.6780698299408" )"
    R"(curr="-0.000295051460852847" cap="0.00295628436449786" eng="0.0135611368830335" />)"
    R"(<data seqid="219577" stepid="24" cycleid="0" steptype="rest" testtime="3.608E+07" )"
    R"(atime="2025-12-28 22.29.15" volt="3" curr="2.11492042581085E-05" cap="1E-05" eng="0" )"
    R"(V1="0.601604" CPU="36" /></list>)");

TEST(BtsReply, reads_recorded_rows) {
    const auto page = parse_rows(rows_reply, two_rows);
    ASSERT_TRUE(page) << sentence(page);
    EXPECT_EQ(page->test_id, 143);
    const RecordedRow first{219576,
                            24,
                            29,
                            "dc",
                            36070000,
                            "2025-12-28 22:29:05",
                            3.6780698299408,
                            -0.000295051460852847,
                            0.00295628436449786,
                            0.0135611368830335,
                            {}};
    const RecordedRow second{219577,
                             24,
                             0,
                             "rest",
                             36080000,
                             "2025-12-28 22.29.15",
                             3,
                             2.11492042581085E-05,
                             1E-05,
                             0,
                             {{"V1", 0.601604}, {"CPU", 36}}};
    EXPECT_EQ(page->rows, (std::vector<RecordedRow>{first, second}));
}

TEST(BtsReply, reads_recorded_rows_under_either_spelling) {
    EXPECT_TRUE(parse_rows(replaced(rows_reply, "donwload_resp", "download_resp"), two_rows));
}

TEST(BtsReply, reads_a_page_beyond_the_end) {
    const auto page = parse_rows(
        reply("donwload_resp", R"(<download devtype="27" devid="21" subdevid="1" chlid="1" )"
                               R"(testid="143" startpos="9" count="10" auxid="0" />)"
                               R"(<list count="0" />)"),
        two_rows);
    ASSERT_TRUE(page) << sentence(page);
    EXPECT_TRUE(page->rows.empty());
}

TEST(BtsReply, tells_of_which_test_the_rows_are) {
    const auto page =
        parse_rows(replaced(rows_reply, "testid=\"143\"", "testid=\"144\""), two_rows);
    ASSERT_TRUE(page) << sentence(page);
    EXPECT_EQ(page->test_id, 144);
}

TEST(BtsReply, refuses_malformed_rows) {
    for (const Spoilt& spoilt : {
             Spoilt{R"(seqid="219577")", R"(seqid="219576")",
                    "row 219576 stands where 219577 or a later one should"},
             Spoilt{R"(seqid="219576")", R"(seqid="219575")",
                    "row 219575 stands where 219576 or a later one should"},
             Spoilt{R"(seqid="219577" )", "", "<data> lacks 'seqid'"},
             Spoilt{R"(<list count="2">)", R"(<list count="3">)",
                    "it announces 3 rows and holds 2"},
             Spoilt{R"(chlid="1")", R"(chlid="2")",
                    "it is of channel 27-21-1-2 where 27-21-1-1 was asked for"},
             Spoilt{R"(testtime="36070000")", R"(testtime="36070000.5")",
                    "'testtime' is '36070000.5', which is not a whole number"},
             Spoilt{R"(testtime="36070000")", R"(testtime="-1")", "'testtime' is -1, below zero"},
             Spoilt{R"(curr="-0.0)", R"(curr="-0.0x)",
                    "'curr' is '-0.0x00295051460852847', which is not a number"},
         }) {
        EXPECT_EQ(sentence(parse_rows(replaced(rows_reply, spoilt.what, spoilt.by), two_rows)),
                  std::string{"the reply to download cannot be used: "} + spoilt.complaint);
    }
    BtsRowRange one_row = two_rows;
    one_row.count = 1;
    EXPECT_EQ(sentence(parse_rows(rows_reply, one_row)),
              "the reply to download cannot be used: it holds 2 rows where 1 were asked for");
}

}  // namespace
}  // namespace layerscope
