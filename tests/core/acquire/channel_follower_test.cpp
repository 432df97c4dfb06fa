#include "core/acquire/channel_follower.h"

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

std::vector<std::int64_t> seqids(const std::vector<RecordedRow>& rows) {
    std::vector<std::int64_t> ids;
    for (const auto& one : rows) ids.push_back(one.seqid);
    return ids;
}

TEST(ChannelFollower, asks_for_the_next_row_only_where_there_is_one) {
    ChannelFollower follower;
    follower.begin(7);
    EXPECT_FALSE(follower.next(0));
    EXPECT_EQ(follower.next(3)->first_seqid, 1);
    EXPECT_EQ(follower.take(page(1, 1, 3).rows).rows.size(), 3U);
    EXPECT_FALSE(follower.next(3));
    EXPECT_EQ(follower.next(4)->first_seqid, 4);
    EXPECT_TRUE(follower.contradicts(2));
}

TEST(ChannelFollower, takes_no_row_twice_and_names_what_is_missing) {
    ChannelFollower follower;
    follower.begin(7);
    follower.take(page(1, 1, 3).rows);
    const auto taken = follower.take({row(2), row(3), row(4), row(7), row(7)});
    EXPECT_EQ(seqids(taken.rows), (std::vector<std::int64_t>{4, 7}));
    ASSERT_EQ(taken.gaps.size(), 1U);
    EXPECT_EQ(taken.gaps[0].from_seqid, 5);
    EXPECT_EQ(taken.gaps[0].to_seqid, 6);
}

TEST(ChannelFollower, compares_the_last_row_again_after_a_new_link) {
    ChannelFollower follower;
    follower.resume(7, row(3));
    EXPECT_EQ(follower.next(3)->first_seqid, 3);
    auto same = follower.take({row(3), row(4)});
    EXPECT_FALSE(same.other_content);
    EXPECT_EQ(seqids(same.rows), (std::vector<std::int64_t>{4}));

    follower.distrust();
    EXPECT_EQ(follower.next(4)->first_seqid, 4);
    EXPECT_TRUE(follower.take({row(4, -0.1)}).other_content);
    EXPECT_EQ(follower.last_seqid(), 4);
}

}  // namespace
}  // namespace layerscope
