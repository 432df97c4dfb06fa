#include "core/model/observation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/number.h"
#include "core/base/quantity.h"
#include "core/base/table_lines.h"

namespace layerscope {
namespace {

using Quantity = Observation::Quantity;
using Bound = Observation::Bound;

struct QuantityWord {
    Quantity quantity;
    std::string_view word;
    double si_a_unit;
    std::string_view sentence;  // with bound and value
};

constexpr std::array quantities{
    QuantityWord{Quantity::least_potential, "least_potential_mV", units::mV.si(),
                 "the lowest potential of layer {} lies {} {} mV"},
    QuantityWord{Quantity::plated, "plated_mAh", units::mAh.si(),
                 "the lithium plated in layer {} stays {} {} mAh"},
    QuantityWord{Quantity::filling, "filling", 1, "the filling of layer {} ends {} {}"},
};

const QuantityWord& word_of(Quantity quantity) {
    return *std::find_if(quantities.begin(), quantities.end(),
                         [&](const auto& entry) { return entry.quantity == quantity; });
}

constexpr std::array<std::string_view, 6> columns{"rate_C", "layer", "quantity",
                                                  "bound",  "value", "tolerance"};

/// Reads one line; keeps the first fault, so that a reader reads on and asks once.
class LineReader {
  public:
    explicit LineReader(const std::vector<std::string_view>& cells) : cells_{cells} {}

    double rate(const CapacityTable& table) {
        const auto rate_C = parse_number(cells_[0]);
        if (rate_C && table.find(*rate_C) != nullptr) return *rate_C;
        fault(fmt::format("the table has no rate '{}'; name one of its rates", cells_[0]));
        return 0;
    }
    int layer(const CapacityTable& table) {
        const auto layer = parse_integer(cells_[1]);
        if (layer && *layer >= 1 && *layer <= std::int64_t(table.layer_count())) return int(*layer);
        fault(fmt::format("the layer is '{}'; write a whole number from 1 to {}", cells_[1],
                          table.layer_count()));
        return 1;
    }
    QuantityWord quantity() {
        const auto* const found = std::find_if(quantities.begin(), quantities.end(),
                                               [&](const auto& q) { return q.word == cells_[2]; });
        if (found != quantities.end()) return *found;
        fault(fmt::format("the quantity is '{}'; write least_potential_mV, plated_mAh or filling",
                          cells_[2]));
        return quantities.front();
    }
    Bound bound() {
        if (cells_[3] != "above" && cells_[3] != "below") {
            fault(fmt::format("the bound is '{}'; write above or below", cells_[3]));
        }
        return cells_[3] == "above" ? Bound::above : Bound::below;
    }
    double number(std::size_t column) {
        const auto value = parse_number(cells_[column]);
        if (!value) fault(fmt::format("'{}' is not a number; write one", cells_[column]));
        return value.value_or(0);
    }
    void fault(std::string sentence) {
        if (!fault_) fault_ = std::move(sentence);
    }
    const std::optional<std::string>& first_fault() const { return fault_; }

  private:
    const std::vector<std::string_view>& cells_;
    std::optional<std::string> fault_;
};

Observation read_line(LineReader& line, const CapacityTable& table) {
    Observation observation;
    observation.rate_C = line.rate(table);
    observation.layer = line.layer(table);
    const QuantityWord quantity = line.quantity();
    observation.quantity = quantity.quantity;
    observation.bound = line.bound();
    observation.value = line.number(4) * quantity.si_a_unit;
    observation.tolerance = line.number(5) * quantity.si_a_unit;
    if (observation.tolerance <= 0) line.fault("the tolerance must be above 0");
    return observation;
}

}  // namespace

double miss(const Observation& observation, double shown) {
    const double beyond =
        observation.bound == Bound::above ? observation.value - shown : shown - observation.value;
    return std::max(beyond, 0.0) / observation.tolerance;
}

std::string to_sentence(const Observation& observation) {
    const QuantityWord& quantity = word_of(observation.quantity);
    return fmt::format("{:g}C: ", observation.rate_C) +
           fmt::format(fmt::runtime(quantity.sentence), observation.layer,
                       observation.bound == Bound::above ? "above" : "below",
                       fmt::format("{:g}", observation.value / quantity.si_a_unit));
}

Result<std::vector<Observation>> parse_observations(std::string_view csv, const std::string& file,
                                                    const CapacityTable& table) {
    const auto lines = table_lines(csv);
    if (lines.empty() || !std::equal(columns.begin(), columns.end(), lines.front().cells.begin(),
                                     lines.front().cells.end())) {
        return fail(
            ErrorKind::malformed,
            fmt::format("{}:{}: observations begin with the line {}; write it above them", file,
                        lines.empty() ? 1 : lines.front().number, fmt::join(columns, ",")));
    }
    std::vector<Observation> observations;
    for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
        if (line->cells.size() != columns.size()) {
            return fail(ErrorKind::malformed,
                        fmt::format("{}:{}: {} values stand under {} columns; write one for each",
                                    file, line->number, line->cells.size(), columns.size()));
        }
        LineReader reader{line->cells};
        observations.push_back(read_line(reader, table));
        if (const auto& fault = reader.first_fault()) {
            return fail(ErrorKind::malformed, fmt::format("{}:{}: {}", file, line->number, *fault));
        }
    }
    return observations;
}

}  // namespace layerscope
