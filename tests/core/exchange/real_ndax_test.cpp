#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/base/number.h"
#include "core/exchange/inspection.h"
#include "core/exchange/ndax.h"

/// Real files against the vendor's own export of them. A tolerance is half of the export's last
/// printed digit and 2 % of it.
namespace layerscope {
namespace {

const std::filesystem::path real_data{LAYERSCOPE_REAL_DATA};

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> out{""};
    for (const char c : line) {
        if (c == separator) {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

std::vector<std::string> lines_of_gz(const std::filesystem::path& file) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> in{gzopen(file.c_str(), "rb"), gzclose};
    std::vector<std::string> out;
    std::vector<char> line(65536);
    while (in && gzgets(in.get(), line.data(), static_cast<int>(line.size())) != nullptr) {
        out.emplace_back(line.data());
        while (!out.back().empty() && std::isspace(static_cast<unsigned char>(out.back().back()))) {
            out.back().pop_back();
        }
    }
    return out;
}

/// A reference table: named columns of text.
struct Reference {
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> rows;

    std::size_t column(const std::string& name) const {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == name) return i;
        }
        ADD_FAILURE() << "the reference has no column " << name;
        return 0;
    }
    double number(std::size_t row, const std::string& name) const {
        return parse_number(rows[row].at(column(name)))
            .value_or(std::numeric_limits<double>::quiet_NaN());
    }
};

Reference read_reference(const std::filesystem::path& file) {
    Reference out;
    for (const auto& line : lines_of_gz(file)) {
        if (out.names.empty()) {
            out.names = split(line, ',');
        } else {
            out.rows.push_back(split(line, ','));
        }
    }
    return out;
}

struct RealFile {
    std::string name;
    std::string source;
    std::size_t rows;
    std::string version;
    std::vector<std::string> aux;
    double capacity_tolerance_Ah;
    bool signed_capacity = false;  // charge minus discharge in the reference
    std::vector<std::string> warnings{};
};

void PrintTo(const RealFile& file, std::ostream* out) {
    *out << file.name;
}

/// BTSDA prints total time with fewer digits the later it is.
double total_time_tolerance_s(double total_time_s) {
    if (total_time_s < 1800) return 1e-3;
    return total_time_s < 1e6 ? 0.051 : 0.51;
}

std::string with_spaces(std::string text) {
    for (char& c : text) c = c == '_' ? ' ' : c;
    return text;
}

class RealNdax : public testing::TestWithParam<RealFile> {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(real_data)) {
            GTEST_SKIP() << "no real cycler files at " << real_data;
        }
        auto read = read_ndax(real_data / "ndax" / (GetParam().name + ".ndax"));
        ASSERT_TRUE(read) << read.error().sentence;
        table_ = std::move(*read);
        reference_ = read_reference(real_data / "reference" /
                                    (GetParam().name + "." + GetParam().source + ".csv.gz"));
        ASSERT_FALSE(reference_.names.empty());
        ASSERT_EQ(table_.rows(), reference_.rows.size());
    }

    CyclerTable table_;
    Reference reference_;
};

TEST_P(RealNdax, says_what_it_is) {
    EXPECT_EQ(table_.format, "ndax");
    EXPECT_EQ(table_.version, GetParam().version);
    EXPECT_EQ(table_.rows(), GetParam().rows);
    EXPECT_EQ(table_.warnings, GetParam().warnings);
}

TEST_P(RealNdax, has_the_vendors_records_and_steps) {
    for (std::size_t i = 0; i < table_.rows(); ++i) {
        ASSERT_EQ(table_.record[i], reference_.number(i, "record")) << i;
        ASSERT_EQ(table_.cycle[i], reference_.number(i, "cycle")) << i;
        ASSERT_EQ(table_.step_index[i], reference_.number(i, "step_index")) << i;
        ASSERT_EQ(table_.step_count[i], reference_.number(i, "step_count")) << i;
        ASSERT_EQ(step_type_name(table_.step_type[i]),
                  with_spaces(reference_.rows[i][reference_.column("step_type")]))
            << i;
    }
}

