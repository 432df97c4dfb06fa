#include "core/series/column_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "core/series/deflate.h"
#include "core/series/printed_float.h"

namespace layerscope {
namespace {

using namespace std::string_literals;
using Reals = std::vector<double>;
using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;
using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t rows = 4096;

std::vector<std::uint64_t> bits_of(const Reals& values) {
    std::vector<std::uint64_t> out;
    for (const double value : values) out.push_back(std::bit_cast<std::uint64_t>(value));
    return out;
}

ColumnBytes borrowed(const EncodedColumn& column) {
    return {column.encoding, column.parameter, column.bytes};
}

Result<Reals> decoded(const EncodedColumn& column, std::size_t count) {
    Reals out(count, -1.0);
    if (auto filled = decode_reals(borrowed(column), out); !filled) return fail(filled.error());
    return out;
}

/// Encodes, compares what comes back bit by bit, and gives what was encoded.
EncodedColumn there_and_back(const Reals& values) {
    auto column = encode_reals(values);
    const auto back = decoded(column, values.size());
    EXPECT_TRUE(back) << back.error().sentence;
    EXPECT_EQ(bits_of(back.value_or(Reals{})), bits_of(values));
    EXPECT_LE(column.bytes.size(), values.size() * sizeof(double));
    return column;
}

EncodedColumn there_and_back(const Integers& values) {
    auto column = encode_integers(values);
    Integers back(values.size(), -1);
    EXPECT_TRUE(decode_integers(borrowed(column), back));
    EXPECT_EQ(back, values);
    EXPECT_LE(column.bytes.size(), values.size() * sizeof(std::int64_t));
    return column;
}

template <class Make>
Reals made(Make make) {
    Reals values;
    for (std::size_t i = 0; i < rows; ++i) values.push_back(make(i));
    return values;
}

std::string inflated(std::string_view bytes) {
    return inflate_at_most(bytes, 1U << 20U).value_or("not deflated");
}

TEST(ColumnCodec, makes_a_reading_in_tenths_of_millivolts_a_byte_and_a_half_or_less) {
    std::mt19937_64 random{1};
    std::normal_distribution<double> noise{0, 3};
    const auto column = there_and_back(
        made([&](std::size_t i) { return std::round(37000 - double(i) + noise(random)) / 1e4; }));
    EXPECT_EQ(column.encoding, Encoding::decimal);
    EXPECT_EQ(column.parameter, 4);
    EXPECT_LT(column.bytes.size(), rows * 3 / 2);
}

TEST(ColumnCodec, knows_a_float_that_was_printed_with_any_digits_it_tries) {
    std::mt19937_64 random{2};
    std::uniform_real_distribution<float> any{0.1F, 9.9F};
    for (const int digits : {15, 14, 17, 9}) {
        const auto column =
            there_and_back(made([&](auto) { return printed_float(any(random), digits); }));
        EXPECT_EQ(column.encoding, Encoding::single);
        EXPECT_EQ(column.parameter, digits);
        EXPECT_LT(column.bytes.size(), rows * 4);
    }
}

TEST(ColumnCodec, takes_what_two_neighbours_have_in_common_out_of_reals_without_a_law) {
    const auto column =
        there_and_back(made([](std::size_t i) { return 3 + std::sin(double(i) / 1000); }));
    EXPECT_EQ(column.encoding, Encoding::mixed);
    EXPECT_LT(column.bytes.size(), rows * 7);
}

TEST(ColumnCodec, leaves_noise_raw) {
    std::mt19937_64 random{3};
    EXPECT_EQ(there_and_back(made([&](auto) { return std::bit_cast<double>(random()); })).encoding,
              Encoding::raw);
}

TEST(ColumnCodec, keeps_every_bit_of_the_strangest_numbers) {
    const Reals strange{0.0,
                        -0.0,
                        nan,
                        -nan,
                        std::bit_cast<double>(0x7ff4dead00000001U),
                        std::bit_cast<double>(0xfff0000000000001U),
                        std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::denorm_min(),
                        std::numeric_limits<double>::max(),
                        std::numeric_limits<double>::lowest(),
                        0x1p53,
                        0x1p53 - 1,
                        0x1p-149,
                        0.1,
                        1e22,
                        1e-22};
    for (const double value : strange) {
        there_and_back(Reals{value});
        there_and_back(Reals(rows, value));
        Reals among_decimals = made([](std::size_t i) { return double(i) / 100; });
        among_decimals[rows / 2] = value;
        there_and_back(among_decimals);
    }
    there_and_back(strange);
    there_and_back(Reals{});
}

TEST(ColumnCodec, gives_back_reals_of_every_kind_and_length) {
    std::mt19937_64 random{4};
    for (int trial = 0; trial < 400; ++trial) {
        const std::size_t count = random() % (trial % 8 == 0 ? rows : 70);
        const auto decimals = double(random() % 18);
        const int kind = int(random() % 5);
        Reals values;
        for (std::size_t i = 0; i < count; ++i) {
            const double whole = double(std::int64_t(random()) >> (random() % 60));
            if (kind == 0) values.push_back(whole / std::pow(10, decimals));
            if (kind == 1) values.push_back(printed_float(float(whole / 1e7), 15));
            if (kind == 2) values.push_back(std::bit_cast<double>(random()));
            if (kind == 3) values.push_back(random() % 10 == 0 ? nan : whole / 1e6);
            if (kind == 4) values.push_back(values.empty() ? 0.3 : values.back() * 1.000001);
        }
        there_and_back(values);
    }
}

TEST(ColumnCodec, gives_back_integers_whose_differences_leave_64_bits) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
    there_and_back(Integers{least, greatest, 0, least, -1, greatest, greatest, 1, least});
    there_and_back(Integers{});
    there_and_back(Integers{least});
    std::mt19937_64 random{5};
    for (const unsigned kept : {0U, 3U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 32U, 33U, 63U}) {
        Integers values;
        for (std::size_t i = 0; i < 1000; ++i) {
            values.push_back(std::int64_t(random()) >> (63U - kept));
        }
        there_and_back(values);
    }
}

TEST(ColumnCodec, makes_a_running_number_a_few_bytes) {
    Integers values;
    for (std::int64_t i = 0; i < std::int64_t(rows); ++i) values.push_back(1'000'000'000 + 60 * i);
    EXPECT_LT(there_and_back(values).bytes.size(), 64U);
}

TEST(ColumnCodec, gives_back_texts_with_any_bytes) {
    const Texts texts{"2025-11-23 01:02:03", "", "\0\n\xff"s, std::string(100'000, 'x')};
    const auto column = encode_texts(texts);
    EXPECT_EQ(column.encoding, Encoding::text);
    Texts back(texts.size());
    ASSERT_TRUE(decode_texts(borrowed(column), back));
    EXPECT_EQ(back, texts);
    ASSERT_TRUE(decode_texts(borrowed(encode_texts({})), {}));
}

// What is in files: these bytes must never mean anything else.

TEST(ColumnCodec, writes_differences_as_first_width_and_shuffled_zigzag) {
    const auto narrow = encode_integers(Integers(64, 258));
    EXPECT_EQ(narrow.bytes.substr(0, 9), "\x02\x01\0\0\0\0\0\0\x01"s);
    EXPECT_EQ(inflated(narrow.bytes.substr(9)), std::string(63, '\0'));

    Integers values(64, 1000);
    values[1] = 999;         // -1 is 1, then back: 1 is 2
    values[3] = 1000 - 300;  // -300 is 599 = 0x257, then back: 600 = 0x258
    const auto column = encode_integers(values);
    EXPECT_EQ(column.parameter, 0);
    EXPECT_EQ(column.bytes.substr(0, 9), "\xe8\x03\0\0\0\0\0\0\x02"s);
    EXPECT_EQ(inflated(column.bytes.substr(9)), "\x01\x02\x57\x58"s + std::string(59, '\0') +
                                                    "\0\0\x02\x02"s + std::string(59, '\0'));
}

TEST(ColumnCodec, writes_the_bytes_of_floats_by_significance) {
    Reals values(64, double(0x1.020304p+0F));  // 0x3f810182
    values[63] = double(-0.1F);                // 0xbdcccccd
    const auto column = encode_reals(values);
    ASSERT_EQ(column.encoding, Encoding::single);
    EXPECT_EQ(column.parameter, digits_of_double);
    EXPECT_EQ(inflated(column.bytes), std::string(63, '\x82') + '\xcd' + std::string(63, '\x01') +
                                          '\xcc' + std::string(63, '\x81') + '\xcc' +
                                          std::string(63, '\x3f') + '\xbd');
}

TEST(ColumnCodec, reads_what_another_program_wrote) {
    // By Python: zlib.compress of what docs/run-file.md says.
    const auto read = [](Encoding encoding, std::uint8_t parameter, const std::string& bytes) {
        return decoded({encoding, parameter, bytes}, 3).value_or(Reals{});
    };
    EXPECT_EQ(read(Encoding::raw, 0, "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\x08\x40"s),
              (Reals{1, 2, 3}));
    EXPECT_EQ(read(Encoding::decimal, 3,
                   "\205\016\000\000\000\000\000\000\001\170\001\143\144\001\000\000\010\000\006"s),
              (Reals{3.717, 3.716, 3.718}));
    EXPECT_EQ(
        read(Encoding::single, 15,
             "\170\001\253\127\146\110\335\310\220\075\253\301\141\247\075\000\032\213\004\166"s),
        (Reals{3.67806982994080, -0.000295051460852847, 1}));
    EXPECT_EQ(
        read(
            Encoding::mixed, 0,
            "\170\001\143\140\230\303\300\120\312\000\002\035\014\014\066\014\014\117\270\330\254\035\030\366\001\000\050\157\004\003"s),
        (Reals{3.25, 3.5, -1e300}));
}

// Hostile bytes.

TEST(ColumnCodec, refuses_bytes_that_hold_another_number_of_values) {
    const Reals values(100, 1.5);
    for (const auto& column :
         {encode_reals(values), EncodedColumn{Encoding::raw, 0, std::string(800, 'r')}}) {
        for (const std::size_t count : {0U, 1U, 99U, 101U, 5000U}) {
            const auto back = decoded(column, count);
            ASSERT_FALSE(back) << count;
            EXPECT_EQ(back.error().kind, ErrorKind::malformed);
        }
    }
}

TEST(ColumnCodec, refuses_an_encoding_it_does_not_know_as_unsupported) {
    for (const int encoding : {3, 5, 255}) {
        const auto back = decoded({Encoding(encoding), 0, "bytes"}, 1);
        ASSERT_FALSE(back);
        EXPECT_EQ(back.error().kind, ErrorKind::unsupported);
        EXPECT_THAT(back.error().sentence, HasSubstr(std::to_string(encoding)));
    }
    Integers integers(1);
    EXPECT_EQ(decode_integers({Encoding::mixed, 0, ""}, integers).error().kind,
              ErrorKind::unsupported);
    Texts texts(1);
    EXPECT_EQ(decode_texts({Encoding::raw, 0, ""}, texts).error().kind, ErrorKind::unsupported);
}

TEST(ColumnCodec, refuses_parameters_that_mean_nothing) {
    auto decimal = encode_reals(made([](std::size_t i) { return double(i % 7) / 10; }));
    ASSERT_EQ(decimal.encoding, Encoding::decimal);
    Integers integers(rows);
    EXPECT_FALSE(decode_integers(borrowed(decimal), integers)) << "tenths are no integers";
    decimal.parameter = 23;
    EXPECT_FALSE(decoded(decimal, rows));
    auto single = encode_reals(Reals(rows, double(0.1F)));
    ASSERT_EQ(single.encoding, Encoding::single);
    for (const int digits : {0, 18, 255}) {
        single.parameter = std::uint8_t(digits);
        EXPECT_FALSE(decoded(single, rows));
    }
    auto differences = encode_integers(Integers(rows, 7));
    differences.bytes[8] = 3;
    EXPECT_FALSE(decode_integers(borrowed(differences), integers));
}

TEST(ColumnCodec, survives_any_byte_flipped_and_any_cut) {
    std::mt19937_64 random{6};
    const std::vector<Reals> kinds{made([&](auto) { return double(random() % 50) / 10; }),
                                   made([&](auto) { return double(float(random() % 1000) / 7); }),
                                   made([](std::size_t i) { return std::sqrt(double(i)); })};
    for (const auto& values : kinds) {
        const auto whole = encode_reals(Reals(values.begin(), values.begin() + 200));
        for (std::size_t i = 0; i < whole.bytes.size(); ++i) {
            auto cut = whole;
            cut.bytes.resize(i);
            EXPECT_FALSE(decoded(cut, 200));
            auto flipped = whole;
            flipped.bytes[i] = char(flipped.bytes[i] ^ (1 << (i % 8)));
            (void)decoded(flipped, 200);  // an error or other values: never a crash
        }
    }
    const Texts texts{"one", "two", std::string(300, 'e')};
    const auto whole = encode_texts(texts);
    for (std::size_t i = 0; i < whole.bytes.size(); ++i) {
        Texts back(texts.size());
        auto flipped = whole;
        flipped.bytes[i] = char(flipped.bytes[i] ^ (1 << (i % 8)));
        (void)decode_texts(borrowed(flipped), back);
        EXPECT_FALSE(decode_texts({whole.encoding, 0, whole.bytes.substr(0, i)}, back));
    }
}

TEST(ColumnCodec, refuses_texts_whose_lengths_lie) {
    Texts back(2);
    for (const auto& bytes : {"\x02\0\0\0\x01\0\0\0ab"s,
                              "\x01\0\0\0\xff\xff\xff\xff"
                              "ab"s,
                              "\x01\0\0\0\0\0\0\0ab"s, "\x01\0\0"s, ""s}) {
        EXPECT_FALSE(decode_texts({Encoding::text, 0, deflate_bytes(bytes)}, back));
    }
}

TEST(ColumnCodec, refuses_a_text_that_would_fill_the_memory) {
    const std::string bomb = deflate_bytes(std::string((64U << 20U) + 5, '\0'));
    ASSERT_LT(bomb.size(), 1U << 20U);
    Texts back(1);
    EXPECT_FALSE(decode_texts({Encoding::text, 0, bomb}, back));
}

}  // namespace
}  // namespace layerscope
