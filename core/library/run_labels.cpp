#include "core/library/run_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace layerscope {
namespace {

using Json = nlohmann::ordered_json;

/// The value of a key; null where there is none, or `text` is no JSON object.
Json value_of(const std::string& text, const char* key) {
    const Json detail = Json::parse(text, nullptr, false);
    return detail.is_object() && detail.contains(key) ? detail.at(key) : Json(nullptr);
}

void take_tag(const RunEvent& event, std::vector<std::string>& tags) {
    const Json tag = value_of(event.detail, "tag");
    const Json on = value_of(event.detail, "on");
    if (!tag.is_string() || !on.is_boolean()) return;
    const auto text = tag.get<std::string>();
    const auto there = std::find(tags.begin(), tags.end(), text);
    if (on.get<bool>() && there == tags.end()) tags.push_back(text);
    if (!on.get<bool>() && there != tags.end()) tags.erase(there);
}

RunEvent label_event(std::string kind, std::string text, const Json& detail) {
    // What a person typed need not be UTF-8; JSON must be.
    return {0,
            utc_now(),
            std::move(kind),
            0,
            std::nullopt,
            std::move(text),
            detail.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace

RunLabels labels_of(std::span<const RunEvent> events) {
    RunLabels labels;
    for (const RunEvent& event : events) {
        if (event.kind == "tag") take_tag(event, labels.tags);
        if (event.kind == "note" && value_of(event.detail, "user").is_string()) {
            labels.notes.push_back(event.text);
        }
    }
    return labels;
}

RunEvent tag_event(const std::string& tag) {
    return label_event("tag", fmt::format("tagged '{}'", tag), {{"tag", tag}, {"on", true}});
}

RunEvent untag_event(const std::string& tag) {
    return label_event("tag", fmt::format("tag '{}' taken off", tag),
                       {{"tag", tag}, {"on", false}});
}

RunEvent note_event(const std::string& text, const std::string& user) {
    return label_event("note", text, {{"user", user}});
}

}  // namespace layerscope
