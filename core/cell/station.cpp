#include "core/cell/station.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>

#include "core/cell/toml_table.h"

namespace layerscope {
namespace {

constexpr std::string_view known_driver = "neware-bts";

/// Reads `"+08:00"`; minutes ahead of UTC.
std::optional<int> parse_zone(std::string_view text) {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    for (const std::size_t at : {1U, 2U, 4U, 5U}) {
        if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
    }
    const int minutes = (digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5);
    if (minutes > 14 * 60) return std::nullopt;
    return text[0] == '-' ? -minutes : minutes;
}

DeviceSettings read_device(TomlTable& entry) {
    entry.allow_only({"id", "driver", "host", "port", "poll_s", "zone"});
    DeviceSettings device;
    device.id = entry.text("id");
    device.driver = entry.text("driver");
    if (device.driver != known_driver) {
        entry.fault("driver", fmt::format("there is no driver '{}'; known is {}", device.driver,
                                          known_driver));
    }
    device.host = entry.text("host");
    device.port = std::uint16_t(entry.integer("port", 1, 65535));
    const double poll_s = entry.has("poll_s") ? entry.positive_number("poll_s") : 1.0;
    if (poll_s < 0.05 || poll_s > 3600) {
        entry.fault("poll_s", "'poll_s' must be from 0.05 to 3600 seconds");
    } else {
        device.poll = std::chrono::milliseconds{std::lround(poll_s * 1000)};
    }
    if (entry.has("zone")) {
        device.zone_offset_min = parse_zone(entry.text("zone"));
        if (!device.zone_offset_min) {
            entry.fault("zone", "'zone' must be an offset from UTC like \"+08:00\"");
        }
    }
    return device;
}

/// `{ device = "bts", address = "27-21-1-1" }`
void read_source(TomlTable& source, std::string& device, ChannelAddress& address) {
    device = source.text("device");
    const std::string text = source.text("address");
    if (const auto parsed = parse_channel_address(text)) {
        address = *parsed;
    } else {
        source.fault("address", fmt::format("'{}' is not a channel address; write device type, "
                                            "machine, unit and channel like \"27-21-1-1\"",
                                            text));
    }
}

void read_reference(TomlTable& entry, const std::string& file, StationChannel& channel) {
    const toml::table* table = entry.table("reference");
    if (table == nullptr) return;
    TomlTable source{*table, file, "'reference'"};
    source.allow_only({"device", "address", "field"});
    std::string device;
    ChannelAddress address;
    read_source(source, device, address);
    channel.reference_field = source.text("field");
    if (device != channel.device || address != channel.address) {
        source.fault("address",
                     fmt::format("the reference of layer {} must be an auxiliary voltage "
                                 "on the layer's own channel; map it to {} in the cycler's "
                                 "program and name that address here",
                                 channel.layer, to_text(channel.address)));
    }
    entry.take_fault(source);
}

StationChannel read_channel(TomlTable& entry, const std::string& file) {
    entry.allow_only({"layer", "current", "reference", "test_id"});
    StationChannel channel;
    channel.layer = int(entry.integer("layer", 1, most_layers));
    channel.test_id = entry.integer_if_there("test_id", 0);
    const toml::table* current = entry.table("current");
    if (current == nullptr) {
        entry.fault("current",
                    fmt::format("layer {} needs current = {{ device = …, address = … }}; "
                                "add it",
                                channel.layer));
        return channel;
    }
    TomlTable source{*current, file, "'current'"};
    source.allow_only({"device", "address"});
    read_source(source, channel.device, channel.address);
    entry.take_fault(source);
    read_reference(entry, file, channel);
    return channel;
}

/// Faults that only show when all channels are known.
void check_channels(TomlTable& root, const toml::array& entries, const std::string& file,
                    const Station& station) {
    std::map<int, std::size_t> line_of_layer;
    std::map<std::pair<std::string, ChannelAddress>, int> layer_of_address;
    const auto layers = int(station.design.layer_count());
    for (std::size_t i = 0; i < station.channels.size(); ++i) {
        const auto& channel = station.channels[i];
        TomlTable entry{*entries.get(i)->as_table(), file, "[[channel]]"};
        if (const auto [at, fresh] = line_of_layer.emplace(channel.layer, entry.line("layer"));
            !fresh) {
            entry.fault("layer", fmt::format("layer {} stands in line {} already; give each layer "
                                             "one [[channel]]",
                                             channel.layer, at->second));
        }
        if (channel.layer > layers) {
            entry.fault("layer", fmt::format("there is no layer {} in the cell '{}' of {} layers; "
                                             "correct the layer or the design",
                                             channel.layer, station.design.name, layers));
        }
        if (std::none_of(station.devices.begin(), station.devices.end(),
                         [&](const auto& device) { return device.id == channel.device; })) {
            entry.fault("current", fmt::format("layer {} names the device '{}', but no [[device]] "
                                               "has this id; add it or correct the name",
                                               channel.layer, channel.device));
        }
        const auto [taken, fresh] =
            layer_of_address.emplace(std::pair{channel.device, channel.address}, channel.layer);
        if (!fresh) {
            entry.fault("current", fmt::format("layers {} and {} are both on channel {} of '{}'; "
                                               "give each layer its own channel",
                                               taken->second, channel.layer,
                                               to_text(channel.address), channel.device));
        }
        root.take_fault(entry);
    }
    for (int layer = 1; layer <= layers; ++layer) {
        if (!line_of_layer.contains(layer)) {
            root.fault("channel",
                       fmt::format("layer {} of {} has no [[channel]]; add one", layer, layers));
        }
    }
}

using DesignSource = std::function<Result<std::string>(const std::string& name_or_path)>;

void read_design(TomlTable& cell, const toml::table& table, const std::string& file,
                 const DesignSource& find, Station& station) {
    Result<CellDesign> design;
    if (const toml::node* node = table.get("design"); node != nullptr && node->is_table()) {
        design = read_cell_design(*node->as_table(), file);
        if (!design) {
            // The sentence names the line already.
            cell.fault("design", design.error().sentence);
            return;
        }
        std::ostringstream text;
        text << *node->as_table();
        station.design_toml = text.str();
    } else {
        const std::string name = cell.text("design");
        if (name.empty()) return;
        const auto text = find(name);
        if (!text) {
            cell.fault("design", text.error().sentence);
            return;
        }
        station.design_toml = *text;
        design = parse_cell_design(*text, name);
        if (!design) {
            cell.fault("design", design.error().sentence);
            return;
        }
    }
    station.design = *design;
}

Result<Station> parse(std::string_view toml, const std::string& file, const DesignSource& find) {
    const auto parsed = parse_toml(toml, file);
    if (!parsed) return fail(parsed.error());
    Station station;
    station.station_toml = std::string{toml};
    TomlTable root{*parsed, file, "the station"};
    root.allow_only({"cell", "device", "channel"});

    if (const toml::table* table = root.table("cell")) {
        TomlTable cell{*table, file, "[cell]"};
        cell.allow_only({"name", "design", "lithiation"});
        station.cell_name = cell.text("name");
        const std::string direction = cell.text("lithiation");
        if (direction == "charge") {
            station.lithiation = Lithiation::charge;
        } else if (direction != "discharge") {
            cell.fault("lithiation",
                       "'lithiation' is what the cycler calls it: \"discharge\" in a "
                       "half cell, \"charge\" in a full cell");
        }
        if (!cell.first_fault()) read_design(cell, *table, file, find, station);
        root.take_fault(cell);
    } else {
        root.fault("cell", "the station needs a [cell] with name, design and lithiation; add it");
    }

    const toml::array* devices = root.array_of_tables("device");
    if (devices == nullptr || devices->empty()) {
        root.fault("device", "the station needs at least one [[device]]; add it");
    }
    for (std::size_t i = 0; devices != nullptr && i < devices->size() && !root.first_fault(); ++i) {
        TomlTable entry{*devices->get(i)->as_table(), file, fmt::format("[[device]] {}", i + 1)};
        DeviceSettings device = read_device(entry);
        if (std::any_of(station.devices.begin(), station.devices.end(),
                        [&](const auto& other) { return other.id == device.id; })) {
            entry.fault("id", fmt::format("the id '{}' stands here twice; name each device its own "
                                          "way",
                                          device.id));
        }
        station.devices.push_back(std::move(device));
        root.take_fault(entry);
    }

    const toml::array* channels = root.array_of_tables("channel");
    for (std::size_t i = 0; channels != nullptr && i < channels->size() && !root.first_fault();
         ++i) {
        TomlTable entry{*channels->get(i)->as_table(), file, fmt::format("[[channel]] {}", i + 1)};
        station.channels.push_back(read_channel(entry, file));
        root.take_fault(entry);
    }
    if (!root.first_fault()) {
        if (channels == nullptr) {
            root.fault("channel", "the station needs one [[channel]] for each layer; add them");
        } else {
            check_channels(root, *channels, file, station);
        }
    }
    if (root.first_fault()) return fail(*root.first_fault());
    std::sort(station.channels.begin(), station.channels.end(),
              [](const auto& a, const auto& b) { return a.layer < b.layer; });
    return station;
}

}  // namespace

std::string_view to_text(Lithiation direction) {
    return direction == Lithiation::charge ? "charge" : "discharge";
}

const DeviceSettings& Station::device(const std::string& id) const {
    const auto at = std::find_if(devices.begin(), devices.end(),
                                 [&](const auto& device) { return device.id == id; });
    if (at == devices.end()) throw std::logic_error{"the station was not checked: no device " + id};
    return *at;
}

Result<Station> read_station(const std::filesystem::path& path) {
    const auto text = read_settings_text(path);
    if (!text) return fail(text.error());
    return parse_station(*text, path.string(), path.parent_path());
}

Result<Station> parse_station(std::string_view toml, const std::string& file,
                              const std::filesystem::path& folder) {
    return parse(toml, file, [&](const std::string& name) { return find_cell_text(name, folder); });
}

Result<Station> parse_stored_station(std::string_view toml, std::string_view design_toml,
                                     const std::string& file) {
    return parse(toml, file, [&](const std::string&) -> Result<std::string> {
        return std::string{design_toml};
    });
}

std::string demonstration_station_toml(const CellDesign& design, std::uint16_t port,
                                       std::string_view cell_name) {
    std::string toml = fmt::format(
        "[cell]\nname = {}\ndesign = {}\nlithiation = \"discharge\"\n\n"
        "[[device]]\nid = \"bts\"\ndriver = \"neware-bts\"\nhost = \"127.0.0.1\"\nport = {}\n"
        "poll_s = 0.5\n",
        quoted_toml(std::string{cell_name}), quoted_toml(design.name), port);
    for (std::size_t i = 0; i < design.layer_count(); ++i) {
        const std::size_t unit = i / 8 + 1;
        const auto source =
            fmt::format("device = \"bts\", address = \"27-21-{}-{}\"", unit, i % 8 + 1);
        toml += fmt::format("\n[[channel]]\nlayer = {}\ncurrent = {{ {} }}\n", i + 1, source);
        if (design.layers[i].reference) {
            toml += fmt::format("reference = {{ {}, field = \"V1\" }}\n", source);
        }
    }
    return toml;
}

}  // namespace layerscope
