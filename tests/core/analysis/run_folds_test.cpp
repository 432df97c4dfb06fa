#include "core/analysis/run_folds.h"

#include <gtest/gtest.h>

#include <random>

#include "core/analysis/state_bytes.h"
#include "core/base/hash.h"
#include "tests/core/analysis/made_rows.h"

namespace layerscope {
namespace {

using made::row;
using made::setup;

/// One thing that happens to the folds of a run: a row, or an absence.
struct Move {
    int layer = 0;
    std::optional<RecordedRow> row;
    double away_from_s = 0;
    std::optional<double> away_to_s;
};

void make(const Move& move, RunFolds& folds) {
    if (move.row) {
        folds.add(move.layer, *move.row);
    } else {
        folds.analysis().set_away(move.layer, move.away_from_s, move.away_to_s);
    }
}

/// Rows of three layers at their own intervals: three steps of which the second rests, missing
/// rows, and a potential that falls below 0 V.
std::vector<std::vector<RecordedRow>> three_layers(int rows) {
    std::vector<std::vector<RecordedRow>> layers(3);
    for (int k = 0; k < 3; ++k) {
        std::int64_t seqid = k == 2 ? 4 : 0;  // layer 3 goes on from an earlier run
        for (int i = 0; i < rows; ++i) {
            ++seqid;
            const int step = 3 * i / rows;
            const int in_step = i - step * rows / 3;
            RecordedRow made = row(seqid, step + 1, (9.0 + k) * in_step,
                                   step == 1 ? 1e-6 : -0.004 + 0.001 * k + 1e-5 * i);
            made.steptype = step == 1 ? "rest" : "dc";
            made.capacity_Ah = 1e-6 * in_step;
            made.aux = {{"V1", 0.05 - 0.002 * i}};
            const bool is_missing = (i * 7 + k * 3) % 23 == 0 || (k == 0 && i > 20 && i < 30);
            if (!is_missing) layers[std::size_t(k)].push_back(made);
        }
    }
    return layers;
}

/// The rows in pages of uneven length, with layer 2 away for a while.
std::vector<Move> eventful_run() {
    const auto layers = three_layers(45);
    std::mt19937_64 random{20};
    std::vector<std::size_t> done(layers.size());
    std::vector<Move> moves;
    const std::size_t leaves = 50;
    const std::size_t comes_back = 75;
    for (bool is_more = true; is_more;) {
        const std::size_t k = random() % layers.size();
        for (auto left = 1 + random() % 6; left > 0 && done[k] < layers[k].size(); --left) {
            moves.push_back({int(k) + 1, layers[k][done[k]++], 0, {}});
        }
        is_more = false;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            is_more = is_more || done[i] < layers[i].size();
        }
    }
    // As the recorder lets a layer go: from its newest time, to that of all.
    RunFolds folds{setup(3)};
    std::vector<Move> with_absence;
    double from_s = 0;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        if (i == leaves) {
            from_s = folds.analysis().newest_s(2).value();
            with_absence.push_back({2, {}, from_s, {}});
        }
        if (i == comes_back) {
            double to_s = from_s;
            for (int layer = 1; layer <= 3; ++layer) {
                to_s = std::max(to_s, folds.analysis().newest_s(layer).value_or(0));
            }
            with_absence.push_back({2, {}, from_s, to_s});
        }
        make(moves[i], folds);
        with_absence.push_back(moves[i]);
    }
    return with_absence;
}

