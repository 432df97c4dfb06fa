#include "core/store/tail_rows.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "core/base/number.h"
#include "core/store/row_block.h"
#include "core/store/run_schema.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The values alone, as a JSON list that gives every bit back; null for NaN.
std::string values_text(const std::vector<AuxValue>& aux) {
    std::string out = "[";
    for (const auto& value : aux) {
        if (out.size() > 1) out += ',';
        if (std::isnan(value.value)) {
            out += "null";
        } else if (std::isinf(value.value)) {
            out += value.value > 0 ? "9e999" : "-9e999";
        } else {
            fmt::format_to(std::back_inserter(out), "{}", value.value);
        }
    }
    return out + "]";
}

double value_of(std::string_view text) {
    if (text == "9e999") return std::numeric_limits<double>::infinity();
    if (text == "-9e999") return -std::numeric_limits<double>::infinity();
    return parse_number(text).value_or(nan);
}

/// Gives the values to `aux`, which has their names; false unless there are as many.
bool take_values(std::string_view text, std::vector<AuxValue>& aux) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < aux.size(); ++i) {
        const auto comma = text.find(',');
        if ((comma == std::string_view::npos) != (i + 1 == aux.size())) return false;
        aux[i].value = value_of(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return text.empty();
}

/// CRC-32 of all that a line holds, as docs/run-file.md puts it in order.
std::int64_t checksum(const StoredRow& stored, std::int64_t layout_word, std::string_view aux) {
    const auto& row = stored.row;
    const std::int64_t arrival_us = arrival_number(stored.arrival);
    const std::int64_t integers[] = {row.seqid,  row.stepid,  row.cycleid,    row.testtime_ms,
                                     arrival_us, layout_word, stored.time_ms, stored.gap ? 1 : 0};
    double reals[] = {row.voltage_V, row.current_A, row.capacity_Ah, row.energy_Wh, stored.soc};
    for (double& real : reals) {
        if (std::isnan(real)) real = nan;  // whichever it was: the file keeps none of its bits
    }
    uLong crc = crc32(0, nullptr, 0);
    const auto add = [&](const void* bytes, std::size_t size) {
        crc = crc32(crc, static_cast<const Bytef*>(bytes), uInt(size));
    };
    add(integers, sizeof integers);
    add(reals, sizeof reals);
    for (const std::string_view text :
         {std::string_view{row.steptype}, std::string_view{row.atime}, aux})
        add(text.data(), text.size());
    return std::int64_t(crc);
}

/// SQLite has no NaN: it is kept as NULL.
double real_of(const Statement& line, int column) {
    return line.is_null(column) ? nan : line.real(column);
}

bool take_line(const Statement& line, StreamDictionary& dictionary, const Words& words,
               StoredRow& out) {
    auto& row = out.row;
    row.seqid = line.integer(0);
    row.stepid = int(line.integer(1));
    row.cycleid = int(line.integer(2));
    row.steptype = line.text(3);
    row.testtime_ms = line.integer(4);
    row.atime = line.text(5);
    row.voltage_V = real_of(line, 6);
    row.current_A = real_of(line, 7);
    row.capacity_Ah = real_of(line, 8);
    row.energy_Wh = real_of(line, 9);
    if (!line.is_null(10)) out.arrival = from_us(line.integer(10));
    out.time_ms = line.integer(13);
    out.gap = line.integer(14) != 0;
    out.soc = real_of(line, 15);
    const auto* layout = dictionary.layout(line.integer(11), words);
    if (layout == nullptr) return false;
    for (const auto& name : layout->names) row.aux.push_back({name, nan});
    const auto aux = line.text(12);
    return take_values(aux, row.aux) && line.integer(16) == checksum(out, layout->word, aux);
}

}  // namespace

Result<TailWriter> TailWriter::open(Database& database) {
    auto insert = database.prepare(
        "INSERT INTO tail VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
        "?16, ?17, ?18)");
    if (!insert) return fail(insert.error());
    auto clear = database.prepare("DELETE FROM tail WHERE id >= ?1 AND id < ?2");
    if (!clear) return fail(clear.error());
    return TailWriter{std::move(*insert), std::move(*clear)};
}

Result<void> TailWriter::insert(int stream, std::int64_t ordinal, const StoredRow& stored,
                                std::int64_t layout_word) {
    const auto& row = stored.row;
    std::optional<std::int64_t> arrival_us;
    if (stored.arrival) arrival_us = to_us(*stored.arrival);
    const auto aux = values_text(row.aux);
    return insert_
        .bind(stream_base(stream) + ordinal, row.seqid, row.stepid, row.cycleid, row.steptype,
              row.testtime_ms, row.atime, row.voltage_V, row.current_A, row.capacity_Ah,
              row.energy_Wh, arrival_us, layout_word, aux, stored.time_ms, stored.gap ? 1 : 0,
              stored.soc, checksum(stored, layout_word, aux))
        .run();
}

Result<void> TailWriter::clear(int stream) {
    return clear_.bind(stream_base(stream), stream_base(stream + 1)).run();
}

Result<void> read_tail(Database& database, int stream, std::int64_t after_seqid,
                       StreamDictionary& dictionary, const Words& words,
                       const std::function<bool(StoredRow&&)>& visit) {
    auto lines = database.prepare(
        "SELECT seqid, stepid, cycleid, steptype, testtime_ms, atime, voltage_V, current_A, "
        "capacity_Ah, energy_Wh, arrival_us, layout, aux, time_ms, gap, soc, crc FROM tail "
        "WHERE id >= ?1 AND id < ?2 AND seqid > ?3 ORDER BY id");
    if (!lines) return fail(lines.error());
    lines->bind(stream_base(stream), stream_base(stream + 1), after_seqid);
    for (;;) {
        const auto there = lines->step();
        if (!there) return fail(there.error());
        if (!*there) return {};
        StoredRow stored;
        if (!take_line(*lines, dictionary, words, stored)) {
            return fail(ErrorKind::malformed,
                        fmt::format("row {} of layer {} is damaged; use another copy of the run",
                                    stored.row.seqid, stream));
        }
        if (!visit(std::move(stored))) return {};
    }
}

}  // namespace layerscope
