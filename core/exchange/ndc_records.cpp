#include "core/exchange/ndc_records.h"

#include <fmt/format.h>

#include <array>

#include "core/exchange/little_endian.h"
#include "core/exchange/ndc_pages.h"

namespace layerscope {
namespace {

constexpr std::uint8_t combined_mark = 0x65;  // the only kind of combined slot that is known

constexpr std::array layouts{
    NdcLayout{14, 55, 37, false, 1.0, 1.0, 1.0},
    NdcLayout{16, 100, 100, true, 1e4, 1e3, 3.6e6},
    NdcLayout{17, 100, 100, false, 1.0, 1.0, 1.0},
};

double real(std::string_view bytes, std::size_t offset) {
    return static_cast<double>(little_endian<float>(bytes, offset));
}

std::int64_t natural(std::string_view bytes, std::size_t offset) {
    return little_endian<std::uint32_t>(bytes, offset);
}

StoredRow stored_row(std::string_view slot, const NdcLayout& layout) {
    const auto high_ms = static_cast<std::int64_t>(little_endian<std::uint8_t>(slot, 4)) << 32;
    return {
        .record = natural(slot, 41),
        .step_time_ms = high_ms + natural(slot, 0),
        .interval_ms = little_endian<std::int32_t>(slot, 29),
        .unix_time_ms = natural(slot, 33) * 1000 + little_endian<std::uint16_t>(slot, 45),
        .sums = {.charge_Ah = real(slot, 5) / layout.per_Ah,
                 .discharge_Ah = real(slot, 9) / layout.per_Ah,
                 .charge_Wh = real(slot, 13) / layout.per_Ah,
                 .discharge_Wh = real(slot, 17) / layout.per_Ah},
    };
}

StepExecution step_execution(const NdcSlot& slot) {
    return {
        .first_record = natural(slot.bytes, 33),
        .execution = slot.number + 1,
        .cycle = natural(slot.bytes, 0) + 1,
        .program_step = natural(slot.bytes, 4),
        .type = little_endian<std::uint8_t>(slot.bytes, 24),
    };
}

}  // namespace

std::optional<NdcLayout> ndc_layout(int version) {
    for (const auto& layout : layouts) {
        if (layout.version == version) return layout;
    }
    return std::nullopt;
}

Result<std::vector<Measurement>> decode_data(std::string_view file, const NdcLayout& layout) {
    std::vector<Measurement> out;
    auto read = visit_ndc_slots(
        file, "data.ndc", {NdcKind::data, layout.version, 8}, [&](const NdcSlot& slot) {
            out.push_back({slot.number + 1, real(slot.bytes, 0) / layout.per_V,
                           real(slot.bytes, 4) / layout.per_A});
        });
    if (!read) return fail(std::move(read.error()));
    return out;
}

Result<std::vector<StoredRow>> decode_run_info(std::string_view file, const NdcLayout& layout) {
    std::vector<StoredRow> out;
    auto read = visit_ndc_slots(
        file, "data_runInfo.ndc", {NdcKind::run_info, layout.version, layout.run_info_bytes},
        [&](const NdcSlot& slot) { out.push_back(stored_row(slot.bytes, layout)); });
    if (!read) return fail(std::move(read.error()));
    return out;
}

Result<std::vector<StepExecution>> decode_steps(std::string_view file, const NdcLayout& layout) {
    std::vector<StepExecution> out;
    auto read =
        visit_ndc_slots(file, "data_step.ndc", {NdcKind::step, layout.version, layout.step_bytes},
                        [&](const NdcSlot& slot) { out.push_back(step_execution(slot)); });
    if (!read) return fail(std::move(read.error()));
    return out;
}

Result<std::vector<AuxSample>> decode_aux(std::string_view file, const std::string& member,
                                          const NdcLayout& layout) {
    std::vector<AuxSample> out;
    std::optional<NdcSlot> foreign;
    const std::size_t slot_bytes = layout.combined_aux ? 7 : 4;
    auto read = visit_ndc_slots(
        file, member, {NdcKind::aux, layout.version, slot_bytes}, [&](const NdcSlot& slot) {
            if (!layout.combined_aux) {
                out.push_back({slot.number + 1, real(slot.bytes, 0), 0.0});
            } else if (little_endian<std::uint8_t>(slot.bytes, 0) == combined_mark) {
                out.push_back({slot.number + 1, real(slot.bytes, 1) / layout.per_V,
                               little_endian<std::int16_t>(slot.bytes, 5) / 10.0});
            } else if (!foreign) {
                foreign = slot;
            }
        });
    if (!read) return fail(std::move(read.error()));
    if (foreign) {
        return fail(ErrorKind::unsupported,
                    fmt::format("{}: record {} is of kind {:#04x}, but only {:#04x} is known; "
                                "export the test from BTSDA as text instead",
                                member, foreign->number + 1,
                                little_endian<std::uint8_t>(foreign->bytes, 0), combined_mark));
    }
    return out;
}

}  // namespace layerscope
