#include "core/exchange/neware_test_info.h"

#include <fmt/format.h>
#include <iconv.h>

#include <array>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <pugixml.hpp>
#include <type_traits>

#include "core/base/number.h"

namespace layerscope {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CloseConverter {
    void operator()(iconv_t converter) const { iconv_close(converter); }
};
using Converter = std::unique_ptr<std::remove_pointer_t<iconv_t>, CloseConverter>;

std::string without_foreign_bytes(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x80) {
            out += c;
        } else {
            out += replacement;
        }
    }
    return out;
}

std::optional<int> integer_attribute(const pugi::xml_node& node, const char* name) {
    const auto value = parse_integer(node.attribute(name).value());
    if (!value || *value < 0 || *value > 1'000'000) return std::nullopt;
    return static_cast<int>(*value);
}

/// Unit and channel as the vendor's windows number them: only the backup settings, a JSON text in
/// an attribute, have these; the attributes beside the device count channels through.
std::optional<int> shown_number(const pugi::xml_node& config, const char* key) {
    const auto backup = nlohmann::json::parse(
        std::string{config.child("Backup").attribute("Value").value()}, nullptr, false);
    if (!backup.is_object() || !backup.contains(key)) return std::nullopt;
    const auto& value = backup.at(key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 1'000'000) return std::nullopt;
    return value.get<int>();
}

std::string address_of(const pugi::xml_node& config, const pugi::xml_node& info) {
    const auto type = integer_attribute(info, "DevType");
    const auto device = integer_attribute(info, "DevID");
    auto unit = shown_number(config, "UnitIDDisplay");
    auto channel = shown_number(config, "ChlIDDisplay");
    if (!unit || !channel) {
        unit = integer_attribute(info, "UnitID");
        channel = integer_attribute(info, "ChlID");
    }
    if (!type || !device || !unit || !channel) return {};
    return fmt::format("{}-{}-{}-{}", *type, *device, *unit, *channel);
}

std::vector<NewareAuxChannel> aux_channels(const pugi::xml_node& info) {
    std::vector<NewareAuxChannel> out;
    for (const auto& child : info.children()) {
        const std::string_view name = child.name();
        if (name.substr(0, 3) != "Aux" || !parse_integer(name.substr(3))) continue;
        const auto id = integer_attribute(child, "AuxID");
        const auto type = integer_attribute(child, "ChlType");
        if (!id || !type) continue;
        out.push_back({*id, integer_attribute(child, "RealChlID").value_or(0), *type});
    }
    return out;
}

}  // namespace

std::string utf8_from_gb18030(std::string_view text) {
    const iconv_t opened = iconv_open("UTF-8", "GB18030");
    // A system without this conversion still reads what is written in ASCII.
    if (opened == iconv_t(-1)) return without_foreign_bytes(text);
    const Converter converter{opened};

    std::string input{text};
    char* from = input.data();
    std::size_t left = input.size();
    std::string out;
    std::array<char, 4096> block{};
    while (left > 0) {
        char* to = block.data();
        std::size_t room = block.size();
        const auto status = iconv(converter.get(), &from, &left, &to, &room);
        const bool stuck = status == std::size_t(-1) && errno != E2BIG;
        out.append(block.data(), block.size() - room);
        if (!stuck) continue;
        out += replacement;
        ++from;
        --left;
    }
    return out;
}

Result<NewareTestInfo> parse_neware_test_info(std::string_view xml) {
    const auto text = utf8_from_gb18030(xml);
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
        return fail(ErrorKind::malformed, fmt::format("TestInfo.xml is no XML ({} at byte {})",
                                                      parsed.description(), parsed.offset));
    }
    const auto config = document.child("root").child("config");
    const auto info = config.child("TestInfo");
    NewareTestInfo out;
    if (const auto device = integer_attribute(info, "DevID")) {
        out.device = fmt::format("Neware {}", *device);
    }
    out.address = address_of(config, info);
    out.aux = aux_channels(info);
    return out;
}

}  // namespace layerscope
