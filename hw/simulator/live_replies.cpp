#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/number.h"
#include "hw/simulator/replies.h"
#include "hw/simulator/reply_document.h"

namespace layerscope {
namespace {

constexpr std::array address_parts{"devtype", "devid", "subdevid", "chlid"};
constexpr int log_code_working = 102000;
constexpr int live_digits = 4;

void put_numbers(const SimulatedChannel& channel, UtcTime now, pugi::xml_node out) {
    const SimulatedRun* run = channel.latest_run();
    const auto rows = run == nullptr ? std::span<const TimedRow>{} : channel.rows(*run, now);
    const TimedRow none;
    const auto& [last_time_s, last] = rows.empty() ? none : rows.back();
    const bool working = channel.working(now);
    // At rest between tests only the voltage is still measured.
    const double factor = working ? 1 : 0;
    const double total_s = working ? channel.elapsed_s(*run, now) : 0;
    const double step_s = working ? total_s - last_time_s + double(last.testtime_ms) / 1e3 : 0;
    put(out, "current", live_decimal(factor * last.current_A, live_digits));
    put(out, "voltage", live_decimal(last.voltage_V, live_digits));
    put(out, "capacity", live_decimal(factor * last.capacity_Ah, live_digits));
    put(out, "energy", live_decimal(factor * last.energy_Wh, live_digits));
    put(out, "totaltime", live_decimal(total_s, 1));
    put(out, "relativetime", live_decimal(step_s, 1));
    put(out, "open_or_close", 0);
    put(out, "log_code", working ? log_code_working : 0);
    for (const AuxValue& aux : last.aux) {
        if (std::isfinite(aux.value)) put(out, aux.name.c_str(), live_decimal(aux.value, 6));
    }
}

void put_live(const SimulatedChannel& channel, bool with_barcode, UtcTime now, pugi::xml_node out) {
    const SimulatedRun* run = channel.latest_run();
    const bool working = channel.working(now);
    const auto rows = run == nullptr ? std::span<const TimedRow>{} : channel.rows(*run, now);
    put(out, "cycle_id", rows.empty() ? 1 : rows.back().recorded.cycleid);
    if (working) put(out, "step_id", rows.empty() ? 1 : rows.back().recorded.stepid);
    put(out, "step_type", working && !rows.empty() ? rows.back().recorded.steptype : "--");
    put(out, "workstatus", channel.status(now));
    if (with_barcode) put(out, "barcode", run == nullptr ? "" : run->barcode);
    put_numbers(channel, now, out);
}

std::string part(pugi::xml_node element, const char* name) {
    return element.attribute(name).as_string("0");
}

}  // namespace

const SimulatedChannel* find_channel(const SimulatedRig& rig, pugi::xml_node element) {
    const auto number = [&](const char* name) {
        return parse_integer(element.attribute(name).value()).value_or(0);
    };
    const auto matches = [&](const SimulatedChannel& channel) {
        const ChannelAddress& at = channel.address();
        return number("devtype") == at.devtype && number("devid") == at.devid &&
               number("subdevid") == at.subdevid && number("chlid") == at.chlid;
    };
    const auto& channels = rig.channels();
    const auto found = std::find_if(channels.begin(), channels.end(), matches);
    return found == channels.end() ? nullptr : &*found;
}

SimulatedChannel* find_channel(SimulatedRig& rig, pugi::xml_node element) {
    const SimulatedChannel* found = find_channel(std::as_const(rig), element);
    return found == nullptr ? nullptr : &rig.channels()[std::size_t(found - rig.channels().data())];
}

void put_address(pugi::xml_node from, pugi::xml_node to) {
    for (const char* name : address_parts) put(to, name, from.attribute(name).value());
}

void put_address_with_ip(pugi::xml_node from, pugi::xml_node to) {
    put(to, "ip", from.attribute("ip").as_string("127.0.0.1"));
    put_address(from, to);
}

pugi::xml_object_range<pugi::xml_named_node_iterator> listed(pugi::xml_node request,
                                                             const char* name) {
    return request.child("list").children(name);
}

void put_count(pugi::xml_node list) {
    const auto elements = list.children();
    put(list, "count", std::int64_t(std::distance(elements.begin(), elements.end())));
}

void reply_getdevinfo(const SimulatedRig& rig, UtcTime now, pugi::xml_node reply) {
    pugi::xml_node servers = reply.append_child("serverip");
    pugi::xml_node server = servers.append_child("server");
    put(server, "ip", "127.0.0.1");
    put(server, "port", 3306);
    put_count(servers);
    pugi::xml_node middle = reply.append_child("middle");
    for (const SimulatedChannel& channel : rig.channels()) {
        pugi::xml_node out = middle.append_child("channel");
        put(out, "ip", "127.0.0.1");
        put(out, "devtype", channel.address().devtype);
        put(out, "devid", channel.address().devid);
        put(out, "subdevid", channel.address().subdevid);
        put(out, "Channelid", channel.address().chlid);
        out.text().set(!channel.working(now));
    }
    put_count(middle);
}

void reply_getchlstatus(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                        pugi::xml_node reply) {
    pugi::xml_node list = reply.append_child("list");
    for (const pugi::xml_node asked : listed(request, "status")) {
        const SimulatedChannel* channel = find_channel(rig, asked);
        pugi::xml_node out = list.append_child("status");
        put_address_with_ip(asked, out);
        put(out, "reservepause", 0);
        out.text().set(channel == nullptr ? "false" : std::string{channel->status(now)}.c_str());
    }
    put_count(list);
}

void reply_inquire(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                   pugi::xml_node reply) {
    pugi::xml_node list = reply.append_child("list");
    for (const pugi::xml_node asked : listed(request, "inquire")) {
        const SimulatedChannel* channel = find_channel(rig, asked);
        pugi::xml_node out = list.append_child("inquire");
        put(out, "dev",
            fmt::format("{}-{}-{}-{}-{}", part(asked, "devtype"), part(asked, "devid"),
                        part(asked, "subdevid"), part(asked, "chlid"), part(asked, "aux")));
        if (channel == nullptr) {
            put(out, "workstatus", "false");
        } else {
            put_live(*channel, part(asked, "barcode") == "1", now, out);
        }
    }
    put_count(list);
}

}  // namespace layerscope
