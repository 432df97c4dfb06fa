#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "core/series/column_pack.h"
#include "tests/core/series/stored_packs.h"

namespace layerscope {

inline constexpr int sample_column_V = stream_column::voltage_V;
inline constexpr int sample_column_A = stream_column::current_A;

struct SampleStream {
    std::vector<std::int64_t> time_ms;
    std::vector<std::uint8_t> gap;
    std::vector<std::vector<double>> values{2};

    std::int64_t rows() const { return std::int64_t(time_ms.size()); }
    std::vector<double> row(std::int64_t i) const {
        return {values[0][std::size_t(i)], values[1][std::size_t(i)]};
    }
};

/// Irregular times with equal ones, gaps, stretches without a value.
inline SampleStream sample_stream(std::int64_t rows, unsigned seed = 1) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::mt19937_64 random{seed};
    SampleStream out;
    std::int64_t time_ms = 5000;
    std::int64_t absent = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
        // An hour at 1 Hz within days at one row a minute.
        time_ms += i % 5000 < 3600 ? 1000 : 60'000;
        if (random() % 50 == 0) time_ms -= 1000;
        const bool gap = random() % 3000 == 0;
        if (gap) time_ms += std::int64_t(random() % 10'000'000);
        if (random() % 2000 == 0) absent = std::int64_t(random() % 400);
        out.time_ms.push_back(time_ms);
        out.gap.push_back(gap ? 1 : 0);
        const double value = std::round(1e4 * std::sin(double(i) / 700)) / 1e4;
        out.values[0].push_back(random() % 997 == 0 ? value * 5 : value);
        out.values[1].push_back(absent > 0 ? nan : value * 1e-3 + double(random() % 100) * 1e-7);
        absent = std::max<std::int64_t>(absent - 1, 0);
    }
    return out;
}

/// The whole blocks and full pages of a stream.
inline std::shared_ptr<StoredPacks> stored(const SampleStream& stream) {
    auto out = std::make_shared<StoredPacks>();
    for (std::int64_t block = 0; block < stream.rows() / rows_of_block; ++block) {
        const auto part = [&](const auto& all) {
            const auto begin = all.begin() + block * rows_of_block;
            return std::vector(begin, begin + rows_of_block);
        };
        PackWriter pack{std::uint32_t(rows_of_block)};
        const auto gap = part(stream.gap);
        pack.add(stream_column::time_ms, rows_of_block, encode_integers(part(stream.time_ms)));
        pack.add(stream_column::gap, rows_of_block,
                 encode_integers(std::vector<std::int64_t>(gap.begin(), gap.end())));
        pack.add(sample_column_V, rows_of_block, encode_reals(part(stream.values[0])));
        pack.add(sample_column_A, rows_of_block, encode_reals(part(stream.values[1])));
        out->packs[{0, block}] = pack.take();
    }
    PyramidEdge edge{{sample_column_V, sample_column_A}};
    for (std::int64_t i = 0; i < stream.rows(); ++i) {
        edge.add(stream.time_ms[std::size_t(i)], stream.gap[std::size_t(i)] != 0, stream.row(i));
    }
    for (auto& page : edge.take_pages()) {
        out->packs[{page.level, page.number}] = std::move(page.pack);
    }
    return out;
}

}  // namespace layerscope
