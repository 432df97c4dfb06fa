#pragma once
#include <string>
#include <vector>

namespace layerscope {

/// What stands inside `<bts version="1.0">` of every request that real clients or the vendor's own
/// tester are known to send.
inline std::vector<std::string> published_requests() {
    const std::string at4 = R"(devtype="27" devid="21" subdevid="1" chlid="1")";
    const std::string at = R"(ip="127.0.0.1" )" + at4;
    const auto listed = [](const std::string& command, const std::string& elements) {
        return "<cmd>" + command + R"(</cmd><list count = "1">)" + elements + "</list>";
    };
    return {
        "<cmd>connect</cmd><username>admin</username><password>neware</password><type>bfgs</type>",
        "<cmd>getdevinfo</cmd>",
        listed("getchlstatus", "<status " + at + ">true</status>"),
        listed("inquire", "<inquire " + at + R"( aux="0" barcode="1">true</inquire>)"),
        listed("inquire", "<inquire " + at + ">true</inquire>"),
        listed("inquiredf", "<chl " + at4 + R"( testid="0" />)"),
        "<cmd>download</cmd><download " + at4 +
            R"( auxid="0" testid="0" startpos="1" count="1000"/>)",
        "<cmd>downloadStepLayer</cmd><downloadStepLayer " + at4 + " />",
        "<cmd>downloadStepLayer</cmd><downloadStepLayer " + at +
            R"( testid="0" dcir="1"/><V1I1 previousstep="1" type="1" value=""/>)"
            R"(<V2I2 previousstep="0" type="0" value=""/>)",
        "<cmd>downloadlog</cmd><download " + at4 + R"( testid="0"/>)",
        listed("start", "<start " + at +
                            R"( barcode="mysample">C:\path\step.xml</start>)"
                            R"(<backup backupdir="C:\Neware data" remotedir="" filenametype="0" )"
                            R"(customfilename="" addtimewhenrepeat="0" createdirbydate="0" )"
                            R"(filetype="0" backupontime="1" backupontimeinterval="720" )"
                            R"(backupfree="1" />)"),
        listed("stop", "<stop " + at + ">true</stop>"),
        listed("continue", "<continue " + at + ">true</continue>"),
        listed("light", "<light " + at + ">true</light>"),
        listed("clearflag", "<clearflag " + at + ">true</clearflag>"),
        listed("broadcaststop", R"(<stop ip="127.0.0.1" devtype="27" devid="21">true</stop>)"),
        listed("chl_ctrl", "<chl_ctrl " + at + ">1</chl_ctrl>"),
        listed("goto", "<goto " + at + R"( step="3">true</goto>)"),
        "<cmd>reset</cmd><reset " + at + R"( DBC_CAN="0">C:\step.xml</reset>)",
        R"(<cmd>parallel</cmd><list count="2" paralleltype="1"><parallel )" + at + " /><parallel " +
            at + " /></list>",
        listed("getparallel", "<parallel " + at + " />"),
        listed("resetalarm",
               R"(<resetalarm ip="127.0.0.1" devtype="27" devid="21">true</resetalarm>)"),
        listed("setpause", "<setpause " + at + R"( cycleid="-1" stepid="-1" timeout="" />)"),
        listed("cancelpause", "<cancelpause " + at + R"( cycleid="-1" stepid="-1" />)"),
        listed("getpause", "<getpause " + at + " />"),
        "<cmd>nobody_knows</cmd>",
    };
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

/// A request's body in every spelling seen on a wire, each a whole message.
inline std::vector<std::string> spellings(const std::string& body) {
    const std::string declaration = R"(<?xml version="1.0" encoding="UTF-8" ?>)";
    const std::string root = R"(<bts version="1.0">)";
    const std::string plain = root + body + "</bts>";
    return {
        declaration + plain + "\n\n#\r\n",
        declaration + plain + "#\r\n",
        R"(<?xml version="1.0" encoding="UTF-8"?>)" + plain + "\r\n#\r\n",
        plain + "#\r\n",
        "\n\t\n" + declaration + "\n" + plain + "\n\n#\r\n",                     // blanks before
        declaration + "\r\n" + replaced(plain, "><", ">\r\n\t<") + "\r\n#\r\n",  // pretty
        declaration + replaced(plain, "\"", "'") + "#\r\n",
        declaration + replaced(plain, "=\"", " = \"") + "#\r\n",
        declaration + replaced(plain, R"(ip="127.0.0.1" )", "") + "#\r\n",
        declaration + replaced(plain, R"(count = "1")", R"(count="7")") + "#\r\n",  // it lies
        declaration + root + body + "\"</bts>\n\n#\r\n",                            // stray text
        declaration + plain + "\n\n#\r\n" + std::string(10'240, '\0'),              // rubbish after
        declaration + plain,  // the client closes before its terminator
    };
}

}  // namespace layerscope
