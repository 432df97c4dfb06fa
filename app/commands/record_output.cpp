#include "app/commands/record_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>
#include <variant>

#include "core/store/run_file.h"

namespace layerscope {

using nlohmann::ordered_json;

RecordOutput::RecordOutput(const Station& station, Form form, Streams streams)
    : form_{form}, streams_{streams}, terminal_{isatty(fileno(streams.person)) == 1} {
    for (const auto& channel : station.channels) {
        if (channel.reference_field) reference_field_[channel.layer] = *channel.reference_field;
    }
}

void RecordOutput::take(const LiveMessage& message) {
    const std::lock_guard lock{mutex_};
    std::visit([this](const auto& each) { on(each); }, message);
}

std::optional<std::string> RecordOutput::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

void RecordOutput::conclude() {
    const std::lock_guard lock{mutex_};
    if (form_ == Form::json) return;
    if (!closed_) {
        result("nothing was recorded: no channel has told its test yet\n");
        return;
    }
    const auto& rows = closed_->rows;
    result(fmt::format("{}: {} rows of {} layers, {}\n", closed_->path.string(),
                       std::accumulate(rows.begin(), rows.end(), std::int64_t{0}), rows.size(),
                       closed_->reason));
}

void RecordOutput::line(const ordered_json& object) {
    if (form_ != Form::json) return;
    // What the cycler sent may be no UTF-8; a replaced letter is better than a lost line.
    result(object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n');
}

void RecordOutput::result(const std::string& text) {
    if (failure_) return;
    auto* const out = streams_.results;
    if (std::fwrite(text.data(), 1, text.size(), out) != text.size() || std::fflush(out) != 0) {
        failure_ = "nobody reads the output any more; the run can be resumed";
    }
}

/// To a person, who may read it in a log long after. Where even this cannot be written (a log on
/// the disk that is full) the recording goes on: the run file has the event as well.
void RecordOutput::tell(const std::string& sentence) {
    const auto text = fmt::format("layerscope record: {}\n", sentence);
    (void)std::fwrite(text.data(), 1, text.size(), streams_.person);
    (void)std::fflush(streams_.person);
}

void RecordOutput::progress(const std::string& text) {
    if (terminal_ && form_ == Form::text) tell(text);
}

/// Device times go on from the rows that the file holds.
void RecordOutput::restore_clocks(const RunOpened& opened) {
    clock_.clear();
    if (!opened.resumed) return;
    auto reader = RunReader::open(opened.path);
    const auto streams = reader ? reader->streams() : fail(reader.error());
    if (!streams) {
        failure_ = streams.error().sentence;
        return;
    }
    for (const auto& stream : *streams) {
        auto& clock =
            clock_.insert_or_assign(stream.layer, StepClock{stream.offset_ms}).first->second;
        const auto read = reader->read_rows(
            stream.layer, 0,
            [&](const RecordedRow& row, const std::optional<UtcTime>&) { clock.advance(row); });
        if (!read) failure_ = read.error().sentence;
    }
}

void RecordOutput::on(const RunOpened& opened) {
    open_ = true;
    restore_clocks(opened);
    progress(fmt::format("{} {}", opened.resumed ? "goes on with" : "records into",
                         opened.path.string()));
}

void RecordOutput::on(const LayerOffset& offset) {
    clock_.insert_or_assign(offset.layer, StepClock{offset.offset_ms});
}

void RecordOutput::on(const RowPage& page) {
    const auto field = reference_field_.find(page.layer);
    for (const auto& row : page.rows) {
        const auto time = clock_[page.layer].advance(row);
        ordered_json sample{{"event", "sample"},
                            {"device_time_s", double(time.total_ms) / 1000},
                            {"arrival_utc", to_iso8601(page.arrival)},
                            {"layer", page.layer},
                            {"seqid", row.seqid},
                            {"voltage_V", row.voltage_V},
                            {"current_A", row.current_A}};
        if (field != reference_field_.end()) {
            const auto value =
                std::find_if(row.aux.begin(), row.aux.end(),
                             [&](const AuxValue& aux) { return aux.name == field->second; });
            if (value != row.aux.end()) sample["reference_V"] = value->value;
        }
        line(sample);
    }
}

void RecordOutput::on(const ChannelReport& report) {
    auto& told = state_[report.layer];
    if (told == std::pair{report.status, report.test_id}) return;
    told = {report.status, report.test_id};
    line({{"event", "state"},
          {"layer", report.layer},
          {"status", report.status},
          {"test_id", report.test_id}});
    progress(fmt::format("layer {}: {}, test {}, {} rows", report.layer, report.status,
                         report.test_id, report.count));
}

void RecordOutput::on(const AlarmRaised& alarm) {
    line({{"event", "alarm"},
          {"kind", alarm.kind},
          {"layer", alarm.layer},
          {"device_time_s", alarm.device_time_s},
          {"potential_V", alarm.potential_V},
          {"charge_mAh", alarm.charge_mAh}});
    tell(fmt::format("alarm: layer {} at {:.4f} V against its reference", alarm.layer,
                     alarm.potential_V));
}

/// What was said of a layer before it came back may be said of it again.
void RecordOutput::on(const LayerAway& away) {
    if (!away.to_time_s) return;
    std::erase_if(noted_, [&](const auto& told) { return told.first == away.layer; });
}

void RecordOutput::on(const GapFound& gap) {
    line({{"event", "gap"},
          {"layer", gap.layer},
          {"from_seqid", gap.from_seqid},
          {"to_seqid", gap.to_seqid},
          {"reason", gap.reason}});
    tell(fmt::format("layer {}: rows {} to {} are missing; {}", gap.layer, gap.from_seqid,
                     gap.to_seqid, gap.reason));
}

/// Before the first run it is the end, and told there.
void RecordOutput::on(const RecordingTrouble& trouble) {
    if (open_) {
        tell(trouble.sentence.empty() ? "stores again" : trouble.sentence);
    } else if (!trouble.sentence.empty()) {
        failure_ = trouble.sentence;
    }
}

void RecordOutput::on(const LinkReport& link) {
    if (link.state == LinkReport::State::lost) {
        const auto before = std::exchange(lost_[link.device], link.sentence);
        if (before != link.sentence) tell(link.sentence);
    } else if (link.state == LinkReport::State::connected) {
        const bool back = lost_.erase(link.device) != 0;
        if (back) {
            tell(fmt::format("{}: the link is back, {}", link.device, link.sentence));
        } else {
            progress(fmt::format("{}: {}", link.device, link.sentence));
        }
    }
}

void RecordOutput::on(const Note& note) {
    if (noted_.emplace(note.layer, note.sentence).second) tell(note.sentence);
}

void RecordOutput::on(const RunClosed& closed) {
    line({{"event", "closed"},
          {"reason", closed.reason},
          {"path", closed.path.string()},
          {"rows", closed.rows}});
    if (closed.reason == "superseded") {
        tell(fmt::format("{}: superseded, the channels run other tests now; a new run follows",
                         closed.path.string()));
    }
    closed_ = closed;
}

}  // namespace layerscope
