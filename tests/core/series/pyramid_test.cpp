#include "core/series/pyramid.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/series/column_pack.h"
#include "tests/core/series/sample_stream.h"

namespace layerscope {
namespace {

const std::vector<int> both{sample_column_V, sample_column_A};

bool same(const EntryValues& a, const EntryValues& b) {
    const auto equal = [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y));
    };
    return equal(a.least, b.least) && equal(a.greatest, b.greatest) && equal(a.first, b.first) &&
           equal(a.last, b.last);
}

/// What an entry must be, from its rows alone.
EntryTime brute_time(const SampleStream& s, int level, std::int64_t entry) {
    const auto first = std::size_t(entry * rows_per_entry(level));
    const auto end = first + std::size_t(rows_per_entry(level));
    EntryTime out{s.time_ms[first], s.time_ms[end - 1], s.gap[first] != 0, false};
    for (auto i = first + 1; i < end; ++i) out.gap_inside = out.gap_inside || s.gap[i] != 0;
    return out;
}

EntryValues brute_values(const std::vector<double>& values, int level, std::int64_t entry) {
    const auto first = std::size_t(entry * rows_per_entry(level));
    EntryValues out{NAN, NAN, NAN, NAN};
    for (auto i = first; i < first + std::size_t(rows_per_entry(level)); ++i) {
        if (std::isnan(values[i])) continue;
        if (std::isnan(out.first)) out = {values[i], values[i], values[i], values[i]};
        out.least = std::min(out.least, values[i]);
        out.greatest = std::max(out.greatest, values[i]);
        out.last = values[i];
    }
    return out;
}

void expect_right_page(const SampleStream& stream, const PyramidEdge::Page& page) {
    const auto pack = PackReader::open(page.pack).value();
    const auto times = pack.integers(stream_column::time_ms).value().value();
    const auto gaps = pack.integers(stream_column::gap).value().value();
    ASSERT_EQ(times.size(), 128U);
    ASSERT_EQ(gaps.size(), 64U);
    EXPECT_EQ(pack.rows(), rows_per_page(page.level));
    for (std::size_t i = 0; i < 64; ++i) {
        const auto entry = page.number * entries_of_page + std::int64_t(i);
        EXPECT_EQ((EntryTime{times[i], times[64 + i], (gaps[i] & 1) != 0, (gaps[i] & 2) != 0}),
                  brute_time(stream, page.level, entry));
        for (std::size_t c = 0; c < 2; ++c) {
            const auto parts = pack.reals(both[c]).value().value();
            ASSERT_EQ(parts.size(), 256U);
            EXPECT_TRUE(same({parts[i], parts[64 + i], parts[128 + i], parts[192 + i]},
                             brute_values(stream.values[c], page.level, entry)));
        }
    }
}

void expect_right_edge(const SampleStream& stream, const PyramidEdge& edge) {
    for (int level = 1; level <= edge.levels(); ++level) {
        const auto first = edge.first_entry(level);
        const auto held = std::int64_t(edge.times(level).size());
        ASSERT_EQ(first + held, edge.rows() / rows_per_entry(level)) << level;
        ASSERT_EQ(first % entries_of_page, 0);
        ASSERT_LT(held, entries_of_page);
        for (std::int64_t i = 0; i < held; ++i) {
            EXPECT_EQ(edge.times(level)[std::size_t(i)], brute_time(stream, level, first + i));
            for (std::size_t c = 0; c < 2; ++c) {
                EXPECT_TRUE(same(edge.values(level, c)[std::size_t(i)],
                                 brute_values(stream.values[c], level, first + i)));
            }
        }
    }
    EXPECT_EQ(edge.rows() / rows_per_entry(edge.levels() + 1), 0);
}

void add(PyramidEdge& edge, const SampleStream& s, std::int64_t from, std::int64_t to) {
    for (auto i = from; i < to; ++i) {
        edge.add(s.time_ms[std::size_t(i)], s.gap[std::size_t(i)] != 0, s.row(i));
    }
}

