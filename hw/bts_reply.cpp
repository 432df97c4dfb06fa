#include "hw/bts_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <pugixml.hpp>
#include <stdexcept>

#include "core/base/number.h"

namespace layerscope {
namespace {

constexpr std::string_view nothing = "--";  // what a cycler writes where a value does not exist

/// Leaves a reply from any depth; never leaves this file.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Text of a server in a sentence: short, and without line ends or control characters.
std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string out{text.substr(0, longest)};
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    while (text.size() > longest && !out.empty() && (out.back() & 0x80) != 0) out.pop_back();
    return fmt::format("'{}{}'", out, text.size() > longest ? "…" : "");
}

std::string_view text_of(const pugi::xml_node& node, const char* name) {
    const pugi::xml_attribute attribute = node.attribute(name);
    if (!attribute) throw Malformed{fmt::format("<{}> lacks '{}'", node.name(), name)};
    return attribute.value();
}

double number_of(const pugi::xml_node& node, const char* name) {
    const std::string_view text = text_of(node, name);
    if (const auto value = parse_number(text)) return *value;
    throw Malformed{fmt::format("'{}' is {}, which is not a number", name, quoted(text))};
}

std::int64_t whole_number_of(const pugi::xml_node& node, const char* name) {
    // Below 2^53, as 36070000.0 and 3.607E+07 are whole numbers too, and sums stay in range.
    constexpr double exact_below = 9007199254740992.0;
    const std::string_view text = text_of(node, name);
    const auto value = parse_number(text);
    if (value && std::abs(*value) < exact_below && *value == std::trunc(*value)) {
        return std::int64_t(*value);
    }
    throw Malformed{fmt::format("'{}' is {}, which is not a whole number", name, quoted(text))};
}

int small_number_of(const pugi::xml_node& node, const char* name) {
    const std::int64_t value = whole_number_of(node, name);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        throw Malformed{fmt::format("'{}' is {}, which is out of range", name, value)};
    }
    return int(value);
}

std::int64_t count_of(const pugi::xml_node& node, const char* name) {
    const std::int64_t value = whole_number_of(node, name);
    if (value < 0) throw Malformed{fmt::format("'{}' is {}, below zero", name, value)};
    return value;
}

ChannelAddress address_of(const pugi::xml_node& node, const char* channel_name = "chlid") {
    return {small_number_of(node, "devtype"), small_number_of(node, "devid"),
            small_number_of(node, "subdevid"), small_number_of(node, channel_name)};
}

/// Auxiliary values whose names carry no number.
constexpr std::array<std::string_view, 3> aux_without_number = {"CPU", "auxtemp", "auxvol"};

/// Auxiliary inputs are called letters + number: V1, T1, t1, Thk1.
bool is_aux_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = std::find_if_not(name.begin(), name.end(), is_letter);
    const bool numbered =
        digits != name.begin() && digits != name.end() && std::all_of(digits, name.end(), is_digit);
    return numbered || std::find(aux_without_number.begin(), aux_without_number.end(), name) !=
                           aux_without_number.end();
}

/// An auxiliary whose text is no number (an input that is unplugged) has no value; it is left out.
std::vector<AuxValue> aux_of(const pugi::xml_node& node) {
    std::vector<AuxValue> aux;
    for (const pugi::xml_attribute attribute : node.attributes()) {
        if (!is_aux_name(attribute.name())) continue;
        if (const auto value = parse_number(attribute.value())) {
            aux.push_back({attribute.name(), *value});
        }
    }
    return aux;
}

/// A reply's root, once its `<cmd>` was seen to be one of `names`.
class Reply {
  public:
    Reply(std::string_view document, std::initializer_list<std::string_view> names) {
        const auto status = xml_.load_buffer(document.data(), document.size(), pugi::parse_default,
                                             pugi::encoding_utf8);
        if (!status) {
            throw Malformed{
                fmt::format("not readable at byte {} of {}", status.offset, document.size())};
        }
        root_ = xml_.child("bts");
        if (!root_) throw Malformed{"no <bts> in it"};
        const std::string_view command = root_.child_value("cmd");
        const std::string_view result = root_.child_value("result");
        if (!result.empty() && result != "ok") {
            throw Malformed{fmt::format("the cycler's program refused it with {}", quoted(result))};
        }
        if (std::find(names.begin(), names.end(), command) == names.end()) {
            throw Malformed{fmt::format("it calls itself {}", quoted(command))};
        }
    }

    pugi::xml_node child(const char* name) const {
        const pugi::xml_node node = root_.child(name);
        if (!node) throw Malformed{fmt::format("no <{}> in it", name)};
        return node;
    }

  private:
    pugi::xml_document xml_;
    pugi::xml_node root_;
};

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
        const Reply reply{document, {"getdevinfo_resp"}};
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
        const Reply reply{document, {"inquire_resp"}};
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
        const Reply reply{document, {"inquiredf_resp"}};
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
        const Reply reply{document, {"donwload_resp", "download_resp"}};
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
