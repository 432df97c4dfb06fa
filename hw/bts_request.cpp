#include "hw/bts_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hw/bts_framing.h"

namespace layerscope {
namespace {

/// The commands of the protocol that change nothing, neither a test nor a lamp.
constexpr std::array<std::string_view, 7> read_only_commands = {
    "getdevinfo", "getchlstatus",      "inquire",     "inquiredf",
    "download",   "downloadStepLayer", "downloadlog",
};

constexpr std::string_view head =
    R"(<?xml version="1.0" encoding="UTF-8" ?><bts version="1.0"><cmd>)";
constexpr std::string_view command_end = "</cmd>";
constexpr std::string_view root_end = "</bts>";

std::string attributes(const ChannelAddress& address) {
    return fmt::format(R"(devtype="{}" devid="{}" subdevid="{}" chlid="{}")", address.devtype,
                       address.devid, address.subdevid, address.chlid);
}

bool remove_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool remove_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
}

}  // namespace

BtsRequest::BtsRequest(std::string_view command, std::string_view body)
    : bytes_{fmt::format("{}{}{}{}{}{}", head, command, command_end, body, root_end,
                         bts_terminator)} {}

BtsRequest BtsRequest::devices() {
    return {"getdevinfo", ""};
}

BtsRequest BtsRequest::live(const std::vector<BtsChannel>& channels) {
    std::string body = fmt::format(R"(<list count="{}">)", channels.size());
    for (const auto& channel : channels) {
        body += fmt::format(R"(<inquire ip="{}" {} aux="0" barcode="1">true</inquire>)", channel.ip,
                            attributes(channel.address));
    }
    return {"inquire", body + "</list>"};
}

BtsRequest BtsRequest::stored(const std::vector<BtsChannel>& channels) {
    std::string body = fmt::format(R"(<list count="{}">)", channels.size());
    for (const auto& channel : channels) {
        body += fmt::format(R"(<chl {} testid="0" />)", attributes(channel.address));
    }
    return {"inquiredf", body + "</list>"};
}

BtsRequest BtsRequest::rows(const BtsRowRange& range) {
    return {"download",
            fmt::format(R"(<download {} auxid="0" testid="{}" startpos="{}" count="{}"/>)",
                        attributes(range.address), range.test_id, range.first_seqid, range.count)};
}

Result<void> check_read_only(std::string_view bytes) {
    const auto refuse = [](std::string_view what) {
        return fail(
            ErrorKind::unsupported,
            fmt::format("{} was not sent: only requests that read may leave for a cycler", what));
    };
    std::string_view rest = bytes;
    if (!remove_prefix(rest, head) || !remove_suffix(rest, bts_terminator) ||
        !remove_suffix(rest, root_end)) {
        return refuse("a message of unknown form");
    }
    const std::string_view command = rest.substr(0, rest.find('<'));
    rest.remove_prefix(command.size());
    if (!remove_prefix(rest, command_end)) return refuse("a message of unknown form");
    if (std::find(read_only_commands.begin(), read_only_commands.end(), command) ==
        read_only_commands.end()) {
        return refuse(fmt::format("the command '{}'", command));
    }
    // Nothing may ride behind a harmless command: no second one, no second message.
    for (const std::string_view stowaway : {"cmd", "bts", "<!", "<?", "#"}) {
        if (rest.find(stowaway) != std::string_view::npos) {
            return refuse(fmt::format("a second message behind '{}'", command));
        }
    }
    return {};
}

}  // namespace layerscope
