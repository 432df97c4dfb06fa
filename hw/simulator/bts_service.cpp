#include "hw/simulator/bts_service.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <pugixml.hpp>

#include "hw/simulator/replies.h"
#include "hw/simulator/reply_document.h"

namespace layerscope {
namespace {

/// A command whose elements are answered `ok` or `false`, one by one.
using Order = std::function<bool(SimulatedChannel&, pugi::xml_node)>;

void acknowledge(SimulatedRig& rig, pugi::xml_node request, const std::string& element,
                 const Order& order, pugi::xml_node reply) {
    pugi::xml_node list = reply.append_child("list");
    for (const pugi::xml_node asked : listed(request, element.c_str())) {
        SimulatedChannel* channel = find_channel(rig, asked);
        pugi::xml_node out = list.append_child(asked.name());
        put_address_with_ip(asked, out);
        out.text().set(channel != nullptr && order(*channel, asked) ? "ok" : "false");
    }
    put_count(list);
}

void start(SimulatedRig& rig, pugi::xml_node request, UtcTime now, pugi::xml_node reply) {
    // Channels started by one message share one test id.
    const std::int64_t test_id = rig.new_test_id(now);
    const Order order = [&](SimulatedChannel& channel, pugi::xml_node asked) {
        return channel.start({test_id, asked.attribute("barcode").value(), now, {}});
    };
    acknowledge(rig, request, "start", order, reply);
}

/// Orders to one channel. A simulated test never pauses and raises no flag, so that there is
/// nothing to continue or to clear.
std::optional<Order> find_order(std::string_view command, UtcTime now) {
    if (command == "stop") {
        return [now](SimulatedChannel& channel, pugi::xml_node) { return channel.stop(now); };
    }
    if (command == "light") return [](SimulatedChannel&, pugi::xml_node) { return true; };
    if (command == "continue" || command == "clearflag") {
        return [](SimulatedChannel&, pugi::xml_node) { return false; };
    }
    return std::nullopt;
}

/// A command whose reply nobody has published, with the name of its elements.
struct RefusedCommand {
    std::string_view command;
    const char* element;
};
constexpr std::array refused_commands{
    RefusedCommand{"broadcaststop", "stop"},
    RefusedCommand{"chl_ctrl", "chl_ctrl"},
    RefusedCommand{"goto", "goto"},
    RefusedCommand{"parallel", "parallel"},
    RefusedCommand{"getparallel", "parallel"},
    RefusedCommand{"resetalarm", "resetalarm"},
    RefusedCommand{"setpause", "setpause"},
    RefusedCommand{"cancelpause", "cancelpause"},
    RefusedCommand{"getpause", "getpause"},
};

void refuse_element(pugi::xml_node asked, pugi::xml_node parent) {
    pugi::xml_node out = parent.append_child(asked.name());
    for (const pugi::xml_attribute attribute : asked.attributes()) {
        put(out, attribute.name(), attribute.value());
    }
    out.text().set("false");
}

void refuse_list(pugi::xml_node request, const char* element, pugi::xml_node reply) {
    pugi::xml_node list = reply.append_child("list");
    for (const pugi::xml_node asked : listed(request, element)) refuse_element(asked, list);
    put_count(list);
}

using Query = void (*)(const SimulatedRig&, pugi::xml_node, UtcTime, pugi::xml_node);

/// Commands that ask and change nothing, with the name of the reply as servers spell it.
struct QueryCommand {
    std::string_view command;
    std::string_view reply;
    Query query;
};
constexpr std::array query_commands{
    QueryCommand{"getdevinfo", "getdevinfo_resp",
                 [](const SimulatedRig& rig, pugi::xml_node, UtcTime now, pugi::xml_node reply) {
                     reply_getdevinfo(rig, now, reply);
                 }},
    QueryCommand{"getchlstatus", "getchlstatus_resp", reply_getchlstatus},
    QueryCommand{"inquire", "inquire_resp", reply_inquire},
    QueryCommand{"inquiredf", "inquiredf_resp", reply_inquiredf},
    QueryCommand{"download", "donwload_resp", reply_download},
    QueryCommand{"downloadStepLayer", "downloadStepLayer_resp", reply_download_step_layer},
    QueryCommand{"downloadlog", "donwloadlog_resp", reply_downloadlog},
};

template <class Commands>
auto find_command(const Commands& commands, std::string_view command) {
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const auto& entry) { return entry.command == command; });
    return found == commands.end() ? nullptr : &*found;
}

/// Everything but the questions.
void reply_to_order(SimulatedRig& rig, pugi::xml_node request, UtcTime now, pugi::xml_node reply) {
    const std::string command = request.child("cmd").text().get();
    put_element(reply, "cmd", command + "_resp");
    if (command == "connect") {
        put_element(reply, "result", "ok");
    } else if (command == "start") {
        start(rig, request, now, reply);
    } else if (const auto order = find_order(command, now)) {
        acknowledge(rig, request, command, *order, reply);
    } else if (const auto* refused = find_command(refused_commands, command)) {
        refuse_list(request, refused->element, reply);
    } else if (command == "reset" && request.child("reset")) {
        refuse_element(request.child("reset"), reply);
    } else {
        put_element(reply, "result", "fail");
    }
}

/// Clients leave blanks, and heap rubbish too, before a document.
std::string_view from_root(std::string_view document) {
    const std::size_t begin = std::min(document.find("<?xml"), document.find("<bts"));
    return document.substr(std::min(begin, document.size()));
}

}  // namespace

std::string BtsService::answer(std::string_view document, UtcTime now) {
    const std::string_view text = from_root(document);
    pugi::xml_document parsed;
    const auto status =
        parsed.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    const pugi::xml_node request = parsed.child("bts");
    ReplyDocument reply;
    const std::string_view command = request.child("cmd").text().get();
    if (!status || command.empty()) {
        put_element(reply.root(), "result", "fail");
    } else if (const auto* query = find_command(query_commands, command)) {
        put_element(reply.root(), "cmd", query->reply);
        query->query(rig_, request, now, reply.root());
    } else {
        reply_to_order(rig_, request, now, reply.root());
    }
    return reply.message();
}

}  // namespace layerscope
