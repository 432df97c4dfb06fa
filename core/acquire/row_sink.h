#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/acquire/reading.h"

namespace layerscope {

/// What a driver asks of, and tells, the run that is being recorded. The driver knows the protocol,
/// the sink knows which rows the run has: it decides what is fetched, compares, and stores.
/// All calls come from the hardware thread.
class RowSink {
  public:
    virtual ~RowSink() = default;

    /// Called once a poll and device, with a report for each of its station channels that answered.
    /// `fresh_link` is true in the first poll after a connection was made. The answer has one entry
    /// a report, in its order: where to go on, or nullopt where nothing is to be fetched now (all
    /// rows are there, there is no room, or a new test waits for its run file).
    virtual std::vector<std::optional<FollowFrom>> plan(const std::vector<ChannelReport>& reports,
                                                        bool fresh_link) = 0;

    /// Rows as asked for, possibly none. True while more pages of this layer may be fetched at
    /// once.
    virtual bool accept(RowPage page) = 0;

    virtual void snapshot(Snapshot snapshot) = 0;

    virtual void link(LinkReport report) = 0;

    /// Something a person should know: an odd answer, a channel that is not there. Repeats are
    /// merged.
    virtual void note(int layer, std::string sentence) = 0;
};

}  // namespace layerscope
