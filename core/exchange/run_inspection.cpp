#include "core/exchange/run_inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/acquire/step_clock.h"
#include "core/exchange/column_tally.h"
#include "core/model/simulated_truth.h"
#include "core/store/run_file.h"

namespace layerscope {
namespace {

/// One layer's rows, summed up.
class LayerTally {
  public:
    LayerTally(const RunStream& stream, bool simulated)
        : stream_{stream}, simulated_{simulated}, clock_{stream.offset_ms} {}

    void add(const RecordedRow& row) {
        time_s_.add(double(clock_.advance(row).total_ms) / 1000);
        voltage_V_.add(row.voltage_V);
        current_A_.add(row.current_A);
        capacity_Ah_.add(row.capacity_Ah);
        for (const auto& aux : row.aux) learn(aux.name);
        for (auto& [name, values] : aux_) values.add(value_of(name, row));
        ++rows_;
    }

    void describe(const StationChannel& channel, Inspection& out) const {
        out.rows += rows_;
        describe_channel("current", rows_, out);
        if (channel.reference_field) {
            const auto reference = find(*channel.reference_field);
            describe_channel("reference", reference == aux_.end() ? 0 : reference->second.valid(),
                             out);
        }
        const auto column = [&](const auto& tally, const std::string& name) {
            out.columns.push_back(tally.summary(fmt::format("layer{}_{}", stream_.layer, name)));
        };
        column(time_s_, "time_s");
        column(voltage_V_, "voltage_V");
        column(current_A_, "current_A");
        column(capacity_Ah_, "capacity_Ah");
        for (const auto& [name, values] : aux_) {
            column(values, name);
            out.columns.back().simulated_truth = simulated_ && is_simulated_truth(name);
        }
    }

  private:
    using Column = std::pair<std::string, ColumnTally<double>>;
    static constexpr double absent = std::numeric_limits<double>::quiet_NaN();

    std::vector<Column>::const_iterator find(const std::string& name) const {
        return std::find_if(aux_.begin(), aux_.end(),
                            [&](const Column& column) { return column.first == name; });
    }

    void learn(const std::string& name) {
        if (find(name) != aux_.end()) return;
        aux_.emplace_back(name, ColumnTally<double>{});
        if (rows_ > 0) aux_.back().second.add(absent);  // the rows before do not have it
    }

    static double value_of(const std::string& name, const RecordedRow& row) {
        const auto aux = std::find_if(row.aux.begin(), row.aux.end(),
                                      [&](const AuxValue& one) { return one.name == name; });
        return aux == row.aux.end() ? absent : aux->value;
    }

    void describe_channel(const std::string& quantity, std::int64_t rows, Inspection& out) const {
        out.channels.push_back(
            {stream_.layer, quantity, stream_.device, to_text(stream_.address), rows});
    }

    RunStream stream_;
    bool simulated_;
    StepClock clock_;
    std::int64_t rows_ = 0;
    ColumnTally<double> time_s_;
    ColumnTally<double> voltage_V_;
    ColumnTally<double> current_A_;
    ColumnTally<double> capacity_Ah_;
    std::vector<Column> aux_;  // in the order in which the rows bring them
};

Result<std::vector<std::string>> warnings_of(RunReader& reader) {
    std::vector<std::string> warnings;
    if (!reader.info().final_reason) {
        warnings.emplace_back("the run has not ended: more rows may follow");
    }
    const auto events = reader.events();
    if (!events) return fail(events.error());
    for (const auto& event : *events) {
        if (event.kind == "gap") warnings.push_back(event.text);
    }
    for (const auto& damaged : reader.damage()) warnings.push_back(damaged.sentence);
    return warnings;
}

}  // namespace

Result<Inspection> inspect_run(const std::filesystem::path& file) {
    auto reader = RunReader::open(file);
    if (!reader) return fail(reader.error());
    const auto streams = reader->streams();
    if (!streams) return fail(streams.error());
    const auto& channels = reader->info().station.channels;
    Inspection out;
    out.format = "lsrun";
    out.version = std::to_string(reader->info().schema_version);
    const bool simulated = reader->info().origin == "simulated";
    for (const auto& stream : *streams) {
        if (stream.layer < 1 || std::size_t(stream.layer) > channels.size()) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}: has rows of layer {}, but its station has {} layers; "
                                    "another program has changed the file, use an unchanged copy",
                                    file.string(), stream.layer, channels.size()));
        }
        LayerTally tally{stream, simulated};
        const auto read = reader->read_rows(
            stream.layer, 0,
            [&](const RecordedRow& row, const std::optional<UtcTime>&) { tally.add(row); });
        if (!read) return fail(read.error());
        tally.describe(channels[std::size_t(stream.layer) - 1], out);
    }
    auto warnings = warnings_of(*reader);
    if (!warnings) return fail(warnings.error());
    out.warnings = std::move(*warnings);
    return out;
}

}  // namespace layerscope
