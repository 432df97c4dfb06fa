#include "core/exchange/ndc2.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/exchange/ndax.h"
#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

constexpr NdcFileShape data_shape{NdcKind::data, 2, 94, ndc2_geometry};
constexpr NdcFileShape aux_shape{NdcKind::aux, 2, 94, ndc2_geometry};

struct Values {
    std::uint32_t record = 0;
    std::uint8_t counter = 1;
    std::uint64_t step_time_ms = 0;
    std::int32_t current = 0;
    std::int64_t charge = 0;
    std::int32_t range = 1000;
    std::uint8_t kind = 0x55;
};

void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bytes[at + i] = char((value >> (8 * i)) & 0xFFU);
}

std::string record(const Values& values) {
    std::string bytes(94, '\0');
    put(bytes, 0, values.kind, 1);
    put(bytes, 8, values.record, 4);
    put(bytes, 12, 4, 4);  // cycle, from 0 on
    put(bytes, 16, 7, 1);  // step of the program
    put(bytes, 17, 1, 1);  // CC Chg
    put(bytes, 18, values.counter, 1);
    put(bytes, 23, values.step_time_ms, 8);
    put(bytes, 31, std::uint64_t(35'421), 4);
    put(bytes, 35, std::uint64_t(std::int64_t{values.current}), 4);
    put(bytes, 43, std::uint64_t(values.charge), 8);
    put(bytes, 75, 2023, 2);
    put(bytes, 77, 9, 1);
    put(bytes, 78, 28, 1);
    put(bytes, 79, 10, 1);
    put(bytes, 80, 39, 1);
    put(bytes, 81, 45, 1);
    put(bytes, 82, std::uint64_t(std::int64_t{values.range}), 4);
    return bytes;
}

std::string aux_record(std::uint32_t number, std::int16_t tenths_of_degC) {
    std::string bytes = record({.record = number, .kind = 0x74});
    put(bytes, 31, 24'464, 4);
    put(bytes, 41, std::uint64_t(std::int64_t{tenths_of_degC}), 2);
    put(bytes, 43, 249, 2);
    return bytes;
}

Result<CyclerTable> read(const synthetic::Members& members) {
    const TemporaryFolder folder;
    synthetic::write_zip(folder / "cell.ndax", members);
    return read_ndax(folder / "cell.ndax");
}

std::string refusal(const synthetic::Slots& slots) {
    const auto table = read({{"data.ndc", synthetic::ndc_file(data_shape, slots)}});
    return table ? "read" : table.error().sentence.substr(table.error().sentence.find("data.ndc"));
}

TEST(Ndc2, scales_counts_by_the_range_of_the_record) {
    const auto table = read(
        {{"data.ndc",
          synthetic::ndc_file(
              data_shape,
              {record({.record = 1, .current = 2000, .charge = 36'000}),
               record({.record = 2, .step_time_ms = 1500, .current = -2000, .range = -100})})}});
    ASSERT_TRUE(table) << table.error().sentence;
    EXPECT_EQ(table->version, "ndc 2");
    EXPECT_DOUBLE_EQ(table->voltage_V[0], 3.5421);
    EXPECT_DOUBLE_EQ(table->current_A[0], 0.2);            // 0.1 mA a count
    EXPECT_DOUBLE_EQ(table->charge_capacity_Ah[0], 1e-3);  // 0.1 mA s a count
    EXPECT_DOUBLE_EQ(table->current_A[1], -0.002);         // 1 uA a count
    EXPECT_EQ(table->cycle[0], 5);
    EXPECT_EQ(table->step_index[0], 7);
    EXPECT_EQ(table->unix_time_ms[0], 1'695'897'585'000);
}

TEST(Ndc2, counts_executions_across_the_turn_of_their_byte_and_pages_with_holes) {
    synthetic::Slots slots;
    for (std::uint32_t i = 0; i < 12; ++i) {
        slots.emplace_back(record({.record = i + 1,
                                   .counter = std::uint8_t(253 + i / 3),
                                   .step_time_ms = (i % 3) * 1000}));
        if (i == 4) slots.emplace_back(std::nullopt);
    }
    const auto table = read({{"data.ndc", synthetic::ndc_file(data_shape, slots)}});
    ASSERT_TRUE(table) << table.error().sentence;
    ASSERT_EQ(table->rows(), 12U);
    EXPECT_EQ(table->step_count.back(), 4);
    EXPECT_EQ(table->total_time_ms.back(), 8000);
}

TEST(Ndc2, reads_auxiliaries_by_the_number_in_their_name) {
    const auto table =
        read({{"data.ndc",
               synthetic::ndc_file(data_shape, {record({.record = 1}), record({.record = 2})})},
              {"2023_1_1_9_3.ndc", synthetic::ndc_file(aux_shape, {aux_record(2, -55)})},
              {"TestInfo.xml",
               "<root><config><TestInfo><Aux1 AuxID=\"3\" ChlType=\"26\"/>"
               "</TestInfo></config></root>"}});
    ASSERT_TRUE(table) << table.error().sentence;
    ASSERT_EQ(table->aux.size(), 3U);
    EXPECT_EQ(table->aux[0].name, "V3");
    EXPECT_TRUE(std::isnan(table->aux[0].values[0]));
    EXPECT_DOUBLE_EQ(table->aux[0].values[1], 2.4464);
    EXPECT_DOUBLE_EQ(table->aux[1].values[1], -5.5);
    EXPECT_EQ(table->aux[2].name, "t3");
}

TEST(Ndc2, warns_of_a_range_that_it_does_not_know) {
    const auto table = read(
        {{"data.ndc", synthetic::ndc_file(data_shape, {record({.record = 1, .range = 7777}),
                                                       record({.record = 2, .range = 7777})})}});
    ASSERT_TRUE(table) << table.error().sentence;
    EXPECT_EQ(std::count(table->warnings.begin(), table->warnings.end(),
                         "the current range 7777 is not known; its unit is taken for 0.0001 A, "
                         "compare a current with the vendor's export"),
              1);
}

TEST(Ndc2, refuses_records_that_cannot_be) {
    EXPECT_EQ(refusal({record({.record = 1, .kind = 0xAA})}),
              "data.ndc: record 1 is of kind 0xaa, no measurement; export the test again");
    EXPECT_EQ(refusal({record({.record = 2}), record({.record = 2})}),
              "data.ndc: record 2 follows record 2; export the test again");
    EXPECT_EQ(refusal({record({.record = 1, .step_time_ms = ~0ULL})}),
              "data.ndc: record 1 has a step time, a cycle or a date that no test has; export the "
              "test again");
}

TEST(Ndc2, refuses_every_flipped_byte_of_a_page) {
    const std::string sound = synthetic::ndc_file(data_shape, {record({.record = 1})});
    for (std::size_t at = 512; at < sound.size(); at += 7) {
        std::string broken = sound;
        broken[at] = char(broken[at] ^ 0x40);
        EXPECT_FALSE(read({{"data.ndc", broken}})) << at;
    }
}

}  // namespace
}  // namespace layerscope
