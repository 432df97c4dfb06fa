#include "core/exchange/neware_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace layerscope {
namespace {

constexpr std::int64_t century_ms = 100LL * 365 * 24 * 3600 * 1000;
constexpr std::string_view remedy = "export the test again";

tl::unexpected<Error> contradiction(const std::string& what) {
    return fail(ErrorKind::malformed, fmt::format("{}; {}", what, remedy));
}

/// Ascending, the first of each record: a test's first and last records are often written twice,
/// and the later copy's times are those of the moment of writing.
void sort_stored(std::vector<StoredRow>& rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.record < b.record; });
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const auto& a, const auto& b) { return a.record == b.record; }),
               rows.end());
}

Result<void> check_stored(const std::vector<StoredRow>& rows, std::int64_t last_record) {
    for (const auto& row : rows) {
        if (row.record < 1 || row.record > last_record) {
            return contradiction(
                fmt::format("data_runInfo.ndc speaks of record {}, but data.ndc ends at {}",
                            row.record, last_record));
        }
        if (row.interval_ms < 0) {
            return contradiction(
                fmt::format("data_runInfo.ndc: record {} has the interval {} ms, which no test has",
                            row.record, row.interval_ms));
        }
    }
    return {};
}

Result<void> check_steps(const std::vector<StepExecution>& steps, std::int64_t last_record) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    std::int64_t before = 1;
    for (const auto& step : steps) {
        if (step.first_record < before || step.first_record > last_record) {
            return contradiction(
                fmt::format("data_step.ndc: step {} begins at record {}, outside of {} to {}",
                            step.execution, step.first_record, before, last_record));
        }
        if (step.cycle > most || step.program_step > most) {
            return contradiction(
                fmt::format("data_step.ndc: step {} is in cycle {} at step {} of the program, "
                            "which no test has",
                            step.execution, step.cycle, step.program_step));
        }
        before = step.first_record;
    }
    return {};
}

/// Adds to the accumulator that `amount`'s sign chooses; what is not a number makes both unknown.
void share_out(double amount, double& charge, double& discharge) {
    if (!(amount <= 0)) charge += amount;
    if (!(amount >= 0)) discharge -= amount;
}

/// Walks the records in order and keeps what the current one inherits from those before it.
class Timeline {
  public:
    explicit Timeline(const NewareRecords& records) : records_{records} {}

    Result<void> advance(const Measurement& measurement) {
        if (auto stepped = enter_step(measurement.record); !stepped) return stepped;
        if (take_stored(measurement.record)) return {};
        const StepExecution& step = *step_;
        if (stored_ == nullptr || stored_->record < step.first_record) {
            return contradiction(fmt::format(
                "data_runInfo.ndc has no row of step {} up to record {}, so that its time is not "
                "known",
                step.execution, measurement.record));
        }
        if (stored_->interval_ms == 0) ++undated_;
        extrapolate(measurement);
        return {};
    }

    const StepExecution& step() const { return *step_; }
    const StoredRow& now() const { return now_; }
    std::int64_t total_time_ms() const { return earlier_steps_ms_ + now_.step_time_ms; }
    /// Records that follow a stored row without an interval.
    std::int64_t undated() const { return undated_; }

  private:
    Result<void> enter_step(std::int64_t record) {
        const StepExecution* const before = step_;
        while (next_step_ < records_.steps.size() &&
               records_.steps[next_step_].first_record <= record) {
            step_ = &records_.steps[next_step_++];
        }
        if (step_ == nullptr) {
            return contradiction(fmt::format(
                "data_step.ndc has no step for record {}, the first of data.ndc", record));
        }
        if (before == nullptr || step_ == before) return {};
        earlier_steps_ms_ += now_.step_time_ms;
        if (earlier_steps_ms_ <= century_ms) return {};
        return contradiction(fmt::format(
            "data_runInfo.ndc: the steps before record {} add up to more than 100 years", record));
    }

    /// Whether the record itself is stored.
    bool take_stored(std::int64_t record) {
        bool fresh = false;
        while (next_stored_ < records_.stored.size() &&
               records_.stored[next_stored_].record <= record) {
            stored_ = &records_.stored[next_stored_++];
            fresh = true;
        }
        if (fresh) now_ = *stored_;
        return fresh && stored_->record == record;
    }

    void extrapolate(const Measurement& measurement) {
        now_.step_time_ms += stored_->interval_ms;
        now_.unix_time_ms += stored_->interval_ms;
        const double hours = static_cast<double>(stored_->interval_ms) / 3.6e6;
        const double charge_Ah = measurement.current_A * hours;
        const double energy_Wh = measurement.voltage_V * charge_Ah;
        share_out(charge_Ah, now_.sums.charge_Ah, now_.sums.discharge_Ah);
        share_out(energy_Wh, now_.sums.charge_Wh, now_.sums.discharge_Wh);
    }

    const NewareRecords& records_;
    std::size_t next_step_ = 0;
    std::size_t next_stored_ = 0;
    const StepExecution* step_ = nullptr;
    const StoredRow* stored_ = nullptr;  // the last one
    StoredRow now_;                      // it, continued to the current record
    std::int64_t earlier_steps_ms_ = 0;
    std::int64_t undated_ = 0;
};

void append(const Measurement& measurement, const Timeline& timeline, CyclerTable& table) {
    const auto& now = timeline.now();
    table.record.push_back(measurement.record);
    table.step_time_ms.push_back(now.step_time_ms);
    table.total_time_ms.push_back(timeline.total_time_ms());
    table.unix_time_ms.push_back(now.unix_time_ms);
    table.cycle.push_back(static_cast<int>(timeline.step().cycle));
    table.step_index.push_back(static_cast<int>(timeline.step().program_step));
    table.step_count.push_back(static_cast<int>(timeline.step().execution));
    table.step_type.push_back(timeline.step().type);
    table.voltage_V.push_back(measurement.voltage_V);
    table.current_A.push_back(measurement.current_A);
    table.charge_capacity_Ah.push_back(now.sums.charge_Ah);
    table.discharge_capacity_Ah.push_back(now.sums.discharge_Ah);
    table.charge_energy_Wh.push_back(now.sums.charge_Wh);
    table.discharge_energy_Wh.push_back(now.sums.discharge_Wh);
}

}  // namespace

Result<void> fill_timeline(NewareRecords records, CyclerTable& table) {
    const auto last_record = records.measurements.empty() ? 0 : records.measurements.back().record;
    if (auto sound = check_stored(records.stored, last_record); !sound) return sound;
    if (auto sound = check_steps(records.steps, last_record); !sound) return sound;
    sort_stored(records.stored);
    Timeline timeline{records};
    for (const auto& measurement : records.measurements) {
        if (auto moved = timeline.advance(measurement); !moved) return moved;
        append(measurement, timeline, table);
    }
    if (timeline.undated() > 0) {
        table.warnings.push_back(
            fmt::format("{} records follow a stored one without an interval: they carry its time",
                        timeline.undated()));
    }
    return {};
}

}  // namespace layerscope
