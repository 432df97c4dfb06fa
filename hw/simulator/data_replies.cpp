#include <algorithm>
#include <string>

#include "core/base/number.h"
#include "hw/simulator/replies.h"
#include "hw/simulator/reply_document.h"

namespace layerscope {
namespace {

constexpr std::int64_t most_rows_a_page = 1000;
constexpr std::int64_t log_started = 100000;
constexpr std::int64_t log_ended = 100001;

std::int64_t number(pugi::xml_node element, const char* name, std::int64_t otherwise) {
    return parse_integer(element.attribute(name).value()).value_or(otherwise);
}

/// A channel's run as asked for, and the rows that it has; no rows where either is unknown.
struct Recorded {
    const SimulatedChannel* channel = nullptr;
    const SimulatedRun* run = nullptr;
    std::span<const TimedRow> rows;
};

Recorded find_recorded(const SimulatedRig& rig, pugi::xml_node asked, UtcTime now) {
    Recorded found;
    found.channel = find_channel(rig, asked);
    if (found.channel == nullptr) return found;
    found.run = found.channel->find_run(number(asked, "testid", 0));
    if (found.run != nullptr) found.rows = found.channel->rows(*found.run, now);
    return found;
}

/// The element of the request again: address and the true test id.
pugi::xml_node put_echo(const Recorded& recorded, pugi::xml_node asked, pugi::xml_node reply) {
    pugi::xml_node echo = reply.append_child(asked.name());
    put_address(asked, echo);
    put(echo, "testid",
        recorded.run == nullptr ? number(asked, "testid", 0) : recorded.run->test_id);
    if (recorded.channel == nullptr) echo.text().set("false");
    return echo;
}

/// Values at the end of a row, under the names of the row or of a step.
void put_counters(const RecordedRow& row, pugi::xml_node out) {
    put(out, "cap", recorded_decimal(row.capacity_Ah));
    put(out, "eng", recorded_decimal(row.energy_Wh));
}

void put_row(const Recorded& of, std::size_t index, pugi::xml_node list) {
    const auto& [total_time_s, row] = of.rows[index];
    pugi::xml_node out = list.append_child("data");
    put(out, "seqid", row.seqid);
    put(out, "stepid", row.stepid);
    put(out, "cycleid", row.cycleid);
    put(out, "steptype", row.steptype);
    put(out, "testtime", row.testtime_ms);
    put(out, "atime", wall_text(of.run->began, total_time_s));
    put(out, "volt", recorded_decimal(row.voltage_V));
    put(out, "curr", recorded_decimal(row.current_A));
    put_counters(row, out);
    for (const AuxValue& aux : row.aux) put(out, aux.name.c_str(), recorded_decimal(aux.value));
}

bool continues(const RecordedRow& before, const RecordedRow& row) {
    return row.stepid == before.stepid && row.cycleid == before.cycleid &&
           row.testtime_ms >= before.testtime_ms;
}

/// Rows of one execution of a step, by index.
struct StepRange {
    std::size_t first;
    std::size_t last;
};

void put_step(const Recorded& of, StepRange range, std::int64_t index, pugi::xml_node list) {
    const RecordedRow& start = of.rows[range.first].recorded;
    const auto& [end_time_s, end] = of.rows[range.last];
    pugi::xml_node out = list.append_child("data");
    put(out, "startseqid", start.seqid);
    put(out, "endseqid", end.seqid);
    put(out, "stepindex", index);
    put(out, "stepid", end.stepid);
    put(out, "cycleid", end.cycleid);
    put(out, "steptype", end.steptype);
    put(out, "steptime", end.testtime_ms);
    put(out, "endatime", wall_text(of.run->began, end_time_s));
    put(out, "startvolt", recorded_decimal(start.voltage_V));
    put(out, "endvolt", recorded_decimal(end.voltage_V));
    put(out, "startcurr", recorded_decimal(start.current_A));
    put(out, "endcurr", recorded_decimal(end.current_A));
    put_counters(end, out);
    put(out, "dcir", 0);
}

void put_log_entry(std::int64_t seqid, std::int64_t code, const std::string& atime,
                   pugi::xml_node list) {
    pugi::xml_node out = list.append_child("data");
    put(out, "seqid", seqid);
    put(out, "log_code", code);
    put(out, "atime", atime);
}

}  // namespace

void reply_inquiredf(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                     pugi::xml_node reply) {
    pugi::xml_node list = reply.append_child("list");
    for (const pugi::xml_node asked : listed(request, "chl")) {
        const Recorded recorded = find_recorded(rig, asked, now);
        pugi::xml_node out = put_echo(recorded, asked, list);
        put(out, "count", std::int64_t(recorded.rows.size()));
        const bool all = recorded.run != nullptr && recorded.channel->complete(*recorded.run, now);
        const bool nothing_ever = recorded.channel != nullptr && !recorded.channel->latest_run();
        out.text().set(all || nothing_ever);
    }
    put_count(list);
}

void reply_download(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                    pugi::xml_node reply) {
    const pugi::xml_node asked = request.child("download");
    const Recorded recorded = find_recorded(rig, asked, now);
    pugi::xml_node echo = put_echo(recorded, asked, reply);
    put(echo, "startpos", asked.attribute("startpos").as_string("1"));
    put(echo, "count", asked.attribute("count").as_string("1000"));
    put(echo, "auxid", asked.attribute("auxid").as_string("0"));
    pugi::xml_node list = reply.append_child("list");
    const auto there = std::int64_t(recorded.rows.size());
    const std::int64_t first = std::max<std::int64_t>(number(asked, "startpos", 1), 1) - 1;
    const std::int64_t wanted =
        std::clamp<std::int64_t>(number(asked, "count", most_rows_a_page), 0, most_rows_a_page);
    const std::int64_t end = std::min(there, std::min(first, there) + wanted);
    for (std::int64_t i = first; i < end; ++i) put_row(recorded, std::size_t(i), list);
    put_count(list);
}

void reply_download_step_layer(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                               pugi::xml_node reply) {
    const pugi::xml_node asked = request.child("downloadStepLayer");
    const Recorded recorded = find_recorded(rig, asked, now);
    put_echo(recorded, asked, reply);
    pugi::xml_node list = reply.append_child("list");
    const auto rows = recorded.rows;
    std::int64_t index = 0;
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t last = first;
        while (last + 1 < rows.size() && continues(rows[last].recorded, rows[last + 1].recorded))
            ++last;
        put_step(recorded, {first, last}, ++index, list);
        first = last + 1;
    }
    put_count(list);
}

void reply_downloadlog(const SimulatedRig& rig, pugi::xml_node request, UtcTime now,
                       pugi::xml_node reply) {
    const pugi::xml_node asked = request.child("download");
    const Recorded recorded = find_recorded(rig, asked, now);
    pugi::xml_node echo = put_echo(recorded, asked, reply);
    put(echo, "log_lever", asked.attribute("log_lever").as_string("0"));
    pugi::xml_node list = reply.append_child("list");
    if (!recorded.rows.empty()) {
        const auto at = [&](const TimedRow& row) {
            return wall_text(recorded.run->began, row.total_time_s);
        };
        put_log_entry(1, log_started, at(recorded.rows.front()), list);
        if (recorded.channel->complete(*recorded.run, now)) {
            put_log_entry(2, log_ended, at(recorded.rows.back()), list);
        }
    }
    put_count(list);
}

}  // namespace layerscope
