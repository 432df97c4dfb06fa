#include "core/acquire/live_folds.h"

#include <gtest/gtest.h>

#include <iterator>
#include <utility>

#include "core/acquire/absence.h"
#include "core/acquire/run_journal.h"
#include "core/analysis/stored_run.h"
#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

/// A recording without a clock and without threads. What is added is committed, in its order, when
/// somebody wants to see it.
class Recording {
  public:
    explicit Recording(std::filesystem::path path) : path_{std::move(path)} {
        auto writer = RunWriter::create(path_, new_run());
        EXPECT_TRUE(writer) << writer.error().sentence;
        writer_ = std::move(*writer);
        keep_state();
    }

    /// The recorder is killed and started again.
    std::vector<ZeroCrossing> resume() {
        flush();
        writer_.reset();
        folds_ = LiveFolds{new_run().station};
        auto writer = RunWriter::resume(path_);
        EXPECT_TRUE(writer) << writer.error().sentence;
        writer_ = std::move(*writer);
        auto reader = RunReader::open(path_);
        EXPECT_TRUE(reader) << reader.error().sentence;
        auto crossings = folds_.restore(*reader);
        EXPECT_TRUE(crossings) << crossings.error().sentence;
        commit({folds_.take_combined()});
        return crossings.value_or(std::vector<ZeroCrossing>{});
    }

    enum class Alarm { stored, lost };
    void add(RowPage page, Alarm alarm = Alarm::stored) {
        auto folded = folds_.add(std::move(page));
        for (const auto& crossing : folded.crossings) {
            if (alarm == Alarm::stored) folded.entries.emplace_back(alarm_event(crossing));
        }
        commit(std::move(folded.entries));
    }

    void tell(const LayerAway& away) {
        commit({make_event("away", away.layer, "absent", absence_detail(away)),
                folds_.take_combined()});
    }

    void keep_state() {
        flush();
        const auto state = folds_.state(writer_->next_event_id() - 1);
        if (state) commit({*state});
    }

    void commit(std::vector<RunEntry> entries) {
        std::move(entries.begin(), entries.end(), std::back_inserter(entries_));
    }

    RunReader read() {
        flush();
        return RunReader::open(path_).value();
    }
    LiveFolds& folds() { return folds_; }

  private:
    void flush() {
        const auto done = writer_->commit(std::exchange(entries_, {}));
        ASSERT_TRUE(done) << done.error().sentence;
    }

    std::filesystem::path path_;
    std::optional<RunWriter> writer_;
    std::vector<RunEntry> entries_;
    LiveFolds folds_{new_run().station};
};

constexpr int moves = 44;

/// What happens in a run, one row or one absence at a time: rows are missing in layer 2, and layer
/// 4 is away for a while.
void make(int move, Recording& recording) {
    const int layer = 1 + move % 4;
    const int seqid = 1 + move / 4;
    const bool is_away = seqid > 3 && seqid < 7;
    if (layer == 4 && seqid == 4) return recording.tell(recording.folds().leave(4));
    if (layer == 4 && seqid == 7) recording.tell(recording.folds().come_back(4));
    if ((layer == 4 && is_away) || (layer == 2 && seqid > 4 && seqid < 9)) return;
    recording.add(page(layer, 44 + seqid, 44 + seqid));  // to 0 V at row 50
}

std::string final_state(Recording& recording) {
    auto reader = recording.read();
    const auto restored = restore_run_folds(reader);
    EXPECT_TRUE(restored) << restored.error().sentence;
    return restored ? restored->folds.save(0).bytes : "";
}

struct Combined {
    std::int64_t rows = 0;
    std::optional<double> first_s, last_s;

    bool operator==(const Combined&) const = default;
};

Combined combined_of(Recording& recording) {
    auto reader = recording.read();
    auto series = reader.series(combined_stream, {std::string{"sigma"}});
    EXPECT_TRUE(series) << series.error().sentence;
    if (!series) return {};
    return {series->rows(), series->first_s(), series->last_s()};
}

