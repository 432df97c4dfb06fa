#include "core/acquire/absence.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace layerscope {
namespace {

constexpr const char* from_key = "from_time_s";
constexpr const char* to_key = "to_time_s";

tl::unexpected<Error> unreadable(const RunEvent& event, const char* key) {
    return fail(
        ErrorKind::malformed,
        fmt::format("event {} (absence of layer {}): \"{}\" is not a number; another program "
                    "has changed the run file, use an unchanged copy",
                    event.id, event.layer, key));
}

}  // namespace

std::string absence_detail(const LayerAway& away) {
    nlohmann::ordered_json detail{{from_key, away.from_time_s}, {to_key, nullptr}};
    if (away.to_time_s) detail[to_key] = *away.to_time_s;
    return detail.dump();
}

Result<LayerAway> read_absence(const RunEvent& event) {
    const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
    if (!detail.is_object()) return unreadable(event, from_key);
    const auto from = detail.value(from_key, nlohmann::json{});
    const auto to = detail.value(to_key, nlohmann::json{});
    if (!from.is_number()) return unreadable(event, from_key);
    if (!to.is_null() && !to.is_number()) return unreadable(event, to_key);
    LayerAway away{event.layer, from.get<double>(), std::nullopt};
    if (to.is_number()) away.to_time_s = to.get<double>();
    return away;
}

}  // namespace layerscope
