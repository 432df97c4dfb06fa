#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>

#include "core/store/run_check.h"
#include "core/store/sql.h"
#include "tests/core/store/run_fixture.h"

/// A recording whose every commit is known, and means to break off the process that makes it.
namespace layerscope {

/// A process of its own, which can be killed. It tells numbers, and is reaped with this object.
class Child {
  public:
    /// Runs `work` in a copy of this process, without the end of this one: what `work` returns is
    /// the exit status, and nothing that it left open is closed in an orderly way.
    explicit Child(const std::function<int(int tell)>& work) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
        pid_ = fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            _exit(work(ends[1]));
        }
        ::close(ends[1]);
        hear_ = ends[0];
    }
    ~Child() {
        if (pid_ > 0) kill();
        ::close(hear_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next number that it told; nullopt once it is gone and all was heard.
    std::optional<std::int64_t> hear() const {
        std::int64_t told = 0;
        if (read(hear_, &told, sizeof told) != sizeof told) return std::nullopt;
        return told;
    }
    /// As the kernel's: it gets no chance to do anything more. The status of its end.
    int kill() {
        ::kill(pid_, SIGKILL);
        return wait();
    }
    int wait() {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }

  private:
    pid_t pid_ = -1;
    int hear_ = -1;
};

inline bool tell_number(int to, std::int64_t number) {
    return write(to, &number, sizeof number) == sizeof number;
}

/// Writes a new run in a process that ends as a killed one does: the files stay as they are at the
/// end of `work`, the write-ahead log beside the other.
inline void leave_unclosed(const std::filesystem::path& file,
                           const std::function<bool(RunWriter&)>& work) {
    Child child{[&](int) {
        auto writer = RunWriter::create(file, new_run());
        if (!writer) _exit(1);
        _exit(work(*writer) ? 0 : 2);  // before the writer can close its file
        return 0;
    }};
    const int status = child.wait();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

inline void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream{file, std::ios::binary}.write(bytes.data(), std::streamsize(bytes.size()));
}

// --- the recording -------------------------------------------------------------------------------

inline constexpr int script_layers = 4;

/// How many rows each layer has after `commits` commits. The first one brings nearly a block, so
/// that blocks are sealed soon, in another commit for each layer.
inline std::vector<std::int64_t> script_rows_after(std::int64_t commits) {
    constexpr std::array<std::int64_t, 8> pattern = {1, 0, 3, 64, 2, 17, 200, 5};
    std::vector<std::int64_t> rows(script_layers, 0);
    for (std::int64_t commit = 0; commit < commits; ++commit) {
        for (int layer = 1; layer <= script_layers; ++layer) {
            rows[std::size_t(layer) - 1] +=
                commit == 0 ? 3800 + 70 * layer : pattern[std::size_t(commit + 2 * layer) % 8];
        }
    }
    return rows;
}

/// The auxiliaries of a row; their names change from step to step, as on a cycler on which somebody
/// plugs in a sensor.
inline std::vector<AuxValue> script_aux(int layer, int step, std::int64_t seqid) {
    const double potential_V = 0.2 - 1e-4 * double(seqid % 1900);
    if (layer == 2) return {};
    if (layer == 4) return {{"T1", 25 + 1e-3 * double(seqid % 7)}, {"t1", -0.0}};
    if (step % 3 == 0) return {{"T1", 24.999999999999996}, {"V1", potential_V}};
    return {{"V1", potential_V}};
}

/// Row `seqid` of a layer: a second a row, 700 rows a step.
inline RecordedRow make_script_row(int layer, std::int64_t seqid) {
    constexpr std::int64_t rows_of_step = 700;
    RecordedRow made = row(seqid);
    made.stepid = int(1 + (seqid - 1) / rows_of_step);
    made.steptype = made.stepid % 2 == 1 ? "cc" : "rest";
    made.testtime_ms = 1000 * (1 + (seqid - 1) % rows_of_step);
    made.voltage_V = 3.6 + 1e-4 * double((seqid * 7919 + layer * 104'729) % 2003);
    made.current_A = made.steptype == "rest" ? -0.0 : -1e-6 * double(30'000 + layer + seqid % 11);
    made.aux = script_aux(layer, made.stepid, seqid);
    return made;
}

/// The same, made once.
inline const RecordedRow& script_row(int layer, std::int64_t seqid) {
    static std::map<int, std::vector<RecordedRow>> made;
    auto& rows = made[layer];
    while (std::int64_t(rows.size()) < seqid) {
        rows.push_back(make_script_row(layer, std::int64_t(rows.size()) + 1));
    }
    return rows[std::size_t(seqid) - 1];
}

inline FoldState script_fold_state(std::int64_t commit) {
    return {1, std::string(std::size_t(900 + commit % 300), char(commit % 251))};
}

inline FoldedPage script_page(int layer, std::int64_t first, std::int64_t last) {
    FoldedPage made{
        {layer, 7, UtcTime{std::chrono::microseconds{1'795'370'000'000'000 + last}}, {}}, {}};
    for (auto seqid = first; seqid <= last; ++seqid) {
        made.page.rows.push_back(script_row(layer, seqid));
        made.soc.push_back(1e-6 * double(seqid));
    }
    return made;
}

/// Everything of commit `commit`, counted from 0: rows of each layer, combined rows, a snapshot, an
/// event with the id commit + 1, and now and then the state of the folds.
inline std::vector<RunEntry> script_commit(std::int64_t commit) {
    const auto before = script_rows_after(commit);
    const auto after = script_rows_after(commit + 1);
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= script_layers; ++layer) {
        const auto i = std::size_t(layer) - 1;
        if (after[i] == before[i]) continue;
        auto page = script_page(layer, before[i] + 1, after[i]);
        if (layer == 4) {
            entries.emplace_back(std::move(page.page));  // as imported: nothing was folded
        } else {
            entries.emplace_back(std::move(page));
        }
    }
    CombinedRows combined;
    for (auto second = before[0] + 1; second <= after[0]; ++second) {
        combined.push_back({second * 1000, second % 1000 == 0, 1e-6 * double(second % 977),
                            second % 5 == 0 ? std::nan("") : 0.25});
    }
    if (!combined.empty()) entries.emplace_back(std::move(combined));
    if (commit % 7 == 0) entries.emplace_back(script_fold_state(commit));
    entries.emplace_back(Snapshot{1,
                                  7,
                                  UtcTime{},
                                  "working",
                                  "cc",
                                  1,
                                  std::nullopt,
                                  3.7,
                                  -0.0,
                                  0,
                                  0,
                                  double(commit),
                                  10,
                                  "",
                                  {{"V1", 0.1}}});
    entries.emplace_back(RunEvent{commit + 1, UtcTime{}, "note", 0, std::nullopt,
                                  "commit " + std::to_string(commit), "{}"});
    return entries;
}

/// Commits `from` to `to` - 1; `done` after each that returned. False on the first failure.
inline bool play_script(RunWriter& writer, std::int64_t from, std::int64_t to,
                        const std::function<bool(std::int64_t commit)>& done = {}) {
    for (auto commit = from; commit < to; ++commit) {
        if (!writer.commit(script_commit(commit))) return false;
        if (done && !done(commit)) return false;
    }
    return true;
}

// --- what became of it ---------------------------------------------------------------------------

/// Equal to the last bit, which -0.0 and 0.0 are not.
inline bool same_bits(double one, double other) {
    return std::bit_cast<std::uint64_t>(one) == std::bit_cast<std::uint64_t>(other);
}
inline bool same_bits(const RecordedRow& one, const RecordedRow& other) {
    if (one.aux.size() != other.aux.size()) return false;
    for (std::size_t i = 0; i < one.aux.size(); ++i) {
        if (!same_bits(one.aux[i].value, other.aux[i].value)) return false;
    }
    return one == other && same_bits(one.voltage_V, other.voltage_V) &&
           same_bits(one.current_A, other.current_A) &&
           same_bits(one.capacity_Ah, other.capacity_Ah) &&
           same_bits(one.energy_Wh, other.energy_Wh);
}

/// What is wrong with a layer's rows, which ought to be 1 to `last`; "" where nothing is.
inline std::string fault_of_rows(RunReader& reader, int layer, std::int64_t last) {
    std::int64_t expected = 0;
    std::string fault;
    const auto read =
        reader.read_rows(layer, 0, [&](const RecordedRow& one, std::optional<UtcTime> arrival) {
            ++expected;
            if (!fault.empty()) return;
            if (one.seqid != expected) fault = "row " + std::to_string(one.seqid) + " for ";
            if (!same_bits(one, script_row(layer, expected))) fault += "other values in ";
            if (!arrival) fault += "no arrival in ";
            if (!fault.empty()) fault += "row " + std::to_string(expected);
        });
    if (!read) return read.error().sentence;
    if (fault.empty() && expected != last) fault = std::to_string(expected) + " rows";
    return fault.empty() ? "" : "layer " + std::to_string(layer) + ": " + fault;
}

/// How many commits of the script are in the file, told by its newest event.
inline std::int64_t commits_in(RunReader& reader) {
    const auto events = reader.events();
    std::int64_t commits = 0;
    for (const auto& event : *events) commits += event.kind == "note" ? 1 : 0;
    return commits;
}

/// What keeps the file from holding all of commits 0 to `commits` - 1 and nothing else; "" where
/// nothing does.
inline std::string fault_of_script(RunReader& reader, std::int64_t commits) {
    const auto rows = script_rows_after(commits);
    for (int layer = 1; layer <= script_layers; ++layer) {
        auto fault = fault_of_rows(reader, layer, rows[std::size_t(layer) - 1]);
        if (!fault.empty()) return fault;
    }
    if (!reader.damage().empty()) return reader.damage().front().sentence;
    if (commits == 0) return "";
    const auto state = reader.fold_state();
    if (!state) return state.error().sentence;
    if (!*state || (*state)->bytes != script_fold_state((commits - 1) / 7 * 7).bytes) {
        return "another fold state";
    }
    auto combined = reader.series(combined_stream, {std::string{"sigma"}});
    if (!combined) return combined.error().sentence;
    if (combined->rows() != rows[0]) {
        return std::to_string(combined->rows()) + " combined rows for " + std::to_string(rows[0]);
    }
    return "";
}

inline std::string faults_of_check(const std::filesystem::path& file) {
    const auto check = check_run(file);
    if (!check) return check.error().sentence;
    std::string faults;
    for (const auto& fault : check->faults) faults += fault + "\n";
    return faults;
}

/// Every value of every table, as text to be compared; without what no two recordings share, the
/// uuid and the time of the end.
inline std::string dump_of(const std::filesystem::path& file) {
    auto database = Database::open(file, Database::Mode::read);
    if (!database) return database.error().sentence;
    auto tables = database->prepare(
        "SELECT name, (SELECT group_concat('quote(' || name || ')', ' || '','' || ') "
        "FROM pragma_table_info(sqlite_master.name) WHERE name <> 'at_us') "
        "FROM sqlite_master WHERE type = 'table' ORDER BY name");
    if (!tables) return tables.error().sentence;
    std::string dump;
    while (tables->step().value_or(false)) {
        const auto name = tables->text(0);
        dump += name + "\n";
        auto lines =
            database->prepare("SELECT " + tables->text(1) + " FROM \"" + name + "\"" +
                              (name == "meta" ? " WHERE key <> 'uuid'" : "") + " ORDER BY 1");
        if (!lines) return lines.error().sentence;
        while (lines->step().value_or(false)) dump += lines->text(0) + "\n";
    }
    return dump;
}

/// The dump of a recording of so many commits that nothing interrupted.
inline std::string dump_of_uninterrupted(std::int64_t commits) {
    const TemporaryFolder folder;
    const auto file = folder / "a.lsrun";
    auto writer = RunWriter::create(file, new_run());
    if (!writer || !play_script(*writer, 0, commits)) return "not recorded";
    return dump_of(file);
}

/// Where two dumps begin to differ; "" where they do not. They are too long to be printed.
inline std::string first_difference(const std::string& one, const std::string& other) {
    const auto [a, b] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    if (a == one.end() && b == other.end()) return "";
    const auto at = std::size_t(a - one.begin());
    const auto from = at < 60 ? 0 : at - 60;
    return "…" + one.substr(from, 120) + "… for …" + other.substr(from, 120) + "…";
}

// --- the write-ahead log -------------------------------------------------------------------------

/// One page in a write-ahead log.
struct LogFrame {
    std::uint32_t page = 0;  // from 1
    bool ends_commit = false;
    std::size_t begin = 0;  // of its content in the log
    std::size_t end = 0;
};

/// The frames of a log in their order, as https://www.sqlite.org/fileformat2.html#walformat says;
/// those of an older generation, which lie behind, are left out.
struct Log {
    std::size_t page_bytes = 0;
    std::vector<LogFrame> frames;

    explicit Log(std::string_view bytes) {
        constexpr std::size_t head = 32;
        constexpr std::size_t frame_head = 24;
        if (bytes.size() < head) return;
        page_bytes = number(bytes, 8);
        for (auto at = head; at + frame_head + page_bytes <= bytes.size();) {
            if (bytes.substr(at + 8, 8) != bytes.substr(16, 8)) break;  // another salt
            const auto begin = at + frame_head;
            frames.push_back(
                {number(bytes, at), number(bytes, at + 4) != 0, begin, begin + page_bytes});
            at = begin + page_bytes;
        }
    }

  private:
    static std::uint32_t number(std::string_view bytes, std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8U | std::uint8_t(bytes[at + i]);
        return value;
    }
};

}  // namespace layerscope
