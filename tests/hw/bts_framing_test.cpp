#include "hw/bts_framing.h"

#include <gtest/gtest.h>

#include <vector>

namespace layerscope {
namespace {

std::vector<std::string> documents(std::string_view bytes, std::size_t segment) {
    BtsFramer framer;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < bytes.size(); at += segment) {
        EXPECT_TRUE(framer.feed(bytes.substr(at, segment)));
        while (auto document = framer.next()) out.push_back(*document);
    }
    return out;
}

TEST(BtsFraming, cuts_documents_in_any_segmentation) {
    const std::string stream =
        "\r\n\t<bts><cmd>a</cmd></bts>\n\n#\r\n<?xml version=\"1.0\"?><bts><cmd>b</cmd></bts>#\r\n"
        "<bts><cmd>c</cmd></bts>\r\n#\r\n";
    const std::vector<std::string> expected = {"<bts><cmd>a</cmd></bts>",
                                               "<?xml version=\"1.0\"?><bts><cmd>b</cmd></bts>",
                                               "<bts><cmd>c</cmd></bts>"};
    for (std::size_t segment = 1; segment <= stream.size(); ++segment) {
        EXPECT_EQ(documents(stream, segment), expected) << "segments of " << segment;
    }
}

TEST(BtsFraming, drops_rubbish_after_the_terminator) {
    std::string stream = "<bts>1</bts>\n\n#\r\n";
    stream += std::string(10'240, '\0');
    stream += "<bts>2</bts>#\r\n";
    EXPECT_EQ(documents(stream, 1000).size(), 2U);
}

TEST(BtsFraming, ends_a_document_without_a_root_end_at_the_terminator) {
    const auto out = documents("<bts><cmd>x</cmd>\n\n#\r\n<bts>2</bts>\n\n#\r\n", 7);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0], "<bts><cmd>x</cmd>\n\n");
}

TEST(BtsFraming, keeps_half_a_document_for_later) {
    BtsFramer framer;
    ASSERT_TRUE(framer.feed("<bts><cmd>x</c"));
    EXPECT_FALSE(framer.next());
    EXPECT_TRUE(framer.has_part());
}

TEST(BtsFraming, refuses_a_message_beyond_the_limit) {
    BtsFramer framer{1 << 20};
    ASSERT_TRUE(framer.feed("<bts>"));
    Result<void> last;
    for (int i = 0; i < 20 && last; ++i) last = framer.feed(std::string(100'000, 'x'));
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().sentence, "a message grew beyond 1 MB without an end");
}

}  // namespace
}  // namespace layerscope
