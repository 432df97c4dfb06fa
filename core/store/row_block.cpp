#include "core/store/row_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "core/series/pyramid.h"
#include "core/series/stream_columns.h"
#include "core/store/run_schema.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t no_arrival = std::numeric_limits<std::int64_t>::min();

struct IntegerColumn {
    int id;
    std::vector<std::int64_t> RowBlock::*values;
    bool folded;  // the folds need it
};
struct RealColumn {
    int id;
    std::vector<double> RowBlock::*values;
    bool folded;
};

constexpr std::array integer_columns = {
    IntegerColumn{stream_column::seqid, &RowBlock::seqid, true},
    IntegerColumn{stream_column::stepid, &RowBlock::stepid, true},
    IntegerColumn{stream_column::cycleid, &RowBlock::cycleid, true},
    IntegerColumn{stream_column::steptype, &RowBlock::steptype, true},
    IntegerColumn{stream_column::testtime_ms, &RowBlock::testtime_ms, true},
    IntegerColumn{stream_column::arrival_us, &RowBlock::arrival_us, false},
    IntegerColumn{stream_column::layout, &RowBlock::layout, true},
    IntegerColumn{stream_column::time_ms, &RowBlock::time_ms, false},
    IntegerColumn{stream_column::gap, &RowBlock::gap, false},
};
constexpr std::array real_columns = {
    RealColumn{stream_column::voltage_V, &RowBlock::voltage_V, true},
    RealColumn{stream_column::current_A, &RowBlock::current_A, true},
    RealColumn{stream_column::capacity_Ah, &RowBlock::capacity_Ah, true},
    RealColumn{stream_column::energy_Wh, &RowBlock::energy_Wh, false},
    RealColumn{stream_column::soc, &RowBlock::soc, false},
};

