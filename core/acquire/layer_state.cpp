#include "core/acquire/layer_state.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace layerscope {

RunStream LayerState::next_stream() const {
    // A channel that kept its test goes on at its next row; the rows before have their file.
    const bool anew = changed || follower.test_id() == 0;
    RunStream stream;
    stream.layer = channel.layer;
    stream.device = channel.device;
    stream.address = channel.address;
    stream.test_id = anew ? test_id() : follower.test_id();
    stream.first_seqid = anew ? 1 : follower.last_seqid() + 1;
    stream.offset_known = false;
    return stream;
}

void LayerState::begin(const RunStream& stream) {
    if (stream.first_seqid == 1) follower.begin(stream.test_id);
    rows = 0;
    promised = 0;
    offset_known = false;
}

void LayerState::resume(const RunStream& stream) {
    if (stream.last_row) {
        follower.resume(stream.test_id, *stream.last_row);
    } else {
        follower.begin(stream.test_id, stream.first_seqid);
    }
    rows = stream.rows;
    promised = 0;
    offset_known = stream.offset_known;
}

void LayerState::hear(ChannelReport said, SteadyTime now) {
    report = std::move(said);
    seen = now;
    // Until the newest row was compared the count may be that of another history.
    if (!changed && test_id() == follower.test_id() && follower.trusts()) promised = report->count;
}

std::optional<SeqidGap> LayerState::missing() const {
    if (promised <= follower.last_seqid()) return std::nullopt;
    return SeqidGap{follower.last_seqid() + 1, promised};
}

std::optional<FollowFrom> LayerState::next_rows() const {
    if (!held.empty()) return std::nullopt;
    if (changed) {  // the rest of the test that is over, until an empty page says that it is all
        if (rest_done) return std::nullopt;
        return follower.next(std::numeric_limits<std::int64_t>::max());
    }
    if (follower.test_id() == 0 || test_id() != follower.test_id()) return std::nullopt;
    return follower.next(report->count);
}

std::optional<std::string> LayerState::departure() const {
    if (test_id() != follower.test_id()) {
        return fmt::format("layer {}: test {} follows on test {}", channel.layer, test_id(),
                           follower.test_id());
    }
    if (!follower.contradicts(report->count)) return std::nullopt;
    return fmt::format("layer {}: test {} has {} rows now where {} were stored; taken as a new run",
                       channel.layer, test_id(), report->count, follower.last_seqid());
}

bool LayerState::at_end() const {
    return report && report->complete && report->test_id == follower.test_id() &&
           follower.last_seqid() >= report->count && held.empty() &&
           (report->status == "finish" || report->status == "stop" || report->status == "protect");
}

}  // namespace layerscope