RunFolds new_folds() {
    RunFolds folds{setup(3)};
    folds.analysis().set_first_seqid(3, 5);
    folds.analysis().set_offset_ms(2, 2'500);
    return folds;
}

std::string bytes_of(const SpreadPoint& point) {
    StateWriter writer;
    writer(point);
    return writer.bytes();
}

void take(RunFolds& folds, std::vector<std::string>& points) {
    for (const SpreadPoint& point : folds.take_spread()) points.push_back(bytes_of(point));
}

TEST(RunFolds, go_on_from_any_row_as_if_they_had_never_been_stored) {
    const auto moves = eventful_run();
    RunFolds whole = new_folds();
    std::vector<std::string> points;
    std::vector<FoldState> states;
    std::vector<std::size_t> points_before;
    for (const Move& move : moves) {
        make(move, whole);
        take(whole, points);
        states.push_back(whole.save(0));
        points_before.push_back(points.size());
    }
    const std::string end = whole.save(0).bytes;
    ASSERT_GT(moves.size(), 100U);
    ASSERT_GT(points.size(), 30U);
    for (std::size_t i = 0; i < states.size(); ++i) {
        RunFolds resumed{setup(3)};
        ASSERT_TRUE(resumed.load(states[i])) << "move " << i;
        std::vector<std::string> rest;
        for (std::size_t next = i + 1; next < moves.size(); ++next) {
            make(moves[next], resumed);
            take(resumed, rest);
        }
        ASSERT_EQ(resumed.save(0).bytes, end) << "move " << i;
        const auto first = points.begin() + std::ptrdiff_t(points_before[i]);
        ASSERT_EQ(rest, std::vector<std::string>(first, points.end())) << "move " << i;
    }
}

TEST(RunFolds, know_after_loading_all_that_they_knew_before) {
    RunFolds whole = new_folds();
    for (const Move& move : eventful_run()) make(move, whole);
    whole.take_spread();
    RunFolds loaded{setup(3)};
    ASSERT_TRUE(loaded.load(whole.save(41)));
    EXPECT_EQ(loaded.newest_event_id(), 41);
    EXPECT_EQ(loaded.newest(1)->seqid, whole.newest(1)->seqid);
    EXPECT_EQ(loaded.newest(2)->time_s, whole.newest(2)->time_s);
    EXPECT_TRUE(loaded.last_at_zero_s(1));
    EXPECT_EQ(loaded.last_at_zero_s(1), whole.last_at_zero_s(1));
    EXPECT_TRUE(loaded.reference_seen(1));
    EXPECT_FALSE(loaded.reference_seen(2)) << "it has none";
    EXPECT_TRUE(loaded.rate());
    EXPECT_EQ(loaded.rate(), whole.rate());
    EXPECT_EQ(bytes_of(*loaded.newest_spread()), bytes_of(*whole.newest_spread()));
    const RunSummary summary = loaded.analysis().summary();
    EXPECT_EQ(summary.charge_C, whole.analysis().summary().charge_C);
    EXPECT_EQ(summary.layers[2].missing_rows, whole.analysis().summary().layers[2].missing_rows);
    EXPECT_EQ(summary.layers[0].first_below_0V->seqid,
              whole.analysis().summary().layers[0].first_below_0V->seqid);
    EXPECT_EQ(loaded.analysis().watermark_s(), whole.analysis().watermark_s());
    EXPECT_TRUE(loaded.analysis().take_crossings().empty()) << "they were told before";
}

TEST(RunFolds, know_which_layer_is_away) {
    RunFolds folds{setup(2)};
    EXPECT_FALSE(folds.analysis().away_since_s(1));
    folds.analysis().set_away(1, 10.0, 20.0);
    folds.analysis().set_away(1, 30.0, std::nullopt);
    EXPECT_EQ(folds.analysis().away_since_s(1), 30.0);
    RunFolds loaded{setup(2)};
    ASSERT_TRUE(loaded.load(folds.save(0)));
    EXPECT_EQ(loaded.analysis().away_since_s(1), 30.0);
    loaded.analysis().set_away(1, 30.0, 35.0);
    EXPECT_FALSE(loaded.analysis().away_since_s(1));
}

/// A state in the middle of a run, and folds of another moment that must stay as they are.
class RunFoldsRefusal : public testing::Test {
  protected:
    RunFoldsRefusal() {
        const auto moves = eventful_run();
        for (std::size_t i = 0; i < moves.size() / 2; ++i) make(moves[i], folds_);
        folds_.take_spread();
        state_ = folds_.save(7);
        make(moves[moves.size() / 2], folds_);
        folds_.take_spread();
        before_ = folds_.save(7).bytes;
    }

    void expect_refused(const FoldState& state) {
        EXPECT_FALSE(folds_.load(state));
        EXPECT_EQ(folds_.save(7).bytes, before_) << "nothing may change";
        EXPECT_EQ(folds_.newest_event_id(), 0);
    }

    RunFolds folds_ = new_folds();
    FoldState state_;
    std::string before_;
};

TEST_F(RunFoldsRefusal, of_any_changed_byte) {
    for (std::size_t i = 0; i < state_.bytes.size(); ++i) {
        FoldState changed = state_;
        changed.bytes[i] = char(changed.bytes[i] ^ (1 << (i % 8)));
        expect_refused(changed);
    }
}

TEST_F(RunFoldsRefusal, of_a_state_that_was_cut_or_goes_on) {
    for (std::size_t length = 0; length < state_.bytes.size(); ++length) {
        expect_refused({fold_version, state_.bytes.substr(0, length)});
    }
    expect_refused({fold_version, state_.bytes + '\0'});
}

TEST_F(RunFoldsRefusal, of_the_state_of_other_folds) {
    expect_refused({fold_version + 1, state_.bytes});
    expect_refused({0, {}});
}

TEST_F(RunFoldsRefusal, of_the_state_of_another_cell) {
    const auto is_taken = [&](const RunSetup& other) { return RunFolds{other}.load(state_); };
    EXPECT_TRUE(is_taken(setup(3)));
    EXPECT_FALSE(is_taken(setup(4)));
    RunSetup other = setup(3);
    other.design.layers[1].area = 15.0 * units::cm2;
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.design.layers[2].theoretical_capacity = 17.0 * units::mAh;
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.design.one_c = 51.0 * units::mA;
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.sign = 1;
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.reference_fields[0] = "V2";
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.reference_fields[1] = "";
    EXPECT_FALSE(is_taken(other));
    other = setup(3);
    other.poll_s = 2;
    EXPECT_FALSE(is_taken(other));
}

/// The bytes with a checksum that is right.
FoldState sealed(std::string bytes) {
    constexpr std::size_t sum_size = 8;
    bytes.resize(bytes.size() - sum_size);
    Hash hash;
    hash.add(bytes.size());
    for (const char letter : bytes) hash.add(static_cast<unsigned char>(letter));
    StateWriter sum;
    sum(hash.value());
    return {fold_version, bytes + sum.bytes()};
}

TEST_F(RunFoldsRefusal, survives_bytes_whose_checksum_is_right) {
    ASSERT_TRUE(RunFolds{setup(3)}.load(sealed(state_.bytes))) << "else this tests nothing";
    std::mt19937_64 random{3};
    int taken = 0;
    for (std::size_t i = 0; i < state_.bytes.size(); ++i) {
        for (const int value : {0, 1, 0x7f, 0xff, int(random() % 256)}) {
            FoldState forged = state_;
            forged.bytes[i] = char(value);
            RunFolds folds{setup(3)};
            if (!folds.load(sealed(forged.bytes))) continue;
            ++taken;  // other numbers, but numbers
            EXPECT_EQ(folds.analysis().summary().layers.size(), 3U);
            EXPECT_GE(folds.analysis().watermark_s(), 0.0);
            folds.analysis().finish();
            folds.take_spread();
        }
    }
    EXPECT_GT(taken, 0);
}

TEST(StateBytes, are_little_endian_and_exact) {
    StateWriter writer;
    writer(std::int64_t{-2}, 1, true, -0.0, std::string{"ab"}, std::optional<double>{});
    EXPECT_EQ(writer.bytes(), std::string("\xfe\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0\x01"
                                          "\0\0\0\0\0\0\0\x80\x02\0\0\0\0\0\0\0ab\0",
                                          32));
}

TEST(StateBytes, of_a_length_that_cannot_be_are_refused_before_memory_is_taken) {
    StateWriter writer;
    writer(~std::uint64_t{0}, 1.0);
    std::vector<double> numbers;
    StateReader reader{writer.bytes()};
    reader(numbers);
    EXPECT_FALSE(reader.complete());
    EXPECT_TRUE(numbers.empty());
    std::string text;
    StateReader again{writer.bytes()};
    again(text);
    EXPECT_FALSE(again.complete());
    EXPECT_TRUE(text.empty());
}

TEST(StateBytes, that_are_left_are_a_fault) {
    StateWriter writer;
    writer(1, 2);
    int number = 0;
    StateReader reader{writer.bytes()};
    reader(number);
    EXPECT_FALSE(reader.complete());
    reader(number);
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(number, 2);
}

}  // namespace
}  // namespace layerscope
