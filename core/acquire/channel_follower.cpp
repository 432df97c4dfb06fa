#include "core/acquire/channel_follower.h"

#include <utility>

namespace layerscope {

void ChannelFollower::begin(std::int64_t test_id, std::int64_t first_seqid) {
    *this = {};
    test_id_ = test_id;
    next_seqid_ = first_seqid;
}

void ChannelFollower::resume(std::int64_t test_id, const RecordedRow& last) {
    begin(test_id, last.seqid + 1);
    last_ = last;
    verify_ = true;
}

std::optional<FollowFrom> ChannelFollower::next(std::int64_t count) const {
    if (verify_) return FollowFrom{test_id_, last_->seqid};
    if (count < next_seqid_) return std::nullopt;
    return FollowFrom{test_id_, next_seqid_};
}

ChannelFollower::Taken ChannelFollower::take(std::vector<RecordedRow> page) {
    Taken taken;
    if (page.empty()) return taken;
    if (verify_) {
        if (page.front() != *last_) {
            taken.other_content = true;
            return taken;
        }
        verify_ = false;
    }
    for (auto& row : page) {
        if (row.seqid < next_seqid_) continue;  // asked for again, or sent twice
        if (row.seqid > next_seqid_) taken.gaps.push_back({next_seqid_, row.seqid - 1});
        next_seqid_ = row.seqid + 1;
        taken.rows.push_back(std::move(row));
    }
    if (!taken.rows.empty()) last_ = taken.rows.back();
    return taken;
}

}  // namespace layerscope
