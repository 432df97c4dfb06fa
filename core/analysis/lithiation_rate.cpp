#include "core/analysis/lithiation_rate.h"

#include <algorithm>
#include <cmath>

#include "core/base/number.h"

namespace layerscope {
namespace {

// A layer that takes less than C/1000 rests: what it shows is the zero of its channel.
constexpr double least_rate = 1e-3;

}  // namespace

LithiationRate::LithiationRate(const CellDesign& design)
    : one_c_A_{design.one_c.in(units::A)}, layers_(design.layer_count()) {}

void LithiationRate::add(const LayerPoint& point) {
    Layer& layer = layers_.at(std::size_t(point.layer) - 1);
    const double charge_C = point.charge_C - layer.charge_C;
    const double interval_s = point.time_s - layer.time_s;
    const double least_A = least_rate * one_c_A_ / double(layers_.size());
    const bool lithiated = !point.rests && charge_C > least_A * interval_s;
    if (layer.started && !point.after_gap && lithiated) {
        layer.lithiation_C += charge_C;
        layer.lithiation_s += interval_s;
    }
    layer = {point.charge_C, point.time_s, true, layer.lithiation_C, layer.lithiation_s};
}

std::optional<double> LithiationRate::rate() const {
    double charge_C = 0;
    // The layers lie in parallel, so the stack is lithiated as long as the one that is so longest.
    double time_s = 0;
    for (const Layer& layer : layers_) {
        charge_C += layer.lithiation_C;
        time_s = std::max(time_s, layer.lithiation_s);
    }
    if (time_s <= 0 || one_c_A_ <= 0) return std::nullopt;
    return charge_C / time_s / one_c_A_;
}

std::string rate_text(double rate) {
    const double unit = std::pow(10.0, 1.0 - std::floor(std::log10(rate)));
    return plain_decimal(std::round(rate * unit) / unit) + "C";
}

std::optional<double> parse_rate(std::string_view text) {
    if (text.ends_with('C')) text.remove_suffix(1);
    return parse_number(text);
}

}  // namespace layerscope
