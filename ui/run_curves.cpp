#include "ui/run_curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/series/stream_columns.h"

namespace layerscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The columns of a layer's series, and of the combined one.
constexpr std::size_t current_column = 0;
constexpr std::size_t potential_column = 1;
constexpr std::size_t soc_column = 2;
constexpr std::size_t sigma_column = 0;
constexpr std::size_t share_column = 1;

std::int64_t whole_ms(double time_s) {
    return std::llround(time_s * 1e3);
}

double to_a_millionth(double value) {
    return std::round(value * 1e6) / 1e6;
}

double mA_per_cm2_of_A(const Station& station, int layer) {
    const double face_m2 = station.design.layer(layer).area.si();
    return station.sign() / face_m2 / units::mA_per_cm2.si();
}

}  // namespace

RunCurves::RunCurves(const Station& station)
    : sign_{station.sign()},
      combined_{std::vector{stream_column::first_aux, stream_column::first_aux + 1}} {
    const std::vector columns{stream_column::current_A, stream_column::first_aux,
                              stream_column::soc};
    for (const StationChannel& channel : station.channels)
        layers_.push_back({Series{columns}, mA_per_cm2_of_A(station, channel.layer)});
}

Result<RunCurves> RunCurves::open(RunReader& reader) {
    const Station& station = reader.info().station;
    RunCurves curves{station};
    const auto streams = reader.streams();
    if (!streams) return fail(streams.error());
    for (const RunStream& stream : *streams) {
        const auto& channel = station.channels.at(std::size_t(stream.layer) - 1);
        // No auxiliary has an empty name: a layer without a reference has no potential.
        auto series = reader.series(
            stream.layer, {stream_column::current_A,
                           channel.reference_field.value_or(std::string{}), stream_column::soc});
        if (!series) return fail(std::move(series).error());
        Layer& its = curves.at(stream.layer);
        its.series = std::move(*series);
        its.last_ms = whole_ms(its.series.last_s().value_or(0));
        curves.set_offset_ms(stream.layer, stream.offset_ms);
    }
    auto combined = reader.series(combined_stream, {"sigma", "current_share"});
    if (!combined) return fail(std::move(combined).error());
    curves.combined_ = std::move(*combined);
    return curves;
}

void RunCurves::set_offset_ms(int layer, std::int64_t offset_ms) {
    at(layer).offset_ms = offset_ms;
    at(layer).series.set_offset_ms(offset_ms);
}

void RunCurves::add(const LayerPoint& point) {
    Layer& its = at(point.layer);
    if (its.ahead > 0) {
        --its.ahead;
        return;
    }
    // A step time below zero, which no cycler sends, must not turn the curve back.
    its.last_ms = std::max(its.last_ms, whole_ms(point.time_s) - its.offset_ms);
    const std::array values{sign_ * point.current_A, point.potential_V.value_or(nan),
                            to_a_millionth(point.soc)};
    its.series.add(its.last_ms, point.after_gap, values);
}

void RunCurves::add(const SpreadPoint& point) {
    if (const auto last_s = combined_.last_s(); last_s && point.time_s <= *last_s) return;
    const std::array values{to_a_millionth(point.raw.sigma),
                            to_a_millionth(point.current_share_layer1)};
    combined_.add(whole_ms(point.time_s), point.after_gap, values);
}

void RunCurves::set_folded_rows(int layer, std::int64_t rows) {
    Layer& its = at(layer);
    its.ahead = std::max<std::int64_t>(0, its.series.rows() - rows);
}

Curve RunCurves::current_density(int layer) const {
    return {&at(layer).series, current_column, at(layer).scale};
}

Curve RunCurves::potential(int layer) const {
    return {&at(layer).series, potential_column};
}

Curve RunCurves::soc(int layer) const {
    return {&at(layer).series, soc_column};
}

Curve RunCurves::sigma() const {
    return {&combined_, sigma_column};
}

Curve RunCurves::share_percent() const {
    return {&combined_, share_column, 100};
}

}  // namespace layerscope
