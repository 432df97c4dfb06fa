#include "hw/simulator/bts_service.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <pugixml.hpp>

#include "hw/bts_framing.h"
#include "tests/hw/simulator/published_requests.h"

namespace layerscope {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const UtcTime began = parse_iso8601("2026-01-02T03:04:05Z").value();

TimedRow row(double time_s, const std::string& step_type, std::vector<AuxValue> aux) {
    RecordedRow out;
    out.stepid = step_type == "rest" ? 1 : 2;
    out.cycleid = 1;
    out.steptype = step_type;
    out.testtime_ms = std::int64_t(time_s * 1e3) % 10'000;
    out.voltage_V = 0.25 - time_s * 1e-3;
    out.current_A = step_type == "rest" ? 0 : -0.00123456;
    out.capacity_Ah = step_type == "rest" ? 0 : 2.11492042581085e-05;
    out.energy_Wh = 1e-6;
    out.aux = std::move(aux);
    return {time_s, out};
}

/// A test of these rows, numbered.
SimulatedTest test_of(const std::string& barcode, std::vector<TimedRow> rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].recorded.seqid = std::int64_t(i) + 1;
    return {barcode, std::move(rows)};
}

/// Two layers, the first with a reference; rows at 0, 5, 10, 15 s.
std::vector<SimulatedTest> two_layers() {
    std::vector<TimedRow> first;
    std::vector<TimedRow> second;
    for (const double time_s : {0.0, 5.0, 10.0, 15.0}) {
        const std::string step_type = time_s < 10 ? "rest" : "dc";
        first.push_back(row(time_s, step_type, {{"V1", 0.1 - time_s * 0.01}}));
        second.push_back(row(time_s, step_type, {}));
    }
    return {test_of("Läyer 1", first), test_of("L2", second)};
}

std::string at(int chlid) {
    return fmt::format(R"(devtype="27" devid="21" subdevid="1" chlid="{}")", chlid);
}

/// A reply without declaration, line ends, indent and terminator.
std::string flat(const std::string& message) {
    std::string text = message;
    text =
        replaced(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts version=\"1.0\">", "");
    text = replaced(text, "</bts>\n\n#\r\n", "");
    text = replaced(text, "\r\n", "");
    while (text.find("  <") != std::string::npos) text = replaced(text, "  <", "<");
    return text;
}

class BtsServiceTest : public testing::Test {
  protected:
    std::string ask(const std::string& body, UtcTime now) {
        return flat(service.answer("<bts version=\"1.0\">" + body + "</bts>", now));
    }
    std::string inquire(int chlid, UtcTime now) {
        return ask("<cmd>inquire</cmd><list count=\"1\"><inquire " + at(chlid) +
                       " aux=\"0\" barcode=\"1\">true</inquire></list>",
                   now);
    }
    std::string download(const std::string& range, UtcTime now) {
        return ask("<cmd>download</cmd><download " + at(1) + " " + range + "/>", now);
    }

