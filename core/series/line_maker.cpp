#include "core/series/line_maker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/series/pyramid_page.h"

namespace layerscope {

void LineMaker::add(const CurvePiece& piece) {
    broken_ = broken_ || piece.gap_before;
    if (std::isnan(piece.values.least)) {
        broken_ = true;
        return;
    }
    // Columns stand on multiples of their width: a moving window does not make the curve boil.
    const double column = std::floor(piece.first_s * columns_per_s_);
    if (begun_ && column != column_) finish_column();
    if (begun_) {
        piece_.last_s = piece.last_s;
        piece_.gap_inside = piece_.gap_inside || piece.gap_inside || broken_;
        merge(piece_.values, piece.values);
    } else {
        begun_ = true;
        column_ = column;
        piece_ = piece;
        piece_.gap_before = broken_;
    }
    broken_ = false;
}

Polyline LineMaker::take() {
    finish_column();
    return std::exchange(line_, {});
}

void LineMaker::finish_column() {
    if (!begun_) return;
    begun_ = false;
    const auto& values = piece_.values;
    const bool rises = values.first <= values.last;
    if (piece_.gap_before) put_break(piece_.first_s);
    const bool one_point = piece_.first_s == piece_.last_s && values.least == values.greatest;
    put(piece_.first_s, rises ? values.least : values.greatest);
    if (one_point && !piece_.gap_inside) return;
    if (piece_.gap_inside) put_break(piece_.last_s);
    put(piece_.last_s, rises ? values.greatest : values.least);
}

void LineMaker::put_break(double time_s) {
    if (!line_.time_s.empty()) put(time_s, std::numeric_limits<double>::quiet_NaN());
}

void LineMaker::put(double time_s, double value) {
    // Times fall only in a damaged file.
    if (!line_.time_s.empty()) time_s = std::max(time_s, line_.time_s.back());
    line_.time_s.push_back(time_s);
    line_.value.push_back(value);
}

}  // namespace layerscope
