#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/store/run_file.h"

namespace layerscope {

/// What people have written on a run. They are events of its file, so that they go where it goes.
struct RunLabels {
    std::vector<std::string> tags;   // in the order in which they were given
    std::vector<std::string> notes;  // likewise
};

/// The labels that all of a run's events together leave. Notes of the program itself, which name no
/// user, are not among them; nor is a label that cannot be understood.
RunLabels labels_of(std::span<const RunEvent> events);

/// Events that label a run, as of now; for `append_event`.
RunEvent tag_event(const std::string& tag);
RunEvent untag_event(const std::string& tag);
RunEvent note_event(const std::string& text, const std::string& user);

}  // namespace layerscope
