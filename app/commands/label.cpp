#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "core/library/run_labels.h"
#include "core/store/run_writer.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options {
    std::string run;
    std::vector<std::string> tags;
    std::vector<std::string> untags;
    std::string note;
    bool json = false;
};

[[noreturn]] void give_up(const std::string& sentence, int exit_code) {
    fmt::print(stderr, "{}\n", sentence);
    throw CLI::RuntimeError(exit_code);
}

/// What is wrong with the words of the command line; empty where nothing is.
std::string fault_of(const Options& options) {
    if (options.tags.empty() && options.untags.empty() && options.note.empty()) {
        return "nothing to do; give --tag, --untag or --note";
    }
    for (const auto* tags : {&options.tags, &options.untags}) {
        for (const std::string& tag : *tags) {
            // A comma separates tags wherever they are shown.
            if (tag.empty() || tag.find_first_of(",\n\t") != std::string::npos) {
                return fmt::format("'{}' is no tag; write a word or a few, without comma", tag);
            }
        }
    }
    return "";
}

Result<RunLabels> labels_in(const std::string& path) {
    auto reader = RunReader::open(path);
    if (!reader) return fail(reader.error());
    const auto events = reader->events();
    if (!events) return fail(events.error());
    return labels_of(*events);
}

std::string user_name() {
    const char* user = std::getenv("USER");
    return user != nullptr && *user != '\0' ? user : "operator";
}

/// The events that are needed: a tag that is there already is not given again.
Result<std::vector<RunEvent>> needed_events(const Options& options, const RunLabels& before) {
    const auto has = [&](const std::string& tag) {
        return std::find(before.tags.begin(), before.tags.end(), tag) != before.tags.end();
    };
    std::vector<RunEvent> events;
    for (const std::string& tag : options.untags) {
        if (!has(tag)) {
            return fail(ErrorKind::not_found,
                        fmt::format("{}: has no tag '{}'; layerscope runs shows those it has",
                                    fs::path{options.run}.filename().string(), tag));
        }
        events.push_back(untag_event(tag));
    }
    for (const std::string& tag : options.tags) {
        if (!has(tag)) events.push_back(tag_event(tag));
    }
    if (!options.note.empty()) events.push_back(note_event(options.note, user_name()));
    return events;
}

Result<RunLabels> label(const Options& options) {
    const auto before = labels_in(options.run);
    if (!before) return fail(before.error());
    const auto events = needed_events(options, *before);
    if (!events) return fail(events.error());
    for (const RunEvent& event : *events) {
        const auto stored = append_event(options.run, event);
        if (stored) continue;
        if (stored.error().kind != ErrorKind::busy) return fail(stored.error());
        return fail(ErrorKind::busy,
                    fmt::format("{}: is being recorded now; label it when the recording has ended",
                                fs::path{options.run}.filename().string()));
    }
    return labels_in(options.run);
}

std::string as_text(const RunLabels& labels) {
    std::string text =
        labels.tags.empty() ? "no tags\n" : fmt::format("tags: {}\n", fmt::join(labels.tags, ", "));
    for (const std::string& note : labels.notes) text += fmt::format("note: {}\n", note);
    return text;
}

std::string as_json(const Options& options, const RunLabels& labels) {
    const Json document{{"run", options.run}, {"tags", labels.tags}, {"notes", labels.notes}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void run_label(const Options& options) {
    if (const auto fault = fault_of(options); !fault.empty()) give_up(fault, 2);
    const auto labels = label(options);
    if (!labels) give_up(labels.error().sentence, 1);
    fmt::print("{}", options.json ? as_json(options, *labels) : as_text(*labels));
}

}  // namespace

void add_label_command(CLI::App& app) {
    auto* command = app.add_subcommand("label", "Gives a run tags and notes");
    command->footer(
        "Example: layerscope label night-1.lsrun --tag plating --note \"new separator\"");
    // Shared with the callback, which outlives this call.
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->run, "the run file (.lsrun); one that nobody records")
        ->required();
    // One value an option: what follows them is not taken for another tag.
    command->add_option("--tag", options->tags, "give it this tag; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--untag", options->untags, "take this tag off it; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--note", options->note, "write this beside it");
    command->add_flag("--json", options->json, "one JSON document on stdout");
    command->callback([options] { run_label(*options); });
}

}  // namespace layerscope
