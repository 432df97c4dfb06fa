#include "core/exchange/ndc2.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "core/base/number.h"
#include "core/exchange/little_endian.h"
#include "core/exchange/ndc_pages.h"

namespace layerscope {
namespace {

constexpr std::size_t record_bytes = 94;
constexpr std::string_view remedy = "export the test again";
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

enum RecordKind : std::uint8_t { data_record = 0x55, aux_record = 0x65, aux_with_set_point = 0x74 };

/// What one unit of a stored current is, in A. A range's code is its magnitude in mA; the finer
/// steps of later cyclers have negative codes.
double ampere_per_count(std::int32_t range) {
    if (range == 0) return 0;
    if (range == -100'000'000) return 1e-2;
    const std::int64_t magnitude_mA = std::abs(std::int64_t{range});
    const double count_mA = magnitude_mA < 10     ? 1e-4
                            : magnitude_mA < 100  ? 1e-3
                            : magnitude_mA < 1000 ? 1e-2
                                                  : 0.1;
    return count_mA * (range < 0 ? 0.1 : 1) * 1e-3;
}

bool is_known_range(std::int32_t range) {
    constexpr std::array<std::int32_t, 25> known{
        0,    1,    2,    5,    10,    20,    25,    50,    100,   200,   250,   500,   1000,
        2000, 3000, 5000, 6000, 10000, 12000, 20000, 30000, 40000, 50000, 60000, 100000};
    const std::int64_t magnitude = std::abs(std::int64_t{range});
    return magnitude == 200'000 || range == -100'000'000 ||
           std::find(known.begin(), known.end(), magnitude) != known.end();
}

/// The wall time of a record in ms since 1970 on that wall, or nullopt for no date.
std::optional<std::int64_t> wall_ms(std::string_view record) {
    using namespace std::chrono;
    const auto byte = [&](std::size_t at) {
        return unsigned{little_endian<std::uint8_t>(record, at)};
    };
    const year_month_day date{year{little_endian<std::uint16_t>(record, 75)}, month{byte(77)},
                              day{byte(78)}};
    if (!date.ok() || byte(79) > 23 || byte(80) > 59 || byte(81) > 60) return std::nullopt;
    const auto at =
        sys_days{date}.time_since_epoch() + hours{byte(79)} + minutes{byte(80)} + seconds{byte(81)};
    return duration_cast<milliseconds>(at).count();
}

/// Takes records in order and counts executions and total time.
class Ndc2Records {
  public:
    explicit Ndc2Records(CyclerTable& table) : table_{table} {}

    Result<void> add(std::string_view record) {
        if (const auto kind = little_endian<std::uint8_t>(record, 0); kind != data_record) {
            return contradiction(record_ + 1,
                                 fmt::format("is of kind {:#04x}, no measurement", kind));
        }
        const std::int64_t number = little_endian<std::uint32_t>(record, 8);
        if (number <= record_) {
            return contradiction(number, fmt::format("follows record {}", record_));
        }
        record_ = number;
        const std::uint64_t time_ms = little_endian<std::uint64_t>(record, 23);
        constexpr std::uint64_t century_ms = 100ULL * 365 * 24 * 3600 * 1000;
        const auto cycle = little_endian<std::uint32_t>(record, 12);
        const auto wall = wall_ms(record);
        if (time_ms > century_ms || cycle >= std::uint32_t(std::numeric_limits<int>::max()) ||
            !wall) {
            return contradiction(number, "has a step time, a cycle or a date that no test has");
        }
        enter_step(little_endian<std::uint8_t>(record, 18), std::int64_t(time_ms));
        table_.record.push_back(number);
        table_.unix_time_ms.push_back(*wall);
        table_.cycle.push_back(int(cycle) + 1);
        table_.step_index.push_back(little_endian<std::uint8_t>(record, 16));
        table_.step_type.push_back(little_endian<std::uint8_t>(record, 17));
        add_values(record);
        return {};
    }

  private:
    static tl::unexpected<Error> contradiction(std::int64_t record, const std::string& what) {
        return fail(ErrorKind::malformed,
                    fmt::format("data.ndc: record {} {}; {}", record, what, remedy));
    }

    /// The file counts executions in one byte, which goes round.
    void enter_step(std::uint8_t counter, std::int64_t time_ms) {
        if (table_.record.empty()) {
            execution_ = 1;
        } else if (counter != counter_) {
            ++execution_;
            before_ms_ += last_ms_;
        }
        counter_ = counter;
        last_ms_ = time_ms;
        table_.step_count.push_back(execution_);
        table_.step_time_ms.push_back(time_ms);
        table_.total_time_ms.push_back(before_ms_ + time_ms);
    }

