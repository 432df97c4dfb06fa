#include "core/cell/channel_address.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(ChannelAddress, reads_what_it_writes) {
    const ChannelAddress address{27, 21, 1, 8};
    EXPECT_EQ(parse_channel_address(to_text(address)), address);
}

TEST(ChannelAddress, refuses_anything_but_four_numbers_from_one_on) {
    for (const char* text : {"", "27", "27-21-1", "27-21-1-0", "27-21-1-1-0", "27-21-1-x",
                             "27--1-1", "-27-21-1-1", "27-21-1-99999999999"}) {
        EXPECT_FALSE(parse_channel_address(text)) << text;
    }
}

}  // namespace
}  // namespace layerscope
