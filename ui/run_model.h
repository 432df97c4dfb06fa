#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/acquire/live_message.h"
#include "core/analysis/run_folds.h"
#include "core/cell/station.h"
#include "ui/run_curves.h"

namespace layerscope {

/// A value with the moment it arrived; old values must be shown as old.
struct Dated {
    double value = 0;
    std::optional<UtcTime> arrival;  // none in an imported run
};

struct ShownAlarm {
    AlarmRaised raised;
    bool acknowledged = false;
};

struct ShownEvent {
    enum class Weight { plain, info, warning, critical };
    Weight weight = Weight::plain;
    std::optional<double> time_s;  // device time, on the clock of the run
    std::string text;
    std::int64_t alarm_id = 0;    // of an alarm
    std::string detail{};         // the whole sentence where `text` is its short form
    std::optional<UtcTime> at{};  // by the wall clock
};

/// One run as the window shows it: fed by messages while it is recorded or by a file, folded by the
/// same analysis either way. Bound to the thread of the window.
class RunModel {
  public:
    explicit RunModel(Station station);
    /// Goes on after what a file holds.
    RunModel(Station station, RunFolds folds, RunCurves curves);

    /// Takes one message in; rows that are there already are left out.
    void apply(const LiveMessage& message);
    /// Rows of one layer in seqid order; those that are there already are left out.
    void add_rows(int layer, std::span<const RecordedRow> rows, std::optional<UtcTime> arrival);
    /// The file expects this row of a layer first; before it comes.
    void set_first_seqid(int layer, std::int64_t first_seqid);
    /// When the newest row of a layer came, where a file had it.
    void set_row_arrival(int layer, UtcTime arrival);
    /// An event without `at` is dated by the latest message.
    void add_event(ShownEvent event);
    /// What holds for the recording rather than for the run: the links and its trouble.
    void carry_on(const RunModel& before);
    /// Adds an event for each layer of which drawing has met a damaged part since the last call;
    /// true where there is one.
    bool tell_damage();
    /// How a link is, without an event.
    void set_link(const LinkReport& report);
    /// No more rows will come: what the layers waited for each other is settled.
    void finish(std::string reason);

    const Station& station() const { return station_; }
    int layer_count() const { return int(layers_.size()); }
    bool has_reference(int layer) const { return reference_field(layer).has_value(); }
    /// The auxiliary that is the layer's reference potential, as the station names it.
    const std::optional<std::string>& reference_field(int layer) const {
        return station_.channels.at(std::size_t(layer) - 1).reference_field;
    }
    /// The layers with a reference electrode, in order.
    std::vector<int> referenced_layers() const;

    Curve current_density(int layer) const { return curves_.current_density(layer); }  // mA/cm²
    Curve potential(int layer) const { return curves_.potential(layer); }              // V
    Curve soc(int layer) const { return curves_.soc(layer); }
    Curve sigma() const { return curves_.sigma(); }
    Curve share_percent() const { return curves_.share_percent(); }
    const std::optional<LayerPoint>& newest(int layer) const { return folds_.newest(layer); }
    const std::optional<SpreadPoint>& newest_spread() const { return folds_.newest_spread(); }
    const std::optional<Snapshot>& snapshot(int layer) const { return at(layer).snapshot; }
    std::optional<double> newest_s() const;
    std::int64_t row_count() const { return row_count_; }
    std::int64_t missing_rows() const;

    double charge_mAh(int layer) const;
    double total_charge_mAh() const;
    double total_current_A() const;
    /// The mean rate of the lithiation in units of 1C; nullopt before it begins.
    std::optional<double> rate() const { return folds_.rate(); }
    /// Part of a layer in the present current; nullopt while there is none to speak of.
    std::optional<double> current_share(int layer) const;
    /// Rows came, but none carries the auxiliary that the station names as the reference.
    bool reference_missing(int layer) const;
    /// The newer of the recorded row and the live query.
    std::optional<Dated> potential_V(int layer) const;
    /// When the layer's channel last said anything.
    std::optional<UtcTime> last_heard(int layer) const;
    std::optional<UtcTime> last_heard() const;
    /// Age beyond which what a layer's channel said is old: three polls.
    double stale_after_s(int layer) const;
    /// Since when the combined values wait for rows: the layer whose last ones came first.
    std::optional<UtcTime> oldest_rows() const;
    /// Age beyond which combined values are old: three polls, or three times the rows' own pace.
    double rows_stale_after_s() const;
    /// Channels whose age at `now` is below that.
    int channels_alive(UtcTime now) const;

    /// The links that are lost now, each with the moment it was.
    std::vector<LinkReport> lost_links() const;

    const std::optional<ZeroCrossing>& crossing(int layer) const { return at(layer).crossing; }
    /// The potential is at or below 0 V, or was within the last ten minutes of the test: around 0 V
    /// noise must not make what says so come and go.
    bool stands_at_zero(int layer) const;
    /// The layer that went to 0 V first.
    std::optional<ZeroCrossing> first_crossing() const;
    const std::vector<ShownAlarm>& alarms() const { return alarms_; }
    std::vector<const ShownAlarm*> unacknowledged() const;
    const std::vector<ShownEvent>& events() const { return events_; }

    std::optional<RunOpened> opened;       // once it has a file
    std::optional<std::string> closed;     // the reason
    std::optional<ShownEvent> not_closed;  // what is there of a recording whose end is missing
    std::optional<std::string> trouble;    // with the recording, now
    std::optional<double> accelerated;     // of a simulated cycler's clock, where the file says so

  private:
    struct Layer {
        std::optional<UtcTime> row_arrival;
        bool damage_told = false;
        double page_interval_s = 0;
        std::optional<Snapshot> snapshot;
        std::string status;
        std::optional<ZeroCrossing> crossing;
    };
    const Layer& at(int layer) const { return layers_.at(std::size_t(layer) - 1); }
    Layer& at(int layer) { return layers_.at(std::size_t(layer) - 1); }
    void take_combined();

    void take(const RunOpened& message);
    void take(const LayerOffset& message);
    void take(const RowPage& message);
    void take(const Snapshot& message);
    void take(const ChannelReport& message);
    void take(const LinkReport& message);
    void take(const AlarmRaised& message);
    void take(const AlarmAcknowledged& message);
    void take(const LayerAway& message);
    void take(const GapFound& message);
    void take(const RecordingTrouble& message);
    void take(const Note& message);
    void take(const RunClosed& message);

    Station station_;
    RunFolds folds_;
    RunCurves curves_;
    std::vector<Layer> layers_;
    std::vector<ShownAlarm> alarms_;
    std::vector<ShownEvent> events_;
    std::vector<LinkReport> links_;  // the latest of each device, connected or lost
    std::optional<UtcTime> latest_;  // the moment that the latest message carried
    std::int64_t row_count_ = 0;
};

}  // namespace layerscope
