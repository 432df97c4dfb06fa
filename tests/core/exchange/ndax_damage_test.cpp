#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core/exchange/ndax.h"
#include "tests/core/exchange/synthetic_ndax.h"
#include "tests/temporary_folder.h"

/// A damaged file is either refused with a sentence or read as if it were sound, never otherwise.
namespace layerscope {
namespace {

std::string everything_in(const CyclerTable& table) {
    auto out = fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", table.format,
                           table.version, table.device, table.address, table.record,
                           table.step_time_ms, table.total_time_ms, table.unix_time_ms, table.cycle,
                           table.step_index, table.step_count, table.step_type, table.voltage_V,
                           table.current_A, table.charge_capacity_Ah, table.discharge_capacity_Ah,
                           table.charge_energy_Wh, table.discharge_energy_Wh, table.warnings);
    for (const auto& aux : table.aux) {
        out += fmt::format(" {} {} {}", aux.name, aux.unit, aux.values);
    }
    return out;
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

class DamagedNdax : public testing::Test {
  protected:
    void SetUp() override {
        synthetic::write_zip(folder_ / "sound.ndax", synthetic::two_step_test());
        sound_ = bytes_of(folder_ / "sound.ndax");
        const auto table = read_ndax(folder_ / "sound.ndax");
        ASSERT_TRUE(table) << table.error().sentence;
        truth_ = everything_in(*table);
    }

    /// True where the bytes are read as the sound file; a sentence in any other case.
    bool read_as_sound(const std::string& bytes) {
        const auto file = folder_.write("damaged.ndax", bytes);
        const auto table = read_ndax(file);
        if (!table) {
            EXPECT_EQ(table.error().sentence.rfind(file.string() + ": ", 0), 0U)
                << table.error().sentence;
            EXPECT_EQ(table.error().sentence.find('\n'), std::string::npos);
            return false;
        }
        EXPECT_EQ(everything_in(*table), truth_);
        return true;
    }

    TemporaryFolder folder_;
    std::string sound_;
    std::string truth_;
};

TEST_F(DamagedNdax, is_refused_wherever_it_is_cut) {
    // The directory's end decides most: there every byte, before it every seventh.
    const std::size_t end = sound_.size() - 64;
    for (std::size_t length = 0; length < sound_.size(); length += length < end ? 7 : 1) {
        ASSERT_FALSE(read_as_sound(sound_.substr(0, length))) << length;
        ASSERT_FALSE(HasFailure()) << length;
    }
}

TEST_F(DamagedNdax, is_refused_or_read_rightly_whichever_byte_is_flipped) {
    std::size_t refused = 0;
    for (std::size_t at = 0; at < sound_.size(); ++at) {
        auto bytes = sound_;
        bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << (at % 8)));
        refused += read_as_sound(bytes) ? 0 : 1;
        ASSERT_FALSE(HasFailure()) << "byte " << at;
    }
    EXPECT_GT(refused, sound_.size() / 2);  // else the loop damages nothing
}

TEST_F(DamagedNdax, is_refused_when_a_bit_of_a_page_is_wrong_inside_a_sound_archive) {
    // The archive's own checksums are right here: only the pages' can tell.
    const auto members = synthetic::two_step_test();
    for (const auto* name :
         {"data.ndc", "data_step.ndc", "data_runInfo.ndc", "data_AUX_9_3_1.ndc"}) {
        for (std::size_t at = ndc_page_bytes; at < 2 * ndc_page_bytes; at += 61) {
            auto damaged = members;
            auto& byte = damaged[name][at];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 0x10U);
            synthetic::write_zip(folder_ / "page.ndax", damaged);
            const auto table = read_ndax(folder_ / "page.ndax");
            ASSERT_FALSE(table) << name << " byte " << at;
            EXPECT_NE(table.error().sentence.find("page 1 has the checksum"), std::string::npos);
        }
    }
}

TEST_F(DamagedNdax, is_refused_when_pages_are_missing_or_cut_inside_a_sound_archive) {
    for (const auto* name :
         {"data.ndc", "data_step.ndc", "data_runInfo.ndc", "data_AUX_9_3_1.ndc"}) {
        for (const std::size_t length : {0U, 2U, 4095U, 4097U, 8191U}) {
            auto damaged = synthetic::two_step_test();
            damaged[name].resize(length);
            synthetic::write_zip(folder_ / "cut.ndax", damaged);
            EXPECT_FALSE(read_ndax(folder_ / "cut.ndax")) << name << " of " << length << " bytes";
        }
    }
}

}  // namespace
}  // namespace layerscope
