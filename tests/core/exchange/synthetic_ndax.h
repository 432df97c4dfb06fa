#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/ndc_pages.h"

/// Writes small .ndax files with known content, sound or broken on purpose.
namespace layerscope::synthetic {

using Slots = std::vector<std::optional<std::string>>;  // nullopt: its bit is cleared

/// A file of pages, sealed with right counts, bitmaps and checksums.
std::string ndc_file(const NdcFileShape& shape, const Slots& slots);

/// Writes the checksum of page `number` anew, after a test has changed the page.
void reseal(std::string& file, std::size_t number, const NdcGeometry& geometry = {});

std::string data_slot(float voltage, float current);

struct RunInfo {
    std::uint32_t record = 0;
    std::uint32_t step_time_ms = 0;
    std::int32_t interval_ms = 0;
    float charge = 0;
    float discharge = 0;
    float charge_energy = 0;
    float discharge_energy = 0;
    std::uint32_t unix_s = 0;
    std::uint16_t unix_ms = 0;
};
std::string run_info_slot(const RunInfo& row, std::size_t bytes);

struct Step {
    std::uint32_t first_record = 0;
    std::uint32_t cycle_from_0 = 0;
    std::uint32_t program_step = 0;
    std::uint8_t type = 0;
};
std::string step_slot(const Step& step, std::size_t bytes);

std::string aux_slot(float value);
std::string combined_aux_slot(float voltage, std::int16_t tenths_of_degC);

using Members = std::map<std::string, std::string>;
void write_zip(const std::filesystem::path& file, const Members& members);

/// An ndc 17 test of two steps: rest, then charge. Record 2 is a true measurement of 0 V and 0 A,
/// record 6 was never written; runInfo is sparse, out of order, and has record 1 twice.
Members two_step_test();

}  // namespace layerscope::synthetic
