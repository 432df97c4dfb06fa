#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/acquire/reading.h"

namespace layerscope {

/// Missing rows between two that came, both inclusive.
struct SeqidGap {
    std::int64_t from_seqid = 0;
    std::int64_t to_seqid = 0;
};

/// Which rows of one channel's test the run has, and which it asks for next. After a new link the
/// newest known row is asked for once more: a cycler that was restarted may show another history
/// under the same test id.
class ChannelFollower {
  public:
    /// Nothing known yet; rows from `first_seqid` on are wanted.
    void begin(std::int64_t test_id, std::int64_t first_seqid = 1);
    /// Rows up to `last` are there.
    void resume(std::int64_t test_id, const RecordedRow& last);

    std::int64_t test_id() const { return test_id_; }
    /// 0 before the first row of the test.
    std::int64_t last_seqid() const { return next_seqid_ - 1; }

    /// The link is new: compare before going on.
    void distrust() { verify_ = last_.has_value(); }
    bool trusts() const { return !verify_; }

    /// Where to go on, given that the channel holds `count` rows of this test; nullopt: nowhere
    /// now.
    std::optional<FollowFrom> next(std::int64_t count) const;

    /// What a channel that holds `count` rows says by that alone: fewer than we have is another
    /// test.
    bool contradicts(std::int64_t count) const { return count < last_seqid(); }

    struct Taken {
        std::vector<RecordedRow> rows;  // new ones only, in seqid order
        std::vector<SeqidGap> gaps;
        bool other_content = false;  // the row asked for again differs; nothing was taken
    };
    Taken take(std::vector<RecordedRow> page);

  private:
    std::int64_t test_id_ = 0;  // 0: unknown
    std::int64_t next_seqid_ = 1;
    std::optional<RecordedRow> last_;
    bool verify_ = false;
};

}  // namespace layerscope
