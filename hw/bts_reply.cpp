#include "hw/bts_reply.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/number.h"
#include "hw/bts_xml.h"

namespace layerscope {
namespace {

using namespace bts_xml;

constexpr std::string_view nothing = "--";  // what a cycler writes where a value does not exist

ChannelAddress address_of(const pugi::xml_node& node, const char* channel_name = "chlid") {
    return {small_number_of(node, "devtype"), small_number_of(node, "devid"),
            small_number_of(node, "subdevid"), small_number_of(node, channel_name)};
}

/// Runs `parse`; what it throws becomes the error of the request `name`.
template <class Parse>
auto guarded(std::string_view name, Parse parse) -> Result<decltype(parse())> {
    try {
        return parse();
    } catch (const Malformed& what) {
        return fail(ErrorKind::malformed,
                    fmt::format("the reply to {} cannot be used: {}", name, what.what()));
    }
}

BtsChannel channel_of(const pugi::xml_node& node) {
    BtsChannel channel{address_of(node, "Channelid"), std::string{text_of(node, "ip")}};
    // It goes back into requests: nothing but an address may stand here.
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == ':' || c == '-';
    };
    if (channel.ip.size() > 253 || !std::all_of(channel.ip.begin(), channel.ip.end(), plain)) {
        throw Malformed{fmt::format("'ip' is {}, which is not an address", quoted(channel.ip))};
    }
    return channel;
}

/// `27-21-1-2-0`: the address and, fifth, an auxiliary number.
ChannelAddress address_of_dev(std::string_view dev) {
    const std::size_t last = dev.rfind('-');
    const auto address =
        last == std::string_view::npos ? std::nullopt : parse_channel_address(dev.substr(0, last));
    if (!address || !parse_integer(dev.substr(last + 1))) {
        throw Malformed{fmt::format("'dev' is {}, which is not a channel", quoted(dev))};
    }
    return *address;
}

Snapshot snapshot_of(const pugi::xml_node& node) {
    Snapshot out;
    out.status = text_of(node, "workstatus");
    out.step_type = text_of(node, "step_type");
    out.cycle = small_number_of(node, "cycle_id");
    const std::string_view step = node.attribute("step_id").value();
    if (!step.empty() && step != nothing) out.step = small_number_of(node, "step_id");
    out.voltage_V = number_of(node, "voltage");
    out.current_A = number_of(node, "current");
    out.capacity_Ah = number_of(node, "capacity");
    out.energy_Wh = number_of(node, "energy");
    out.total_time_s = number_of(node, "totaltime");
    out.step_time_s = number_of(node, "relativetime");
    out.barcode = node.attribute("barcode").value();
    out.aux = aux_of(node);
    return out;
}

BtsStored stored_of(const pugi::xml_node& node) {
    const std::string_view complete = node.child_value();
    if (complete != "true" && complete != "false") {
        throw Malformed{fmt::format("<chl> says {} instead of true or false", quoted(complete))};
    }
    return {count_of(node, "testid"), count_of(node, "count"), complete == "true"};
}

RecordedRow row_of(const pugi::xml_node& node) {
    RecordedRow row;
    row.seqid = whole_number_of(node, "seqid");
    row.stepid = small_number_of(node, "stepid");
    row.cycleid = small_number_of(node, "cycleid");
    row.steptype = text_of(node, "steptype");
    row.testtime_ms = count_of(node, "testtime");
    row.atime = text_of(node, "atime");
    row.voltage_V = number_of(node, "volt");
    row.current_A = number_of(node, "curr");
    row.capacity_Ah = number_of(node, "cap");
    row.energy_Wh = number_of(node, "eng");
    row.aux = aux_of(node);
    return row;
}

/// The elements `name` of a list, each paired with a channel that was asked for. They answer in
/// order; only when their number is another are they told apart by address.
template <class Address>
std::vector<pugi::xml_node> in_order_asked(const pugi::xml_node& list, const char* name,
                                           const std::vector<BtsChannel>& asked, Address address) {
    std::vector<pugi::xml_node> nodes;
    for (const pugi::xml_node node : list.children(name)) nodes.push_back(node);
    if (nodes.size() == asked.size()) return nodes;
    std::vector<pugi::xml_node> ordered(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto same = [&](const auto& node) { return address(node) == asked[i].address; };
        const auto at = std::find_if(nodes.begin(), nodes.end(), same);
        if (at != nodes.end()) ordered[i] = *at;
    }
    return ordered;
}

void require(const ChannelAddress& told, const ChannelAddress& asked) {
    if (told != asked) {
        throw Malformed{fmt::format("it is of channel {} where {} was asked for", to_text(told),
                                    to_text(asked))};
    }
}

}  // namespace