TEST_P(RealNdax, has_the_vendors_times) {
    for (std::size_t i = 0; i < table_.rows(); ++i) {
        ASSERT_NEAR(static_cast<double>(table_.step_time_ms[i]) / 1e3,
                    reference_.number(i, "step_time_s"), 1e-3)
            << i;
        const double total_s = reference_.number(i, "total_time_s");
        ASSERT_NEAR(static_cast<double>(table_.total_time_ms[i]) / 1e3, total_s,
                    total_time_tolerance_s(total_s))
            << i;
    }
}

TEST_P(RealNdax, has_the_vendors_values) {
    const double sign = GetParam().signed_capacity ? -1.0 : 1.0;
    for (std::size_t i = 0; i < table_.rows(); ++i) {
        ASSERT_NEAR(table_.voltage_V[i], reference_.number(i, "voltage_V"), 5.1e-5) << i;
        ASSERT_NEAR(table_.current_A[i], reference_.number(i, "current_A"), 5.1e-7) << i;
        ASSERT_NEAR(table_.charge_capacity_Ah[i] + sign * table_.discharge_capacity_Ah[i],
                    reference_.number(i, "capacity_Ah"), GetParam().capacity_tolerance_Ah)
            << i;
        // No cell here is above 5 V, so an energy's error is at most 5 times the charge's.
        ASSERT_NEAR(table_.charge_energy_Wh[i] + sign * table_.discharge_energy_Wh[i],
                    reference_.number(i, "energy_Wh"), 5 * GetParam().capacity_tolerance_Ah)
            << i;
    }
}

TEST_P(RealNdax, has_the_vendors_auxiliary_values_at_the_right_channel) {
    ASSERT_EQ(table_.aux.size(), GetParam().aux.size());
    for (std::size_t k = 0; k < table_.aux.size(); ++k) {
        const auto& aux = table_.aux[k];
        const auto name = aux.name + "_" + aux.unit;
        EXPECT_EQ(name, GetParam().aux[k]);
        ASSERT_EQ(aux.values.size(), table_.rows());
        for (std::size_t i = 0; i < table_.rows(); ++i) {
            ASSERT_NEAR(aux.values[i], reference_.number(i, name),
                        aux.unit == "V" ? 5.1e-5 : 0.0501)
                << name << " " << i;
        }
    }
}

TEST_P(RealNdax, has_times_of_day_a_whole_number_of_quarter_hours_from_the_vendors) {
    // The export prints the zone of the PC that made it, and does not say which.
    for (std::size_t i = 0; i < table_.rows(); ++i) {
        const auto& stamp = reference_.rows[i][reference_.column("timestamp")];
        ASSERT_EQ(stamp.size(), 23U);
        const double past_quarter_s = std::fmod(*parse_number(stamp.substr(14, 2)), 15) * 60 +
                                      *parse_number(stamp.substr(17));
        const auto quarter_ms = 15 * 60 * 1000;
        ASSERT_NEAR(static_cast<double>(table_.unix_time_ms[i] % quarter_ms) / 1e3, past_quarter_s,
                    1e-3)
            << i;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Files, RealNdax,
    testing::Values(
        RealFile{"21_10_7_85", "btsda", 141, "ndc 14", {}, 1.4e-7},
        RealFile{"46_1_5_60_bts16", "btsda", 84, "ndc 16", {"V1_V", "T1_degC"}, 1.4e-7},
        RealFile{
            "TESTCELL0001-Test_Data_Collection_Ndc17", "btsda", 80, "ndc 17", {"T1_degC"}, 1.4e-7},
        RealFile{
            "Unit27_Example_Data_File", "btsda", 301, "ndc 14", {"T1_degC", "T2_degC"}, 1.4e-7},
        RealFile{"empty", "btsda", 0, "ndc 14", {}, 1.4e-7},
        RealFile{"interp-test", "btsda", 333, "ndc 14", {}, 1.4e-7},
        RealFile{"nw4-120-1-6-53", "btsda", 18700, "ndc 14", {}, 1.4e-7},
        RealFile{"nw4-120-6-1-36", "crosscheck", 7257, "ndc 14", {}, 1.4e-7, true},
        RealFile{"scrubbed_ndc2",
                 "btsda",
                 28,
                 "ndc 2",
                 {"V1_V", "T1_degC", "t1_degC"},
                 1.4e-7,
                 false,
                 {"times of day are those of the cycler's PC: ndc 2 does not say its zone"}}),
    [](const auto& file) {
        std::string name = file.param.name;
        for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
        return name;
    });

}  // namespace
}  // namespace layerscope