TEST(LiveFolds, end_in_the_same_state_wherever_the_recorder_was_killed) {
    const TemporaryFolder folder;
    Recording whole{folder / "whole.lsrun"};
    for (int move = 0; move < moves; ++move) make(move, whole);
    const std::string end = final_state(whole);
    const Combined combined = combined_of(whole);
    EXPECT_EQ(combined.rows, 5) << "three before layer 4 left, two after both were back";
    for (int killed = 0; killed < moves; ++killed) {
        Recording cut{folder / (std::to_string(killed) + ".lsrun")};
        for (int move = 0; move < moves; ++move) {
            make(move, cut);
            if (move % 11 == 5) cut.keep_state();
            if (move != killed) continue;
            EXPECT_TRUE(cut.resume().empty());
        }
        ASSERT_EQ(final_state(cut), end) << "killed after move " << killed;
        ASSERT_EQ(combined_of(cut), combined) << "killed after move " << killed;
        auto reader = cut.read();
        const auto refolded = replay_stored_run(reader);
        ASSERT_TRUE(refolded);
        ASSERT_EQ(refolded->save(0).bytes, end) << "killed after move " << killed;
    }
}

TEST(LiveFolds, store_the_combined_rows_that_were_lost_between_a_page_and_them) {
    const TemporaryFolder folder;
    Recording recording{folder / "run.lsrun"};
    for (int layer = 1; layer <= 4; ++layer) recording.add(page(layer, 1, 3));
    EXPECT_EQ(combined_of(recording).rows, 2);
    for (int layer = 1; layer <= 4; ++layer) {
        recording.commit({recording.folds().add(page(layer, 4, 6)).entries.front()});
    }
    EXPECT_EQ(combined_of(recording).rows, 2);
    recording.resume();
    EXPECT_EQ(combined_of(recording), (Combined{5, 10.0, 50.0}));
}

TEST(LiveFolds, go_on_with_an_absence_that_the_state_knows) {
    const TemporaryFolder folder;
    Recording recording{folder / "run.lsrun"};
    for (int layer = 1; layer <= 4; ++layer) recording.add(page(layer, 1, 3));
    recording.tell(recording.folds().leave(2));
    recording.keep_state();
    recording.add(page(1, 4, 4));
    recording.resume();
    EXPECT_TRUE(recording.folds().is_away(2));
    EXPECT_FALSE(recording.folds().is_away(1));
    const auto back = recording.folds().come_back(2);
    EXPECT_EQ(back.from_time_s, 30.0);
    EXPECT_EQ(back.to_time_s, 40.0);
}

TEST(LiveFolds, tell_a_crossing_whose_alarm_was_lost_and_no_other) {
    const TemporaryFolder folder;
    Recording recording{folder / "run.lsrun"};
    recording.add(page(1, 45, 55));  // crosses at 50
    recording.keep_state();
    recording.add(page(3, 45, 55), Recording::Alarm::lost);
    const auto crossings = recording.resume();
    ASSERT_EQ(crossings.size(), 1U);
    EXPECT_EQ(crossings[0].layer, 3);
    EXPECT_EQ(crossings[0].seqid, 50);
}

TEST(LiveFolds, of_another_version_fold_all_again_and_still_tell_a_lost_crossing) {
    const TemporaryFolder folder;
    Recording recording{folder / "run.lsrun"};
    recording.add(page(1, 45, 55));
    recording.add(page(3, 45, 55), Recording::Alarm::lost);
    recording.commit({FoldState{fold_version + 1, "of a later program"}});
    const auto crossings = recording.resume();
    ASSERT_EQ(crossings.size(), 1U);
    EXPECT_EQ(crossings[0].layer, 3);
    EXPECT_FALSE(recording.folds().state(0))
        << "the file holds what others have derived: who reads it must fold it again";
    auto reader = recording.read();
    EXPECT_FALSE(restore_run_folds(reader)->from_state);
}

}  // namespace
}  // namespace layerscope
