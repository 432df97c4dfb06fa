#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/acquire/reading.h"
#include "core/store/run_file.h"

namespace layerscope {

/// What a new run file says of itself and of its streams; rows and test ids may be unknown yet.
struct NewRun {
    std::string name;
    std::string origin = "recorded";
    UtcTime created{};
    Station station;
    std::optional<std::string> predecessor_uuid;
    std::optional<double> accelerated;  // of a simulated cycler's clock, where known
    std::vector<RunStream> streams;
};

/// What was learnt of a stream after the file was made; absent stays as it is.
struct StreamUpdate {
    int layer = 0;
    std::optional<std::int64_t> test_id;
    std::optional<std::int64_t> offset_ms;
    std::optional<std::string> barcode;
};

/// The cycler's wall time beside ours, at the arrival of a newest row.
struct ClockSample {
    int layer = 0;
    std::string atime;
    UtcTime arrival{};
};

/// Rows with what was folded beside them. The state of charge is kept to a millionth: it is there
/// to be drawn, and is found again from the rows.
struct FoldedPage {
    RowPage page;
    std::vector<double> soc;  // of each row: charge since the start / theoretical capacity
};

/// What combines all layers at one moment, to a millionth; kept to be drawn.
struct CombinedRow {
    std::int64_t time_ms = 0;  // on the clock of the run; rises from row to row
    bool gap_before = false;   // there were moments without it directly before
    double sigma = 0;          // of the states of charge
    double current_share = 0;  // of layer 1; NaN while there is no current
};
using CombinedRows = std::vector<CombinedRow>;

/// What is added to a run while it is recorded. An event brings its id, or 0 for the next free one.
using RunEntry = std::variant<RowPage, FoldedPage, CombinedRows, FoldState, Snapshot, RunEvent,
                              StreamUpdate, ClockSample>;

/// Writes one run file, alone: a second writer is refused. Bound to its thread, may change threads.
class RunWriter {
  public:
    /// A new file, which must not exist.
    static Result<RunWriter> create(const std::filesystem::path& path, const NewRun& run);
    /// Goes on with a run that is not final.
    static Result<RunWriter> resume(const std::filesystem::path& path);
    RunWriter(RunWriter&&) noexcept;
    RunWriter& operator=(RunWriter&&) noexcept;
    ~RunWriter();

    const std::filesystem::path& path() const;
    const std::string& uuid() const;
    /// Rows of layer k at k - 1 that are committed.
    const std::vector<std::int64_t>& rows() const;
    /// The lowest id that no event has.
    std::int64_t next_event_id() const;

    /// All entries, on disk when it returns, or none of them. A row that is there already is an
    /// error.
    Result<void> commit(std::span<const RunEntry> entries);

    /// Folds the write-ahead log into the file.
    Result<void> checkpoint();

    enum class Ending { resumable, for_good };
    /// Adds the "closed" event; a final run becomes one plain file.
    Result<void> close(const std::string& reason, UtcTime at, Ending ending);

  private:
    struct Impl;
    explicit RunWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Adds an event to a run that nobody records: acknowledgements and notes come after the end too.
Result<void> append_event(const std::filesystem::path& path, const RunEvent& event);

/// A random (version 4) UUID.
std::string make_uuid();

}  // namespace layerscope