    void add_values(std::string_view record) {
        const auto range = little_endian<std::int32_t>(record, 82);
        const double unit_A = ampere_per_count(range);
        if (!is_known_range(range) && ranges_told_.insert(range).second) {
            table_.warnings.push_back(fmt::format(
                "the current range {} is not known; its unit is taken for {} A, compare a current "
                "with the vendor's export",
                range, unit_A));
        }
        const auto amount = [&](std::size_t at) {
            return double(little_endian<std::int64_t>(record, at)) * unit_A / 3600;
        };
        table_.voltage_V.push_back(little_endian<std::int32_t>(record, 31) * 1e-4);
        table_.current_A.push_back(little_endian<std::int32_t>(record, 35) * unit_A);
        table_.charge_capacity_Ah.push_back(amount(43));
        table_.discharge_capacity_Ah.push_back(amount(51));
        table_.charge_energy_Wh.push_back(amount(59));
        table_.discharge_energy_Wh.push_back(amount(67));
    }

    CyclerTable& table_;
    std::int64_t record_ = 0;
    int execution_ = 0;
    std::uint8_t counter_ = 0;
    std::int64_t last_ms_ = 0;    // step time of the record before
    std::int64_t before_ms_ = 0;  // last step times of earlier executions
    std::set<std::int32_t> ranges_told_;
};

/// The 1 of `20230928_103946_240117_1_1_2818580369_1.ndc`; nullopt for a file without values.
std::optional<std::int64_t> aux_id_of(std::string_view member) {
    constexpr std::string_view suffix = ".ndc";
    if (!member.ends_with(suffix)) return std::nullopt;
    const auto stem = member.substr(0, member.size() - suffix.size());
    const auto underscore = stem.rfind('_');
    if (underscore == std::string_view::npos) return std::nullopt;
    return parse_integer(stem.substr(underscore + 1));
}

struct AuxRecords {
    AuxColumn voltage;
    AuxColumn temperature;
    AuxColumn set_point;
    bool has_set_point = false;
};

Result<AuxRecords> read_aux_file(const std::string& bytes, const std::string& member,
                                 std::int64_t id, const std::vector<std::int64_t>& records) {
    const std::vector<double> nothing(records.size(), absent);
    AuxRecords out{{fmt::format("V{}", id), "V", nothing},
                   {fmt::format("T{}", id), "degC", nothing},
                   {fmt::format("t{}", id), "degC", nothing}};
    std::size_t row = 0;
    const auto take = [&](const NdcSlot& slot) {
        const auto kind = little_endian<std::uint8_t>(slot.bytes, 0);
        const std::int64_t record = little_endian<std::uint32_t>(slot.bytes, 8);
        while (row < records.size() && records[row] < record) ++row;
        if (row == records.size() || records[row] != record) return;
        if (kind != aux_record && kind != aux_with_set_point) return;
        out.voltage.values[row] = little_endian<std::int32_t>(slot.bytes, 31) * 1e-4;
        out.temperature.values[row] = little_endian<std::int16_t>(slot.bytes, 41) * 0.1;
        if (kind != aux_with_set_point) return;
        out.set_point.values[row] = little_endian<std::int16_t>(slot.bytes, 43) * 0.1;
        out.has_set_point = true;
    };
    const NdcFileShape shape{NdcKind::aux, 2, record_bytes, ndc2_geometry};
    if (auto visited = visit_ndc_slots(bytes, member, shape, take); !visited) {
        return fail(std::move(visited.error()));
    }
    return out;
}

}  // namespace

Result<void> fill_ndc2_records(std::string_view data, CyclerTable& table) {
    Ndc2Records records{table};
    Result<void> first_fault;
    const NdcFileShape shape{NdcKind::data, 2, record_bytes, ndc2_geometry};
    auto visited = visit_ndc_slots(data, "data.ndc", shape, [&](const NdcSlot& slot) {
        if (first_fault) first_fault = records.add(slot.bytes);
    });
    if (!visited) return visited;
    if (!first_fault) return first_fault;
    table.warnings.emplace_back(
        "times of day are those of the cycler's PC: ndc 2 does not say its zone");
    return {};
}

Result<void> fill_ndc2_aux(const ZipArchive& archive, const NewareTestInfo& info,
                           CyclerTable& table) {
    for (const auto& [member, size] : archive.members()) {
        const auto id = aux_id_of(member);
        if (!id) continue;
        const bool listed = std::any_of(info.aux.begin(), info.aux.end(),
                                        [&](const auto& channel) { return channel.id == *id; });
        if (!listed) {
            table.warnings.push_back(fmt::format(
                "{} belongs to no auxiliary channel that TestInfo.xml lists; its values are kept "
                "under the number in its name",
                member));
        }
        const auto bytes = archive.read(member);
        if (!bytes) return fail(bytes.error());
        auto aux = read_aux_file(*bytes, member, *id, table.record);
        if (!aux) return fail(std::move(aux.error()));
        table.aux.push_back(std::move(aux->voltage));
        table.aux.push_back(std::move(aux->temperature));
        if (aux->has_set_point) table.aux.push_back(std::move(aux->set_point));
    }
    return {};
}

}  // namespace layerscope