Result<std::vector<BtsChannel>> parse_devices(std::string_view document) {
    return guarded("getdevinfo", [&] {
        const Document reply{document, {"getdevinfo_resp"}};
        std::vector<BtsChannel> channels;
        for (const pugi::xml_node node : reply.child("middle").children("channel")) {
            channels.push_back(channel_of(node));
        }
        return channels;
    });
}

Result<BtsAnswers<Snapshot>> parse_live(std::string_view document,
                                        const std::vector<BtsChannel>& asked) {
    return guarded("inquire", [&] {
        const Document reply{document, {"inquire_resp"}};
        const auto address = [](const pugi::xml_node& node) {
            return address_of_dev(text_of(node, "dev"));
        };
        const auto nodes = in_order_asked(reply.child("list"), "inquire", asked, address);
        BtsAnswers<Snapshot> out;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            // A channel that does not exist says false, and nothing else that means anything.
            const bool there = nodes[i] && text_of(nodes[i], "workstatus") != "false";
            if (there) require(address(nodes[i]), asked[i].address);
            out.channels.push_back(there ? std::optional{snapshot_of(nodes[i])} : std::nullopt);
        }
        return out;
    });
}

Result<BtsAnswers<BtsStored>> parse_stored(std::string_view document,
                                           const std::vector<BtsChannel>& asked) {
    return guarded("inquiredf", [&] {
        const Document reply{document, {"inquiredf_resp"}};
        const auto address = [](const pugi::xml_node& node) { return address_of(node); };
        const auto nodes = in_order_asked(reply.child("list"), "chl", asked, address);
        BtsAnswers<BtsStored> out;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (!nodes[i] || !nodes[i].attribute("testid")) {
                out.channels.emplace_back();
                continue;
            }
            ChannelAddress told = address(nodes[i]);
            if (told.subdevid == 1 && asked[i].address.subdevid != 1) {
                // Servers are known to say unit 1 whatever the unit; the values are the right ones.
                told.subdevid = asked[i].address.subdevid;
                out.note = fmt::format(
                    "the cycler's program calls the unit of channel {} 1; its "
                    "answers are taken by their order",
                    to_text(asked[i].address));
            }
            require(told, asked[i].address);
            out.channels.emplace_back(stored_of(nodes[i]));
        }
        return out;
    });
}

Result<BtsRows> parse_rows(std::string_view document, const BtsRowRange& asked) {
    return guarded("download", [&] {
        // The first spelling is what cyclers were seen to send, the second what their manual says.
        const Document reply{document, {"donwload_resp", "download_resp"}};
        const pugi::xml_node echo = reply.child("download");
        require(address_of(echo), asked.address);
        BtsRows out{count_of(echo, "testid"), {}};
        const pugi::xml_node list = reply.child("list");
        std::int64_t least = asked.first_seqid;
        for (const pugi::xml_node node : list.children("data")) {
            out.rows.push_back(row_of(node));
            const std::int64_t seqid = out.rows.back().seqid;
            if (seqid < least) {
                throw Malformed{
                    fmt::format("row {} stands where {} or a later one should", seqid, least)};
            }
            least = seqid + 1;
        }
        const std::int64_t announced = count_of(list, "count");
        const auto rows = std::int64_t(out.rows.size());
        if (rows != announced) {
            throw Malformed{fmt::format("it announces {} rows and holds {}", announced, rows)};
        }
        if (rows > asked.count) {
            throw Malformed{
                fmt::format("it holds {} rows where {} were asked for", rows, asked.count)};
        }
        return out;
    });
}

}  // namespace layerscope
