#include "hw/bts_request.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

const BtsChannel second_channel{{27, 21, 1, 2}, "127.0.0.1"};
const std::string head = R"(<?xml version="1.0" encoding="UTF-8" ?><bts version="1.0"><cmd>)";

std::string message(const std::string& command, const std::string& body = "") {
    return head + command + "</cmd>" + body + "</bts>\n\n#\r\n";
}

TEST(BtsRequest, is_composed_as_clients_of_the_protocol_compose_it) {
    EXPECT_EQ(BtsRequest::devices().bytes(), message("getdevinfo"));
    EXPECT_EQ(
        BtsRequest::live({second_channel}).bytes(),
        message("inquire", R"(<list count="1"><inquire ip="127.0.0.1" devtype="27" devid="21" )"
                           R"(subdevid="1" chlid="2" aux="0" barcode="1">true</inquire></list>)"));
    EXPECT_EQ(BtsRequest::stored({second_channel, second_channel}).bytes(),
              message("inquiredf",
                      R"(<list count="2"><chl devtype="27" devid="21" subdevid="1" chlid="2" )"
                      R"(testid="0" /><chl devtype="27" devid="21" subdevid="1" chlid="2" )"
                      R"(testid="0" /></list>)"));
    EXPECT_EQ(
        BtsRequest::rows({second_channel.address, 2818580404, 1001, 1000}).bytes(),
        message("download", R"(<download devtype="27" devid="21" subdevid="1" chlid="2" auxid="0" )"
                            R"(testid="2818580404" startpos="1001" count="1000"/>)"));
}

TEST(BtsRequest, may_leave_as_composed) {
    EXPECT_TRUE(check_read_only(BtsRequest::devices().bytes()));
    EXPECT_TRUE(check_read_only(BtsRequest::live({second_channel}).bytes()));
    EXPECT_TRUE(check_read_only(BtsRequest::stored({second_channel}).bytes()));
    EXPECT_TRUE(check_read_only(BtsRequest::rows({second_channel.address, 1, 1, 10}).bytes()));
}

TEST(BtsRequest, may_leave_for_every_command_that_reads) {
    for (const char* command : {"getdevinfo", "getchlstatus", "inquire", "inquiredf", "download",
                                "downloadStepLayer", "downloadlog"}) {
        EXPECT_TRUE(check_read_only(message(command))) << command;
    }
}

TEST(BtsRequest, never_leaves_with_a_command_that_acts) {
    for (const std::string command :
         {"start", "stop", "continue", "light", "clearflag", "broadcaststop", "chl_ctrl", "goto",
          "reset", "parallel", "resetalarm", "setpause", "cancelpause", "connect", "Inquire", "",
          "inquire "}) {
        const auto checked = check_read_only(message(command));
        ASSERT_FALSE(checked) << command;
        EXPECT_EQ(checked.error().sentence,
                  "the command '" + command +
                      "' was not sent: only requests that read may leave for a cycler");
    }
}

TEST(BtsRequest, never_leaves_with_another_behind_it) {
    const std::string stop = "<cmd>stop</cmd>";
    for (const std::string& bytes :
         {message("inquire", stop), message("inquire", "<cmd >stop</cmd >"),
          message("inquire", "<!--") + message("stop"), message("inquire") + message("stop"),
          message("inquire", "</bts>#\r\n<bts><stop/>")}) {
        const auto checked = check_read_only(bytes);
        ASSERT_FALSE(checked) << bytes;
        EXPECT_EQ(
            checked.error().sentence,
            "a second message behind 'inquire' was not sent: only requests that read may leave "
            "for a cycler");
    }
}

TEST(BtsRequest, never_leaves_in_another_form) {
    const std::string whole = message("inquire");
    for (const std::string& bytes :
         {std::string{}, whole.substr(1), whole.substr(0, whole.size() - 1), " " + whole,
          "<bts version=\"1.0\"><cmd>inquire</cmd></bts>\n\n#\r\n" + std::string{},
          head + "inquire</bts>\n\n#\r\n", head + "</bts>\n\n#\r\n"}) {
        EXPECT_FALSE(check_read_only(bytes)) << bytes;
    }
}

}  // namespace
}  // namespace layerscope
