#include "core/analysis/run_folds.h"

#include <algorithm>
#include <utility>

#include "core/analysis/replay.h"
#include "core/analysis/state_bytes.h"
#include "core/base/hash.h"

namespace layerscope {
namespace {

void add_text(Hash& hash, std::string_view text) {
    hash.add(text.size());
    for (const char letter : text) hash.add(static_cast<unsigned char>(letter));
}

/// Of all that the folds depend on besides the rows.
std::uint64_t fingerprint(const RunSetup& setup) {
    Hash hash;
    hash.add(setup.design.layer_count()).add(setup.design.one_c.si());
    for (const LayerDesign& layer : setup.design.layers) {
        hash.add(layer.area.si()).add(layer.theoretical_capacity.si());
    }
    hash.add(setup.sign).add(setup.poll_s).add(setup.reference_fields.size());
    for (const auto& field : setup.reference_fields) {
        hash.add(field.has_value());
        add_text(hash, field.value_or(""));
    }
    return hash.value();
}

std::uint64_t checksum(std::string_view bytes) {
    Hash hash;
    add_text(hash, bytes);
    return hash.value();
}

}  // namespace

RunFolds::RunFolds(const Station& station) : RunFolds{run_setup(station)} {}

RunFolds::RunFolds(RunSetup setup)
    : analysis_{std::move(setup)},
      rate_{analysis_.setup().design},
      layers_(analysis_.setup().design.layer_count()) {}

LayerPoint RunFolds::add(int layer, const RecordedRow& row) {
    const LayerPoint point = analysis_.add(layer, row);
    rate_.add(point);
    Layer& own = layers_.at(std::size_t(layer) - 1);
    if (point.potential_V && *point.potential_V <= 0) own.last_at_zero_s = point.time_s;
    own.reference_seen = own.reference_seen || point.potential_V.has_value();
    own.newest = point;
    return point;
}

std::vector<SpreadPoint> RunFolds::take_spread() {
    auto points = analysis_.take_spread();
    if (!points.empty()) newest_spread_ = points.back();
    return points;
}

FoldState RunFolds::save(std::int64_t newest_event_id) const {
    StateWriter writer;
    writer(fold_version, fingerprint(analysis_.setup()), newest_event_id);
    fields(*this, writer);
    const std::uint64_t sum = checksum(writer.bytes());
    writer(sum);
    return {fold_version, writer.bytes()};
}

bool RunFolds::load(const FoldState& state) {
    constexpr std::size_t sum_size = sizeof(std::uint64_t);
    if (state.version != fold_version || state.bytes.size() < sum_size) return false;
    const std::string_view bytes = state.bytes;
    const std::string_view body = bytes.substr(0, bytes.size() - sum_size);
    std::uint64_t sum = 0;
    StateReader end{bytes.substr(body.size())};
    end(sum);
    if (sum != checksum(body)) return false;

    StateReader reader{body};
    std::int64_t version = 0;
    std::uint64_t depends_on = 0;
    RunFolds read{analysis_.setup()};
    reader(version, depends_on, read.newest_event_id_);
    if (version != fold_version || depends_on != fingerprint(analysis_.setup())) return false;
    fields(read, reader);
    if (!reader.complete() || !read.is_possible()) return false;
    *this = std::move(read);
    return true;
}

/// A checksum keeps damage out, not malice: whatever is used as an index or an order is looked at.
bool RunFolds::is_possible() const {
    int layer = 0;
    return analysis_.is_possible() &&
           std::all_of(layers_.begin(), layers_.end(), [&](const Layer& own) {
               ++layer;
               return !own.newest || (own.newest->layer == layer &&
                                      own.newest->seqid == analysis_.last_seqid(layer));
           });
}

}  // namespace layerscope
