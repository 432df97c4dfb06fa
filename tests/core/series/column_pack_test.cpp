#include "core/series/column_pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace layerscope {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<double> potentials{3.7, 3.71, 3.69};
const std::vector<std::int64_t> seqids{7, 8, 10};
const std::vector<std::string> words{"rest", "", "CC_Chg"};

std::string sample() {
    PackWriter pack{3};
    pack.add(6, 3, encode_reals(potentials));
    pack.add(0, 3, encode_integers(seqids));
    pack.add(300, 3, encode_texts(words));
    return pack.take();
}

TEST(ColumnPack, gives_back_its_columns) {
    const auto bytes = sample();
    const auto pack = PackReader::open(bytes);
    ASSERT_TRUE(pack) << pack.error().sentence;
    EXPECT_EQ(pack->rows(), 3U);
    EXPECT_THAT(pack->columns(), ElementsAre(6, 0, 300));
    EXPECT_TRUE(pack->has(300));
    EXPECT_FALSE(pack->has(44));
    EXPECT_EQ(pack->reals(6).value(), potentials);
    EXPECT_EQ(pack->integers(0).value(), seqids);
    EXPECT_EQ(pack->texts(300).value(), words);
    EXPECT_EQ(pack->encoding(300), Encoding::text);
    EXPECT_TRUE(pack->verify());
}

TEST(ColumnPack, knows_no_column_that_is_not_there) {
    const auto bytes = sample();
    const auto pack = PackReader::open(bytes).value();
    EXPECT_EQ(pack.reals(44).value(), std::nullopt);
    EXPECT_EQ(pack.integers(44).value(), std::nullopt);
    EXPECT_EQ(pack.texts(44).value(), std::nullopt);
    EXPECT_EQ(pack.encoding(44), std::nullopt);
}

TEST(ColumnPack, names_the_column_that_cannot_be_read_as_asked) {
    const auto bytes = sample();
    const auto texts = PackReader::open(bytes).value().reals(300);
    ASSERT_FALSE(texts);
    EXPECT_EQ(texts.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(texts.error().sentence, HasSubstr("column 300: "));
}

TEST(ColumnPack, is_these_bytes) {
    PackWriter pack{0x01020304};
    pack.add(0x0506, 1, {Encoding::raw, 9, "\x01\x02\x03\x04\x05\x06\x07\x08"});
    pack.add(1, 0, {Encoding::raw, 0, ""});
    EXPECT_EQ(pack.take(),
              "\x04\x03\x02\x01\x02\0\0\0"
              "\x06\x05\0\x09\x01\0\0\0\x08\0\0\0"
              "\374\277\106\046"
              "\x01\0\0\0\0\0\0\0\0\0\0\0"
              "\000\212\160\340"
              "\x01\x02\x03\x04\x05\x06\x07\x08"s);
}

TEST(ColumnPack, is_refused_cut_at_any_length_or_with_more_behind_it) {
    const auto bytes = sample();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto pack = PackReader::open(std::string_view{bytes}.substr(0, length));
        ASSERT_FALSE(pack) << length;
        EXPECT_EQ(pack.error().kind, ErrorKind::malformed);
    }
    EXPECT_FALSE(PackReader::open(bytes + "x"));
}

TEST(ColumnPack, never_gives_wrong_values_when_a_bit_is_flipped) {
    const auto bytes = sample();
    constexpr std::size_t after_rows = 4;  // who reads it knows how many rows it must be about
    for (std::size_t bit = after_rows * 8; bit < bytes.size() * 8; ++bit) {
        auto flipped = bytes;
        flipped[bit / 8] = char(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto pack = PackReader::open(flipped);
        if (!pack) continue;
        EXPECT_FALSE(pack->verify()) << bit;
        if (const auto reals = pack->reals(6); reals && *reals) {
            EXPECT_EQ(**reals, potentials);
        }
        if (const auto integers = pack->integers(0); integers && *integers) {
            EXPECT_EQ(**integers, seqids);
        }
        if (const auto texts = pack->texts(300); texts && *texts) {
            EXPECT_EQ(**texts, words);
        }
    }
}

TEST(ColumnPack, asks_for_no_memory_that_a_hostile_count_promises) {
    PackWriter many_values{3};
    many_values.add(6, 0xffffffff, encode_reals(potentials));
    const auto bytes = many_values.take();
    const auto pack = PackReader::open(bytes);
    ASSERT_TRUE(pack);
    const auto reals = pack->reals(6);
    ASSERT_FALSE(reals);
    EXPECT_THAT(reals.error().sentence, HasSubstr("claims 4294967295 values"));
    EXPECT_FALSE(PackReader::open("\x03\0\0\0\xff\xff\xff\xff"s + std::string(64, '\0')));
}

TEST(ColumnPack, with_a_column_twice_is_refused) {
    PackWriter twice{3};
    twice.add(6, 3, encode_reals(potentials));
    twice.add(6, 3, encode_reals(potentials));
    EXPECT_FALSE(PackReader::open(twice.take()));
}

}  // namespace
}  // namespace layerscope
