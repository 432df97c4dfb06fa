#include "core/exchange/ndc_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/exchange/synthetic_ndax.h"

namespace layerscope {
namespace {

constexpr NdcFileShape shape{NdcKind::data, 17, 8};

std::string sound_file() {
    synthetic::Slots slots(600, synthetic::data_slot(1, 2));
    slots[3] = std::nullopt;
    return synthetic::ndc_file(shape, slots);
}

std::vector<std::int64_t> numbers_in(const std::string& file) {
    std::vector<std::int64_t> out;
    const auto read = visit_ndc_slots(file, "data.ndc", shape,
                                      [&](const NdcSlot& slot) { out.push_back(slot.number); });
    EXPECT_TRUE(read) << read.error().sentence;
    return out;
}

std::string refusal(const std::string& file) {
    const auto read = visit_ndc_slots(file, "data.ndc", shape, [](const NdcSlot&) {});
    return read ? "it was read" : read.error().sentence;
}

TEST(NdcPages, number_slots_through_and_keep_the_empty_ones_place) {
    const auto numbers = numbers_in(sound_file());
    ASSERT_EQ(numbers.size(), 599U);
    EXPECT_EQ(numbers[2], 2);
    EXPECT_EQ(numbers[3], 4);
    EXPECT_EQ(numbers.back(), 599);
}

TEST(NdcPages, of_a_header_alone_hold_nothing) {
    EXPECT_THAT(numbers_in(synthetic::ndc_file(shape, {})), testing::IsEmpty());
}

TEST(NdcPages, refuse_a_page_whose_checksum_is_wrong) {
    auto file = sound_file();
    file[2 * ndc_page_bytes + 200] ^= 1;
    const auto sentence = refusal(file);
    EXPECT_EQ(sentence.rfind("data.ndc: page 2 has the checksum ", 0), 0U) << sentence;
    EXPECT_NE(sentence.find("; copy the file again from where it was written"), std::string::npos);
}

TEST(NdcPages, refuse_a_count_that_lies) {
    auto file = sound_file();
    file[ndc_page_bytes + 2] ^= 1;
    synthetic::reseal(file, 1);
    EXPECT_EQ(
        refusal(file),
        "data.ndc: page 1 promises 495 records, but its bitmap marks 494; copy the file again "
        "from where it was written");
}

TEST(NdcPages, refuse_a_bitmap_that_lies) {
    auto file = sound_file();
    file[ndc_page_bytes + 4] ^= 4;
    synthetic::reseal(file, 1);
    EXPECT_EQ(
        refusal(file),
        "data.ndc: page 1 promises 494 records, but its bitmap marks 493; copy the file again "
        "from where it was written");
}

TEST(NdcPages, refuse_a_page_of_another_kind_of_file) {
    auto file = sound_file();
    file[ndc_page_bytes] = 6;
    synthetic::reseal(file, 1);
    EXPECT_EQ(refusal(file),
              "data.ndc: page 1 is of type 6 instead of 2; copy the file again from where it was "
              "written");
}

TEST(NdcPages, refuse_a_header_of_another_kind_of_file) {
    auto file = sound_file();
    file[0] = 7;
    EXPECT_EQ(
        refusal(file),
        "data.ndc: its header says file type 7 instead of 1; copy the file again from where it "
        "was written");
}

TEST(NdcPages, refuse_a_file_that_ends_within_a_page) {
    EXPECT_EQ(
        refusal(sound_file().substr(0, 5000)),
        "data.ndc: page 1 ends after 904 of 4096 bytes; copy the file again from where it was "
        "written");
    EXPECT_EQ(
        refusal(sound_file().substr(0, 2)),
        "data.ndc: its 2 bytes are too few for a header; copy the file again from where it was "
        "written");
}

}  // namespace
}  // namespace layerscope
