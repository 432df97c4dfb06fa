#include "core/model/potential_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/analysis/lithiation_rate.h"
#include "core/analysis/stored_run.h"

namespace layerscope {
namespace {

/// Neighbouring rows of a reference say the same: 40 potentials show each plateau and each step
/// between two, and weigh as much as the noise of one experiment is worth.
constexpr int marks_a_run = 40;

/// Rows closer than this add memory and nothing to marks that lie minutes apart.
constexpr double least_spacing_s = 1;

struct Row {
    double time_s = 0;
    double charge_C = 0;
    std::optional<double> potential_V;
};

using Layers = std::vector<std::vector<Row>>;

/// Charge of a layer at a time within its rows; it changes evenly between two of them.
double charge_at(const std::vector<Row>& rows, double time_s) {
    const auto after = std::lower_bound(rows.begin(), rows.end(), time_s,
                                        [](const Row& row, double t) { return row.time_s < t; });
    if (after == rows.end()) return rows.back().charge_C;
    if (after == rows.begin()) return after->charge_C;
    const Row& before = *(after - 1);
    const double part = (time_s - before.time_s) / (after->time_s - before.time_s);
    return before.charge_C + part * (after->charge_C - before.charge_C);
}

double total_charge_at(const Layers& layers, double time_s) {
    double sum_C = 0;
    for (const auto& rows : layers) sum_C += charge_at(rows, time_s);
    return sum_C;
}

/// Total charge at the end of the lithiation: the most there ever was.
double lithiated_C(const Layers& layers) {
    double most_C = 0;
    for (const Row& row : layers.front()) {
        most_C = std::max(most_C, total_charge_at(layers, row.time_s));
    }
    return most_C;
}

/// A layer's rows with a potential that first reach each of the even charges below `most_C`.
void add_marks(const Layers& layers, std::size_t layer, double most_C,
               std::vector<PotentialMark>& marks) {
    int next = 1;
    for (const Row& row : layers[layer]) {
        if (!row.potential_V) continue;
        const double charge_C = total_charge_at(layers, row.time_s);
        if (charge_C < most_C * next / (marks_a_run + 1)) continue;
        if (next > marks_a_run || charge_C >= most_C) return;
        PotentialMark mark{charge_C, {}};
        mark.potential_V.resize(layers.size());
        mark.potential_V[layer] = row.potential_V;
        marks.push_back(std::move(mark));
        next = 1 + int(charge_C / most_C * (marks_a_run + 1));
    }
}

tl::unexpected<Error> unusable(const std::filesystem::path& run, std::string_view why) {
    return fail(ErrorKind::mismatch, fmt::format("{}: {}", run.string(), why));
}

}  // namespace

Result<PotentialRecord> read_potential_record(const std::filesystem::path& run,
                                              const CellDesign& design) {
    auto reader = RunReader::open(run);
    if (!reader) return fail(reader.error());
    const std::size_t count = reader->info().station.design.layer_count();
    if (count != design.layer_count()) {
        return unusable(run, fmt::format("the run has {} layers and the cell {} has {}; name the "
                                         "cell it was recorded on",
                                         count, design.name, design.layer_count()));
    }
    Layers layers{count};
    LithiationRate rate{reader->info().station.design};
    ReplayVisitor visitor;
    visitor.layer_point = [&](const LayerPoint& point) {
        rate.add(point);
        auto& rows = layers[std::size_t(point.layer) - 1];
        if (!rows.empty() && point.time_s < rows.back().time_s + least_spacing_s) return;
        rows.push_back({point.time_s, point.charge_C, point.potential_V});
    };
    const auto replayed = replay_stored_run(*reader, visitor);
    if (!replayed) return fail(replayed.error());
    const bool silent =
        std::any_of(layers.begin(), layers.end(), [](const auto& rows) { return rows.empty(); });
    if (silent || !rate.rate()) {
        return unusable(run, "it holds no lithiation of all layers; name another run");
    }
    PotentialRecord record{run.string(), *rate.rate(), lithiated_C(layers), {}};
    for (std::size_t i = 0; i < count; ++i) add_marks(layers, i, record.charge_C, record.marks);
    if (record.marks.empty()) {
        return unusable(run, "no layer has a reference potential in it; leave it out");
    }
    std::stable_sort(record.marks.begin(), record.marks.end(),
                     [](const auto& a, const auto& b) { return a.charge_C < b.charge_C; });
    return record;
}

}  // namespace layerscope