/// `2026-11-22 18:13:14` as seconds of that wall clock; nullopt unless the text is exactly that, so
/// that the seconds give the very text back.
std::optional<std::int64_t> wall_seconds(const std::string& text) {
    constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
    if (text.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t from, std::size_t digits) {
        int value = 0;
        for (std::size_t i = from; i < from + digits; ++i) value = 10 * value + (text[i] - '0');
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year{number(0, 4)}, month{unsigned(number(5, 2))},
                              day{unsigned(number(8, 2))}};
    const int hour = number(11, 2);
    const int minute = number(14, 2);
    const int second = number(17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return seconds{sys_days{date}.time_since_epoch()}.count() + 3600 * hour + 60 * minute + second;
}

std::string wall_text_of(std::int64_t wall_s) {
    using namespace std::chrono;
    // A damaged file may hold any number; a time that no calendar has is shown as none.
    constexpr std::int64_t year_0_s = -62'167'219'200;
    constexpr std::int64_t year_10000_s = 253'402'300'800;
    if (wall_s < year_0_s || wall_s >= year_10000_s) return {};
    const sys_seconds time{seconds{wall_s}};
    const auto midnight = floor<days>(time);
    const year_month_day date{midnight};
    const hh_mm_ss clock{time - midnight};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

Error uneven() {
    return {ErrorKind::malformed, "its columns do not have the same number of rows"};
}

template <class Values>
Result<void> take(Result<std::optional<Values>> read, std::size_t rows, Values& into) {
    if (!read) return fail(read.error());
    if (!*read || (*read)->size() != rows) return fail(uneven());
    into = std::move(**read);
    return {};
}

}  // namespace

std::int64_t arrival_number(const std::optional<UtcTime>& arrival) {
    return arrival ? to_us(*arrival) : no_arrival;
}

std::optional<UtcTime> arrival_of(std::int64_t number) {
    return number == no_arrival ? std::nullopt : std::optional{from_us(number)};
}

RowBlock::RowBlock(std::span<const StreamAux> aux) {
    for (const auto& column : aux) aux_.push_back({column.id, {}});
}

void RowBlock::add_aux_column(int id) {
    aux_.push_back({id, std::vector<double>(rows(), nan)});
}

void RowBlock::add(const StoredRow& stored, std::int64_t steptype_word,
                   const AuxLayout& aux_layout) {
    const auto& row = stored.row;
    const auto wall_s = atime_text_.empty() ? wall_seconds(row.atime) : std::nullopt;
    if (wall_s) {
        atime_s_.push_back(*wall_s);
    } else {
        if (atime_text_.empty()) {
            for (std::size_t i = 0; i < rows(); ++i)
                atime_text_.push_back(wall_text_of(atime_s_[i]));
            atime_s_.clear();
        }
        atime_text_.push_back(row.atime);
    }
    seqid.push_back(row.seqid);
    stepid.push_back(row.stepid);
    cycleid.push_back(row.cycleid);
    steptype.push_back(steptype_word);
    testtime_ms.push_back(row.testtime_ms);
    arrival_us.push_back(arrival_number(stored.arrival));
    layout.push_back(aux_layout.word);
    time_ms.push_back(stored.time_ms);
    gap.push_back(stored.gap ? 1 : 0);
    voltage_V.push_back(row.voltage_V);
    current_A.push_back(row.current_A);
    capacity_Ah.push_back(row.capacity_Ah);
    energy_Wh.push_back(row.energy_Wh);
    soc.push_back(stored.soc);
    for (auto& column : aux_) column.values.push_back(nan);
    for (std::size_t i = 0; i < row.aux.size(); ++i) {
        aux_[aux_layout.columns[i]].values.back() = row.aux[i].value;
    }
}

void RowBlock::clear() {
    for (const auto& column : integer_columns) (this->*column.values).clear();
    for (const auto& column : real_columns) (this->*column.values).clear();
    for (auto& column : aux_) column.values.clear();
    atime_s_.clear();
    atime_text_.clear();
}

std::string RowBlock::pack() const {
    const auto count = std::uint32_t(rows());
    PackWriter writer{count};
    for (const auto& column : integer_columns) {
        writer.add(column.id, count, encode_integers(this->*column.values));
    }
    writer.add(stream_column::atime, count,
               atime_text_.empty() ? encode_integers(atime_s_) : encode_texts(atime_text_));
    for (const auto& column : real_columns) {
        writer.add(column.id, count, encode_reals(this->*column.values));
    }
    for (const auto& column : aux_) writer.add(column.id, count, encode_reals(column.values));
    return writer.take();
}

Result<RowBlock> RowBlock::unpack(std::string_view bytes, std::span<const StreamAux> aux,
                                  RowParts parts) {
    const auto pack = PackReader::open(bytes);
    if (!pack) return fail(pack.error());
    if (pack->rows() == 0 || std::int64_t(pack->rows()) > rows_of_block) return fail(uneven());
    RowBlock block;
    if (auto done = block.read(*pack, aux, parts); !done) return fail(done.error());
    return block;
}

Result<void> RowBlock::read(const PackReader& pack, std::span<const StreamAux> aux,
                            RowParts parts) {
    const std::size_t count = pack.rows();
    for (const auto& column : integer_columns) {
        if (parts == RowParts::folded && !column.folded) continue;
        auto done = take(pack.integers(column.id), count, this->*column.values);
        if (!done) return done;
    }
    for (const auto& column : real_columns) {
        if (parts == RowParts::folded && !column.folded) continue;
        auto done = take(pack.reals(column.id), count, this->*column.values);
        if (!done) return done;
    }
    for (const auto& column : aux) {
        auto values = pack.reals(column.id);
        if (!values) return fail(values.error());
        // The block may be older than the column.
        if (!*values) *values = std::vector<double>(count, nan);
        if ((*values)->size() != count) return fail(uneven());
        aux_.push_back({column.id, std::move(**values)});
    }
    if (parts == RowParts::folded) return {};
    return pack.encoding(stream_column::atime) == Encoding::text
               ? take(pack.texts(stream_column::atime), count, atime_text_)
               : take(pack.integers(stream_column::atime), count, atime_s_);
}

void RowBlock::copy_row(std::size_t i, const std::string& its_steptype, const AuxLayout& aux_layout,
                        RecordedRow& out) const {
    out.seqid = seqid[i];
    out.stepid = int(stepid[i]);
    out.cycleid = int(cycleid[i]);
    out.steptype = its_steptype;
    out.testtime_ms = testtime_ms[i];
    out.voltage_V = voltage_V[i];
    out.current_A = current_A[i];
    out.capacity_Ah = capacity_Ah[i];
    if (!energy_Wh.empty()) {
        out.energy_Wh = energy_Wh[i];
        out.atime = atime(i);
    }
    out.aux.resize(aux_layout.names.size());
    for (std::size_t k = 0; k < out.aux.size(); ++k) {
        out.aux[k].name = aux_layout.names[k];
        out.aux[k].value = aux_[aux_layout.columns[k]].values[i];
    }
}

std::string RowBlock::atime(std::size_t i) const {
    return atime_text_.empty() ? wall_text_of(atime_s_[i]) : atime_text_[i];
}

}  // namespace layerscope