TEST(Pyramid, sums_up_what_its_rows_are_at_any_length) {
    for (const std::int64_t rows :
         {0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 8 * 4096, 8 * 4096 + 1, 75 * 4096 + 700}) {
        const auto stream = sample_stream(rows, unsigned(rows));
        PyramidEdge edge{both};
        add(edge, stream, 0, rows);
        EXPECT_EQ(edge.rows(), rows);
        expect_right_edge(stream, edge);
        std::map<int, std::int64_t> next;
        for (const auto& page : edge.take_pages()) {
            EXPECT_EQ(page.number, next[page.level]++);
            expect_right_page(stream, page);
        }
        for (int level = 1; level <= edge.levels(); ++level) {
            EXPECT_EQ(next[level], rows / rows_per_page(level));
        }
        EXPECT_TRUE(edge.take_pages().empty());
    }
}

TEST(Pyramid, restored_at_any_block_goes_on_as_if_never_interrupted) {
    const auto stream = sample_stream(75 * 4096);
    const auto source = stored(stream);
    for (std::int64_t blocks = 0; blocks <= 75; blocks += blocks < 18 ? 1 : 19) {
        auto edge = PyramidEdge::restore(both, blocks, *source);
        ASSERT_TRUE(edge);
        expect_right_edge(stream, *edge);
        add(*edge, stream, blocks * rows_of_block, stream.rows());
        expect_right_edge(stream, *edge);
        for (const auto& page : edge->take_pages()) {
            EXPECT_EQ(page.pack, (source->packs[{page.level, page.number}]));
        }
    }
}

TEST(Pyramid, makes_pages_that_cannot_be_read_again_from_below) {
    const auto stream = sample_stream(75 * 4096);
    const auto source = stored(stream);
    for (auto& [where, pack] : source->packs) {
        if (where.first > 0 && where.second % 2 == 0) pack[pack.size() / 2] ^= 1;
    }
    source->packs.erase({1, 71});
    const auto edge = PyramidEdge::restore(both, 75, *source);
    ASSERT_TRUE(edge);
    expect_right_edge(stream, *edge);
}

TEST(Pyramid, has_entries_without_values_behind_a_gap_for_rows_that_cannot_be_read) {
    const auto stream = sample_stream(3 * 4096);
    const auto source = stored(stream);
    source->packs.erase({0, 1});
    source->packs.erase({1, 1});
    const auto edge = PyramidEdge::restore(both, 3, *source);
    ASSERT_TRUE(edge);
    ASSERT_EQ(edge->times(2).size(), 24U);
    for (std::size_t i = 8; i < 16; ++i) {
        EXPECT_TRUE(edge->times(2)[i].gap_before);
        EXPECT_TRUE(std::isnan(edge->values(2, 0)[i].least));
        EXPECT_EQ(edge->times(2)[i].first_ms, edge->times(2)[7].last_ms);
    }
    EXPECT_EQ(edge->times(2)[16], brute_time(stream, 2, 16));
}

TEST(Pyramid, with_a_column_that_came_later_has_nothing_of_it_before) {
    const auto stream = sample_stream(1000);
    PyramidEdge edge{{sample_column_V}};
    for (std::int64_t i = 0; i < 1000; ++i) {
        if (i == 100) edge.add_column(sample_column_A);
        edge.add(stream.time_ms[std::size_t(i)], false, stream.row(i));
    }
    ASSERT_EQ(edge.columns(), both);
    EXPECT_TRUE(std::isnan(edge.values(1, 1)[0].greatest));
    EXPECT_EQ(edge.values(1, 1)[1].first, stream.values[1][100]);
    EXPECT_TRUE(same(edge.values(1, 1)[2], brute_values(stream.values[1], 1, 2)));
    EXPECT_TRUE(same(edge.values(2, 0)[0], brute_values(stream.values[0], 2, 0)));
}

TEST(Pyramid, of_an_absurd_number_of_blocks_is_refused) {
    StoredPacks nothing;
    EXPECT_FALSE(PyramidEdge::restore(both, -1, nothing));
    EXPECT_FALSE(PyramidEdge::restore(both, std::int64_t{1} << 60U, nothing));
}

}  // namespace
}  // namespace layerscope
