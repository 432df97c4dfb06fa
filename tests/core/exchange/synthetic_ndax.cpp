#include "tests/core/exchange/synthetic_ndax.h"

#include <gtest/gtest.h>
#include <zip.h>
#include <zlib.h>

#include <bit>

namespace layerscope::synthetic {
namespace {

void put(std::string& bytes, std::size_t offset, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        bytes[offset + i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
}

void put_real(std::string& bytes, std::size_t offset, float value) {
    put(bytes, offset, std::bit_cast<std::uint32_t>(value), 4);
}

}  // namespace

std::string ndc_file(const NdcFileShape& shape, const Slots& slots) {
    const auto [page_bytes, bitmap_bytes] = shape.geometry;
    const std::size_t slots_at = 4 + bitmap_bytes;
    std::string file(page_bytes, '\0');
    put(file, 0, static_cast<std::uint64_t>(shape.kind), 1);
    put(file, 2, static_cast<std::uint64_t>(shape.version), 1);
    put(file, 4, 1, 1);
    const std::size_t per_page = (page_bytes - 4 - slots_at) / shape.slot_bytes;
    for (std::size_t begin = 0; begin < slots.size(); begin += per_page) {
        std::string page(page_bytes, '\0');
        std::size_t count = 0;
        for (std::size_t i = 0; i < per_page && begin + i < slots.size(); ++i) {
            const auto& slot = slots[begin + i];
            if (!slot) continue;
            ++count;
            page[4 + i / 8] =
                static_cast<char>(static_cast<unsigned char>(page[4 + i / 8]) | (1U << (i % 8)));
            page.replace(slots_at + i * shape.slot_bytes, shape.slot_bytes, *slot);
        }
        put(page, 0, static_cast<std::uint64_t>(shape.kind) + 1, 2);
        put(page, 2, count, 2);
        file += page;
        reseal(file, file.size() / page_bytes - 1, shape.geometry);
    }
    return file;
}

void reseal(std::string& file, std::size_t number, const NdcGeometry& geometry) {
    const auto* page = reinterpret_cast<const Bytef*>(file.data() + number * geometry.page_bytes);
    const std::size_t checksum_at = geometry.page_bytes - 4;
    put(file, number * geometry.page_bytes + checksum_at,
        crc32(0, page, static_cast<uInt>(checksum_at)), 4);
}

std::string data_slot(float voltage, float current) {
    std::string slot(8, '\0');
    put_real(slot, 0, voltage);
    put_real(slot, 4, current);
    return slot;
}

std::string run_info_slot(const RunInfo& row, std::size_t bytes) {
    std::string slot(bytes, '\0');
    put(slot, 0, row.step_time_ms, 4);
    put_real(slot, 5, row.charge);
    put_real(slot, 9, row.discharge);
    put_real(slot, 13, row.charge_energy);
    put_real(slot, 17, row.discharge_energy);
    put(slot, 29, static_cast<std::uint32_t>(row.interval_ms), 4);
    put(slot, 33, row.unix_s, 4);
    put(slot, 41, row.record, 4);
    put(slot, 45, row.unix_ms, 2);
    return slot;
}

std::string step_slot(const Step& step, std::size_t bytes) {
    std::string slot(bytes, '\0');
    put(slot, 0, step.cycle_from_0, 4);
    put(slot, 4, step.program_step, 4);
    put(slot, 24, step.type, 1);
    put(slot, 33, step.first_record, 4);
    return slot;
}

std::string aux_slot(float value) {
    std::string slot(4, '\0');
    put_real(slot, 0, value);
    return slot;
}

std::string combined_aux_slot(float voltage, std::int16_t tenths_of_degC) {
    std::string slot(7, '\0');
    put(slot, 0, 0x65, 1);
    put_real(slot, 1, voltage);
    put(slot, 5, static_cast<std::uint16_t>(tenths_of_degC), 2);
    return slot;
}

void write_zip(const std::filesystem::path& file, const Members& members) {
    int code = 0;
    zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    ASSERT_NE(archive, nullptr);
    for (const auto& [name, bytes] : members) {
        auto* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
        ASSERT_GE(zip_file_add(archive, name.c_str(), source, 0), 0);
    }
    ASSERT_EQ(zip_close(archive), 0);
}

Members two_step_test() {
    const auto measured = [](float voltage, float current) {
        return std::optional{data_slot(voltage, current)};
    };
    const auto stored = [](const RunInfo& row) { return std::optional{run_info_slot(row, 100)}; };
    const auto step = [](const Step& row) { return std::optional{step_slot(row, 100)}; };
    return {
        {"data.ndc", ndc_file({NdcKind::data, 17, 8},
                              {measured(3.5F, 0), measured(0, 0), measured(3.5F, 0),
                               measured(3.6F, 0.5F), measured(3.7F, 0.5F), std::nullopt,
                               measured(3.75F, 0.25F), measured(4.0F, -0.5F), measured(4.0F, 1)})},
        {"data_runInfo.ndc",
         ndc_file({NdcKind::run_info, 17, 100},
                  {std::nullopt, stored({.record = 4, .interval_ms = 10'000, .unix_s = 1'000'030}),
                   stored({.record = 1, .interval_ms = 1'500, .unix_s = 1'000'000, .unix_ms = 250}),
                   stored({.record = 1, .step_time_ms = 100, .interval_ms = 7'000}),
                   stored({.record = 5,
                           .step_time_ms = 9'000,
                           .interval_ms = 36'000,
                           .charge = 0.5F,
                           .charge_energy = 2.0F,
                           .unix_s = 1'000'040}),
                   stored({.record = 9,
                           .step_time_ms = 100'000,
                           .charge = 0.75F,
                           .charge_energy = 3.0F,
                           .unix_s = 1'000'130})})},
        {"data_step.ndc",
         ndc_file({NdcKind::step, 17, 100},
                  {step({.first_record = 1, .program_step = 2, .type = 4}),
                   step({.first_record = 4, .cycle_from_0 = 1, .program_step = 5, .type = 1})})},
        {"data_AUX_80_2_1.ndc",
         ndc_file({NdcKind::aux, 17, 4}, {aux_slot(0.125F), std::nullopt, aux_slot(0.5F)})},
        {"data_AUX_9_2_1.ndc", ndc_file({NdcKind::aux, 17, 4}, {aux_slot(-1.0F)})},
        {"data_AUX_9_3_1.ndc", ndc_file({NdcKind::aux, 17, 4}, {aux_slot(25.5F), aux_slot(26.5F)})},
        {"TestInfo.xml",
         "<?xml version=\"1.0\" encoding=\"GB2312\"?><root><config><TestInfo DevType=\"27\" "
         "DevID=\"21\" UnitID=\"0\" ChlID=\"79\" Remark=\"\xB2\xE2\xCA\xD4\xFF\">"
         "<Aux1 AuxID=\"1\" RealChlID=\"9\" ChlType=\"102\"/>"
         "<Aux2 AuxID=\"1\" RealChlID=\"9\" ChlType=\"103\"/>"
         "<Aux3 AuxID=\"2\" RealChlID=\"80\" ChlType=\"102\"/></TestInfo>"
         "<Backup Value=\"{&quot;UnitIDDisplay&quot;:10,&quot;ChlIDDisplay&quot;:7}\"/>"
         "</config></root>"},
    };
}

}  // namespace layerscope::synthetic