    BtsService service{SimulatedRig{two_layers(), {began, 1}}};
    const std::int64_t first_id =
        SimulatedRig{two_layers(), {began, 1}}.channels().front().latest_run()->test_id;
    const UtcTime working = began + milliseconds{12'300};
    const UtcTime finished = began + seconds{60};
};

// 1. and 2.: terminator, connect
TEST_F(BtsServiceTest, ends_every_reply_with_the_terminator_directly_after_the_root) {
    const std::string message = service.answer("<bts><cmd>connect</cmd></bts>", began);
    EXPECT_EQ(message,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts version=\"1.0\">\r\n"
              "  <cmd>connect_resp</cmd>\r\n  <result>ok</result>\r\n</bts>\n\n#\r\n");
}

TEST_F(BtsServiceTest, lists_its_channels_and_says_which_are_free) {
    EXPECT_EQ(
        ask("<cmd>getdevinfo</cmd>", working),
        "<cmd>getdevinfo_resp</cmd><serverip count=\"1\"><server ip=\"127.0.0.1\" port=\"3306\" />"
        "</serverip><middle count=\"3\">"
        "<channel ip=\"127.0.0.1\" devtype=\"27\" devid=\"21\" subdevid=\"1\" Channelid=\"1\">false"
        "</channel>"
        "<channel ip=\"127.0.0.1\" devtype=\"27\" devid=\"21\" subdevid=\"1\" Channelid=\"2\">false"
        "</channel>"
        "<channel ip=\"127.0.0.1\" devtype=\"27\" devid=\"21\" subdevid=\"1\" Channelid=\"3\">true"
        "</channel></middle>");
}

// 3.: number and order of elements
TEST_F(BtsServiceTest, answers_as_many_elements_in_the_order_asked_and_keeps_unknown_ones) {
    EXPECT_EQ(ask("<cmd>getchlstatus</cmd><list count = \"1\"><status " + at(2) +
                      ">true</status><status " + at(7) + ">true</status><status ip=\"10.0.0.9\" " +
                      at(3) + ">true</status></list>",
                  working),
              "<cmd>getchlstatus_resp</cmd><list count=\"3\">"
              "<status ip=\"127.0.0.1\" " +
                  at(2) +
                  " reservepause=\"0\">working</status>"
                  "<status ip=\"127.0.0.1\" " +
                  at(7) +
                  " reservepause=\"0\">false</status>"
                  "<status ip=\"10.0.0.9\" " +
                  at(3) + " reservepause=\"0\">finish</status></list>");
}

TEST_F(BtsServiceTest, says_in_inquire_that_a_channel_is_not_there) {
    EXPECT_EQ(inquire(7, working),
              "<cmd>inquire_resp</cmd><list count=\"1\"><inquire dev=\"27-21-1-7-0\" "
              "workstatus=\"false\" /></list>");
}

// 5. and 6.: live values
TEST_F(BtsServiceTest, tells_live_values_of_a_working_channel) {
    EXPECT_EQ(inquire(1, working),
              "<cmd>inquire_resp</cmd><list count=\"1\"><inquire dev=\"27-21-1-1-0\" "
              "cycle_id=\"1\" step_id=\"2\" step_type=\"dc\" workstatus=\"working\" "
              "barcode=\"L&#228;yer 1\" current=\"-0.0012\" voltage=\"0.24\" capacity=\"0\" "
              "energy=\"0\" totaltime=\"12.3\" relativetime=\"2.3\" open_or_close=\"0\" "
              "log_code=\"102000\" V1=\"0\" /></list>");
}

TEST_F(BtsServiceTest, tells_zeros_and_no_step_of_a_finished_channel) {
    EXPECT_EQ(inquire(2, finished),
              "<cmd>inquire_resp</cmd><list count=\"1\"><inquire dev=\"27-21-1-2-0\" "
              "cycle_id=\"1\" step_type=\"--\" workstatus=\"finish\" barcode=\"L2\" current=\"0\" "
              "voltage=\"0.235\" capacity=\"0\" energy=\"0\" totaltime=\"0\" relativetime=\"0\" "
              "open_or_close=\"0\" log_code=\"0\" /></list>");
    EXPECT_EQ(inquire(3, finished),
              "<cmd>inquire_resp</cmd><list count=\"1\"><inquire dev=\"27-21-1-3-0\" "
              "cycle_id=\"1\" step_type=\"--\" workstatus=\"finish\" barcode=\"\" current=\"0\" "
              "voltage=\"0\" capacity=\"0\" energy=\"0\" totaltime=\"0\" relativetime=\"0\" "
              "open_or_close=\"0\" log_code=\"0\" /></list>");
}

TEST_F(BtsServiceTest, tells_the_barcode_only_when_asked) {
    const std::string reply =
        ask("<cmd>inquire</cmd><list><inquire " + at(1) + ">true</inquire></list>", working);
    EXPECT_EQ(reply.find("barcode"), std::string::npos);
    EXPECT_NE(reply.find("dev=\"27-21-1-1-0\""), std::string::npos);
}

TEST_F(BtsServiceTest, counts_the_rows_of_the_latest_test) {
    const auto stored = [&](const std::string& chl, UtcTime now) {
        return ask("<cmd>inquiredf</cmd><list count=\"1\"><chl " + chl + " /></list>", now);
    };
    const auto reply = [](const std::string& chl) {
        return "<cmd>inquiredf_resp</cmd><list count=\"1\"><chl " + chl + "</chl></list>";
    };
    EXPECT_EQ(stored(at(1) + " testid=\"0\"", working),
              reply(at(1) + fmt::format(" testid=\"{}\" count=\"3\">false", first_id)));
    EXPECT_EQ(stored(at(1) + " testid=\"0\"", finished),
              reply(at(1) + fmt::format(" testid=\"{}\" count=\"4\">true", first_id)));
    EXPECT_EQ(stored(at(3) + " testid=\"0\"", finished),
              reply(at(3) + " testid=\"0\" count=\"0\">true"));
    EXPECT_EQ(stored(at(7) + " testid=\"0\"", finished),
              reply(at(7) + " testid=\"0\" count=\"0\">false"));
}

// 7., 9. and 10.: recorded rows
TEST_F(BtsServiceTest, gives_recorded_rows_in_plain_decimals_with_the_true_test_id) {
    EXPECT_EQ(
        download("auxid=\"0\" testid=\"0\" startpos=\"2\" count=\"2\"", working),
        "<cmd>donwload_resp</cmd><download " + at(1) +
            fmt::format(" testid=\"{}\" startpos=\"2\" count=\"2\" auxid=\"0\" />", first_id) +
            "<list count=\"2\">"
            "<data seqid=\"2\" stepid=\"1\" cycleid=\"1\" steptype=\"rest\" testtime=\"5000\" "
            "atime=\"2026-01-02 03:04:10\" volt=\"0.245\" curr=\"0\" cap=\"0\" eng=\"0.000001\" "
            "V1=\"0.05\" />"
            "<data seqid=\"3\" stepid=\"2\" cycleid=\"1\" steptype=\"dc\" testtime=\"0\" "
            "atime=\"2026-01-02 03:04:15\" volt=\"0.24\" curr=\"-0.00123456\" "
            "cap=\"0.0000211492042581085\" eng=\"0.000001\" V1=\"0\" /></list>");
}

TEST_F(BtsServiceTest, gives_an_empty_list_beyond_the_end_and_for_no_rows) {
    const std::string empty = "<list count=\"0\" />";
    EXPECT_TRUE(download("testid=\"0\" startpos=\"4\" count=\"1000\"", working).ends_with(empty));
    EXPECT_TRUE(download("testid=\"0\" startpos=\"0\" count=\"0\"", working).ends_with(empty));
    EXPECT_TRUE(download("testid=\"0\" startpos=\"1\" count=\"-5\"", working).ends_with(empty));
    EXPECT_TRUE(download("testid=\"0\" startpos=\"9223372036854775807\" count=\"9\"", working)
                    .ends_with(empty));
    EXPECT_TRUE(download("testid=\"99\" startpos=\"1\" count=\"9\"", working).ends_with(empty));
    EXPECT_NE(download("startpos=\"0\" count=\"0\"", working).find(fmt::format("\"{}\"", first_id)),
              std::string::npos);
}

TEST_F(BtsServiceTest, gives_pages_of_at_most_1000_rows_without_gap) {
    std::vector<TimedRow> rows;
    for (int i = 0; i < 2500; ++i) rows.push_back(row(i, "rest", {}));
    BtsService large{SimulatedRig{{test_of("x", rows)}, {began, 1}}};
    std::int64_t next = 1;
    std::vector<int> pages;
    do {
        const std::string message = large.answer(
            fmt::format(
                "<bts><cmd>download</cmd><download {} startpos=\"{}\" count=\"5000\"/></bts>",
                at(1), next),
            began + seconds{10'000});
        pugi::xml_document reply;
        ASSERT_TRUE(reply.load_buffer(message.data(), message.size() - bts_terminator.size()));
        const auto list = reply.child("bts").child("list");
        pages.push_back(list.attribute("count").as_int());
        for (const auto data : list.children())
            ASSERT_EQ(data.attribute("seqid").as_llong(), next++);
    } while (pages.back() > 0);
    EXPECT_EQ(pages, (std::vector<int>{1000, 1000, 500, 0}));
}

TEST_F(BtsServiceTest, keeps_an_auxiliary_without_value_in_every_row) {
    const auto test =
        test_of("x", {row(0, "rest", {{"T1", std::nan("")}}), row(1, "rest", {{"T1", 25}})});
    BtsService gaps{SimulatedRig{{test}, {began, 1}}};
    const std::string reply =
        gaps.answer("<bts><cmd>download</cmd><download " + at(1) + "/></bts>", began + seconds{1});
    EXPECT_NE(reply.find("T1=\"\""), std::string::npos);
    EXPECT_NE(reply.find("T1=\"25\""), std::string::npos);
    const std::string live =
        gaps.answer("<bts><cmd>inquire</cmd><list><inquire " + at(1) + "/></list></bts>", began);
    EXPECT_EQ(live.find("T1"), std::string::npos);
}

TEST_F(BtsServiceTest, sums_up_each_execution_of_a_step) {
    EXPECT_EQ(
        ask("<cmd>downloadStepLayer</cmd><downloadStepLayer " + at(1) + " />", finished),
        "<cmd>downloadStepLayer_resp</cmd><downloadStepLayer " + at(1) +
            fmt::format(" testid=\"{}\" />", first_id) +
            "<list count=\"2\">"
            "<data startseqid=\"1\" endseqid=\"2\" stepindex=\"1\" stepid=\"1\" cycleid=\"1\" "
            "steptype=\"rest\" steptime=\"5000\" endatime=\"2026-01-02 03:04:10\" "
            "startvolt=\"0.25\" "
            "endvolt=\"0.245\" startcurr=\"0\" endcurr=\"0\" cap=\"0\" eng=\"0.000001\" dcir=\"0\" "
            "/>"
            "<data startseqid=\"3\" endseqid=\"4\" stepindex=\"2\" stepid=\"2\" cycleid=\"1\" "
            "steptype=\"dc\" steptime=\"5000\" endatime=\"2026-01-02 03:04:20\" startvolt=\"0.24\" "
            "endvolt=\"0.235\" startcurr=\"-0.00123456\" endcurr=\"-0.00123456\" "
            "cap=\"0.0000211492042581085\" eng=\"0.000001\" dcir=\"0\" /></list>");
}

TEST_F(BtsServiceTest, logs_the_start_and_the_end_of_a_test) {
    EXPECT_EQ(ask("<cmd>downloadlog</cmd><download " + at(1) + " testid=\"0\"/>", finished),
              "<cmd>donwloadlog_resp</cmd><download " + at(1) +
                  fmt::format(" testid=\"{}\" log_lever=\"0\" />", first_id) +
                  "<list count=\"2\">"
                  "<data seqid=\"1\" log_code=\"100000\" atime=\"2026-01-02 03:04:05\" />"
                  "<data seqid=\"2\" log_code=\"100001\" atime=\"2026-01-02 03:04:20\" /></list>");
}

// 11.: orders
class BtsOrders : public BtsServiceTest {
  protected:
    std::string order(const std::string& command, int chlid, UtcTime now) {
        const std::string reply = ask(
            fmt::format("<cmd>{0}</cmd><list count=\"1\"><{0} {1} barcode=\"new\">/cwd/C:\\Neware "
                        "data\\x.xml</{0}><backup backupdir=\"x\" /></list>\"",
                        command, at(chlid)),
            now);
        const std::string head = fmt::format(
            "<cmd>{0}_resp</cmd><list count=\"1\"><{0} ip=\"127.0.0.1\" {1}>", command, at(chlid));
        EXPECT_TRUE(reply.starts_with(head)) << reply;
        return reply.substr(head.size(), reply.find('<', head.size()) - head.size());
    }
    std::string rows_of(const std::string& test, UtcTime now) {
        pugi::xml_document reply;
        const std::string text = "<bts>" + download("testid=\"" + test + "\"", now) + "</bts>";
        EXPECT_TRUE(reply.load_string(text.c_str()));
        return reply.child("bts").child("list").attribute("count").value();
    }
};

TEST_F(BtsOrders, start_begins_a_new_test_and_leaves_the_old_one_to_be_asked_for) {
    EXPECT_EQ(order("start", 1, working), "false");
    EXPECT_EQ(order("start", 1, finished), "ok");
    EXPECT_NE(inquire(1, finished).find("barcode=\"new\""), std::string::npos);
    EXPECT_EQ(rows_of("0", finished), "1");
    EXPECT_EQ(rows_of(fmt::format("{}", first_id), finished), "4");
    EXPECT_EQ(order("start", 3, finished), "false");
    EXPECT_EQ(order("start", 7, finished), "false");
}

TEST_F(BtsOrders, stop_ends_a_test_where_it_is) {
    EXPECT_EQ(order("stop", 1, working), "ok");
    EXPECT_NE(inquire(1, finished).find("workstatus=\"stop\""), std::string::npos);
    EXPECT_NE(inquire(2, finished).find("workstatus=\"finish\""), std::string::npos);
    EXPECT_EQ(rows_of("0", finished), "3");
    EXPECT_EQ(order("stop", 1, finished), "false");
    EXPECT_EQ(order("stop", 3, finished), "false");
}

TEST_F(BtsOrders, light_is_acknowledged_and_what_cannot_be_done_refused) {
    EXPECT_EQ(order("light", 1, working), "ok");
    EXPECT_EQ(order("light", 7, working), "false");
    EXPECT_EQ(order("continue", 1, working), "false");
    EXPECT_EQ(order("clearflag", 1, working), "false");
}

TEST_F(BtsServiceTest, refuses_every_element_of_a_command_without_known_reply) {
    EXPECT_EQ(ask("<cmd>setpause</cmd><list count=\"1\"><setpause " + at(1) +
                      " cycleid=\"-1\" stepid=\"-1\" timeout=\"\" /></list>",
                  working),
              "<cmd>setpause_resp</cmd><list count=\"1\"><setpause " + at(1) +
                  " cycleid=\"-1\" stepid=\"-1\" timeout=\"\">false</setpause></list>");
    EXPECT_EQ(ask("<cmd>broadcaststop</cmd><list count=\"1\"><stop devtype=\"27\" "
                  "devid=\"21\">true</stop></list>",
                  working),
              "<cmd>broadcaststop_resp</cmd><list count=\"1\"><stop devtype=\"27\" "
              "devid=\"21\">false</stop></list>");
    EXPECT_EQ(
        ask("<cmd>reset</cmd><reset " + at(1) + " DBC_CAN=\"0\">C:\\step.xml</reset>", working),
        "<cmd>reset_resp</cmd><reset " + at(1) + " DBC_CAN=\"0\">false</reset>");
}

TEST_F(BtsServiceTest, fails_an_unknown_command_by_its_name) {
    EXPECT_EQ(ask("<cmd>a&lt;b</cmd>", working), "<cmd>a&lt;b_resp</cmd><result>fail</result>");
    EXPECT_EQ(ask("<cmd>Inquire</cmd>", working), "<cmd>Inquire_resp</cmd><result>fail</result>");
}

TEST_F(BtsServiceTest, fails_ill_formed_XML) {
    const std::string failed = "<result>fail</result>";
    EXPECT_EQ(flat(service.answer("<bts><cmd>inquire</cmd><list>", working)), failed);
    EXPECT_EQ(
        flat(service.answer("<bts><cmd>inquire</cmd><list><inquire devtype=\"27\"devid=\"21\" />"
                            "</list></bts>",
                            working)),
        failed);
    EXPECT_EQ(flat(service.answer("<bts></bts>", working)), failed);
    EXPECT_EQ(flat(service.answer("<nonsense", working)), failed);
    EXPECT_EQ(flat(service.answer("", working)), failed);
}

// 4.: spellings
TEST_F(BtsServiceTest, answers_every_spelling_of_a_question_alike) {
    for (const std::string& body : published_requests()) {
        const bool asks = body.find("<cmd>start<") == std::string::npos &&
                          body.find("<cmd>stop<") == std::string::npos;
        if (!asks) continue;  // an order changes what comes after it
        const bool echoes_ip =
            body.find("count=\"2\"") != std::string::npos ||
            body.find("pause") != std::string::npos || body.find("reset") != std::string::npos ||
            body.find("stop") != std::string::npos || body.find("goto") != std::string::npos ||
            body.find("parallel") != std::string::npos ||
            body.find("chl_ctrl") != std::string::npos;
        const std::string expected = service.answer("<bts>" + body + "</bts>", working);
        for (const std::string& message : spellings(body)) {
            BtsFramer framer;
            ASSERT_TRUE(framer.feed(message));
            const auto document = framer.next();
            ASSERT_TRUE(document) << message;
            if (echoes_ip && document->find("ip=") == std::string::npos) continue;
            EXPECT_EQ(service.answer(*document, working), expected) << message;
        }
    }
}

TEST_F(BtsServiceTest, passes_over_rubbish_that_looks_like_a_tag) {
    EXPECT_EQ(flat(service.answer(
                  "<\x03junk <<\n<?xml version=\"1.0\"?><bts><cmd>connect</cmd></bts>", began)),
              "<cmd>connect_resp</cmd><result>ok</result>");
}

TEST_F(BtsServiceTest, is_the_same_again_after_a_restart) {
    BtsService restarted{SimulatedRig{two_layers(), {began, 1}}};
    for (const std::string& body : published_requests()) {
        const std::string document = "<bts>" + body + "</bts>";
        EXPECT_EQ(restarted.answer(document, working), service.answer(document, working));
    }
}

}  // namespace
}  // namespace layerscope
