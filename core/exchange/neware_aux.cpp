#include "core/exchange/neware_aux.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/number.h"

namespace layerscope {
namespace {

constexpr std::size_t most_values = std::size_t{1} << 28;  // 2 GiB of doubles
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

struct Quantity {
    std::string_view letter;
    std::string_view unit;
};
constexpr Quantity voltage{"V", "V"};
constexpr Quantity temperature{"T", "degC"};

/// What a channel of one type measures; the types with voltage and temperature are not here.
Quantity quantity_of(int type) {
    switch (type) {
        case 102:
            return voltage;
        case 103:
            return temperature;
        case 335:
            return {"t", "degC"};
        case 345:
            return {"H", "pct"};
        case 1122:
            return {"CPU", "degC"};
        default:
            return {"", ""};
    }
}

/// An auxiliary file, and what its name says of the channel.
struct AuxFile {
    std::string member;
    int channel = 0;  // its number in the auxiliary device; where combined the id
    int type = 0;     // where combined unknown, 0
};

/// The whole numbers between `prefix` and ".ndc", parted by '_'; none if the name is otherwise.
std::vector<int> numbers_in(std::string_view name, std::string_view prefix) {
    constexpr std::string_view suffix = ".ndc";
    if (name.size() <= prefix.size() + suffix.size() || name.substr(0, prefix.size()) != prefix ||
        name.substr(name.size() - suffix.size()) != suffix) {
        return {};
    }
    name = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
    std::vector<int> out;
    while (true) {
        const auto end = name.find('_');
        const auto number = parse_integer(name.substr(0, end));
        if (!number || *number < 0 || *number > 1'000'000'000) return {};
        out.push_back(static_cast<int>(*number));
        if (end == std::string_view::npos) return out;
        name.remove_prefix(end + 1);
    }
}

std::optional<AuxFile> aux_file(const std::string& member, bool combined) {
    constexpr int type_offset = 100;  // a file name says 3 for type 103
    const auto numbers = numbers_in(member, combined ? "data_" : "data_AUX_");
    if (combined && numbers.size() == 1) return AuxFile{member, numbers[0], 0};
    if (!combined && numbers.size() == 3) {
        return AuxFile{member, numbers[0], numbers[1] + type_offset};
    }
    return std::nullopt;
}

bool is_known_without_values(const std::string& member) {
    constexpr std::array known{"data.ndc",     "data_runInfo.ndc", "data_step.ndc",
                               "data_log.ndc", "data_es.ndc",      "data_Aux.ndc"};
    return std::find(known.begin(), known.end(), member) != known.end();
}

class AuxReader {
  public:
    AuxReader(const ZipArchive& archive, const NdcLayout& layout,
              const std::vector<std::int64_t>& records)
        : archive_{archive}, layout_{layout}, records_{records} {
        for (const auto& [member, size] : archive.members()) {
            if (auto file = aux_file(member, layout.combined_aux)) {
                files_.push_back(std::move(*file));
            } else if (member.size() > 4 && member.substr(member.size() - 4) == ".ndc" &&
                       !is_known_without_values(member)) {
                out_.warnings.push_back(
                    fmt::format("{} is of a kind that is not known and is left out", member));
            }
        }
    }

    Result<void> read_listed(const NewareAuxChannel& channel) {
        const auto found = std::find_if(files_.begin(), files_.end(), [&](const AuxFile& file) {
            return layout_.combined_aux
                       ? file.channel == channel.id
                       : file.channel == channel.real_channel && file.type == channel.type;
        });
        if (found == files_.end()) {
            out_.warnings.push_back(
                fmt::format("TestInfo.xml lists the auxiliary channel {} of type {}, but the "
                            "archive has no values of it",
                            channel.id, channel.type));
            return {};
        }
        const AuxFile file = *found;
        files_.erase(found);
        return read(file, &channel);
    }

    Result<AuxColumns> finish() && {
        for (const auto& file : files_) {
            out_.warnings.push_back(fmt::format(
                "{} belongs to no auxiliary channel that TestInfo.xml lists; its values "
                "are kept under the file's name",
                file.member));
            if (auto read_rest = read(file, nullptr); !read_rest) {
                return fail(std::move(read_rest.error()));
            }
        }
        return std::move(out_);
    }

  private:
    Result<void> read(const AuxFile& file, const NewareAuxChannel* channel) {
        const auto bytes = archive_.read(file.member);
        if (!bytes) return fail(bytes.error());
        const auto values = decode_aux(*bytes, file.member, layout_);
        if (!values) return fail(values.error());
        if (!layout_.combined_aux) {
            return add(file, channel, quantity_of(file.type), *values, &AuxSample::value);
        }
        const int type = channel != nullptr ? channel->type : 0;
        if (type != 103) {
            auto added = add(file, channel, voltage, *values, &AuxSample::value);
            if (!added || type == 102) return added;
        }
        return add(file, channel, temperature, *values, &AuxSample::temperature_C);
    }

    Result<void> add(const AuxFile& file, const NewareAuxChannel* channel, const Quantity& quantity,
                     const std::vector<AuxSample>& values, double AuxSample::*field) {
        if ((out_.columns.size() + 1) * records_.size() > most_values) {
            return fail(
                ErrorKind::malformed,
                fmt::format("{}: {} auxiliary columns of {} records are more than the {} "
                            "values that are read",
                            file.member, out_.columns.size() + 1, records_.size(), most_values));
        }
        out_.columns.push_back({name_of(file, channel, quantity), std::string{quantity.unit},
                                values_by_record(file, values, field)});
        return {};
    }

    /// "V1"; the file's own name where nobody lists it or that name is taken.
    std::string name_of(const AuxFile& file, const NewareAuxChannel* channel,
                        const Quantity& quantity) {
        if (channel != nullptr && !quantity.letter.empty()) {
            auto name = fmt::format("{}{}", quantity.letter, channel->id);
            if (names_.insert(name).second) return name;
        }
        auto name = file.member.substr(0, file.member.size() - 4);
        if (layout_.combined_aux) name += fmt::format("_{}", quantity.letter);
        names_.insert(name);
        return name;
    }

    std::vector<double> values_by_record(const AuxFile& file, const std::vector<AuxSample>& values,
                                         double AuxSample::*field) {
        std::vector<double> out(records_.size(), absent);
        std::size_t row = 0;
        std::size_t placed = 0;
        for (const auto& value : values) {
            while (row < records_.size() && records_[row] < value.record) ++row;
            if (row == records_.size()) break;
            if (records_[row] != value.record) continue;
            out[row] = value.*field;
            ++placed;
        }
        if (placed < values.size()) {
            out_.warnings.push_back(
                fmt::format("{}: {} values belong to no record and are left out", file.member,
                            values.size() - placed));
        }
        return out;
    }

    const ZipArchive& archive_;
    const NdcLayout& layout_;
    const std::vector<std::int64_t>& records_;
    std::vector<AuxFile> files_;  // not yet read
    std::set<std::string> names_;
    AuxColumns out_;
};

}  // namespace

Result<AuxColumns> read_neware_aux(const ZipArchive& archive, const NewareTestInfo& info,
                                   const NdcLayout& layout,
                                   const std::vector<std::int64_t>& records) {
    AuxReader reader{archive, layout, records};
    for (const auto& channel : info.aux) {
        if (auto read = reader.read_listed(channel); !read) return fail(std::move(read.error()));
    }
    return std::move(reader).finish();
}

}  // namespace layerscope
