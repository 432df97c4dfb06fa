#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace layerscope {

/// An auxiliary channel as TestInfo.xml lists it.
struct NewareAuxChannel {
    int id = 0;            // the 1 of "V1"
    int real_channel = 0;  // its number in the auxiliary device
    int type = 0;          // Neware's code of the quantity
};

/// What TestInfo.xml says; all of it optional, for scrubbed files lack nearly every attribute.
struct NewareTestInfo {
    std::string device;   // "Neware 21"
    std::string address;  // device type, device, unit, channel: "27-21-10-7"
    std::vector<NewareAuxChannel> aux;
};

/// Reads TestInfo.xml in the Chinese encoding that it comes in. Fails when it is no XML.
Result<NewareTestInfo> parse_neware_test_info(std::string_view xml);

/// UTF-8 of a GB18030 text (which contains GB2312 and GBK); a byte that means nothing there becomes
/// U+FFFD.
std::string utf8_from_gb18030(std::string_view text);

}  // namespace layerscope
