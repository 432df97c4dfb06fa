#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/acquire/reading.h"
#include "core/base/result.h"
#include "core/cell/station.h"
#include "core/series/series.h"
#include "core/store/sql.h"

namespace layerscope {

/// What a run file says of itself. docs/run-file.md is the schema.
struct RunInfo {
    std::filesystem::path path;
    std::int64_t schema_version = 0;
    std::string uuid;
    std::string name;
    std::string origin;  // "recorded", "simulated", "imported"
    std::string program_version;
    UtcTime created{};
    Station station;  // parsed again from the two texts that the file holds verbatim
    std::optional<std::string> predecessor_uuid;
    std::optional<std::string> final_reason;  // none while the run may still be resumed
    std::optional<double> accelerated;        // of a simulated cycler's clock, where known
    bool copied = false;                      // written by copy_run, from another file
};

/// The rows of one layer: one channel, one test.
struct RunStream {
    int layer = 0;
    std::string device;
    ChannelAddress address;
    std::int64_t test_id = 0;
    std::int64_t first_seqid = 1;  // above 1 where a predecessor has the rows before
    std::int64_t offset_ms = 0;    // of the channel's own clock on that of the run
    bool offset_known = true;      // false until the first row of the layer told it
    std::int64_t rows = 0;
    std::optional<RecordedRow> last_row;
};

struct RunEvent {
    std::int64_t id = 0;
    UtcTime at{};
    std::string kind;  // "opened", "link", "state", "gap", "away", "below_0V", "acknowledged",
                       // "note", "closed" …
    int layer = 0;     // 0: none in particular
    std::optional<double> device_time_s;
    std::string text;    // one sentence
    std::string detail;  // JSON object
};

/// The state of all folds after some row of each layer, exactly, as the analysis wrote it: who goes
/// on with a run, or opens it, need not fold its rows again.
struct FoldState {
    std::int64_t version = 0;  // of the folds; another one's state is worth nothing
    std::string bytes;
};

/// A column of a stream: a number of `stream_column`, or the name of an auxiliary.
using SeriesColumn = std::variant<int, std::string>;

/// The stream of what combines all layers; its auxiliaries are `sigma` and `current_share`.
inline constexpr int combined_stream = 0;

/// Rows that cannot be read: the file is damaged there, and they are missing.
struct DamagedRows {
    int layer = 0;
    std::int64_t from_seqid = 0;
    std::int64_t to_seqid = 0;
    std::string sentence;
};

/// Which parts of its rows a reader wants; what it does not want stays empty or 0.
enum class RowParts {
    all,
    folded,  // without wall times and energy: enough for every fold, and faster
};

/// Reads a run file, finished or being recorded, and changes nothing in it. Bound to its thread.
class RunReader {
  public:
    /// Fails with one sentence on a missing, foreign, damaged or newer file.
    static Result<RunReader> open(const std::filesystem::path& path);
    RunReader(RunReader&&) noexcept;
    RunReader& operator=(RunReader&&) noexcept;
    ~RunReader();

    const RunInfo& info() const;
    /// How the file could be opened: as it is, or what is left of it.
    Database::Mode mode() const;
    /// One entry a layer that has a channel, in the order of layers; read anew at each call.
    Result<std::vector<RunStream>> streams();

    using RowVisitor = std::function<void(const RecordedRow& row, std::optional<UtcTime> arrival)>;
    /// Visits a layer's rows with seqid > `after_seqid` in seqid order; no more than `most_rows` of
    /// them, all where it is negative. A damaged block is passed over: its rows are missing, and
    /// `damage` says which.
    Result<void> read_rows(int layer, std::int64_t after_seqid, const RowVisitor& visit,
                           std::int64_t most_rows = -1, RowParts parts = RowParts::all);
    /// What reading has found damaged so far.
    const std::vector<DamagedRows>& damage() const;

    /// Columns of a layer, or of `combined_stream`, over time, for plots. A column that the stream
    /// does not have is NaN. It may outlive the reader. unsupported in a file of version 1, which
    /// has rows only.
    Result<Series> series(int stream, const std::vector<SeriesColumn>& columns);

    /// The latest state of the folds; nullopt where none was stored.
    Result<std::optional<FoldState>> fold_state();

    /// Events with id > `after_id`, in the order of their ids.
    Result<std::vector<RunEvent>> events(std::int64_t after_id = 0);

  private:
    struct Impl;
    static Result<RunReader> open(const std::filesystem::path& path, Database::Mode mode);
    explicit RunReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace layerscope
