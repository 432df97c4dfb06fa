#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "ui/parts/part.h"

namespace layerscope {

/// What a tile says now.
struct TileReading {
    QString label, value, unit, note;
    Curve curve;  // the small one
    std::optional<double> age_s;
    bool stale = false;
    bool alarm = false;
};

/// One number with its unit, its last ten minutes and its age; striped and grey when it is old.
class Tile : public Part {
  public:
    using Source = std::function<TileReading(const Scene&)>;
    Tile(const Scene& scene, Source source, QWidget* parent);
    void refresh();

  protected:
    void paint(Ink& ink) override;

  private:
    void paint_sparkline(Ink& ink, const TileReading& reading, const QColor& color);

    Source source_;
};

/// The tiles of a run: potentials of the first and the last layer with a reference, share of layer
/// 1, spread, and since the crossing how long the potential has been at or below 0 V.
std::vector<Tile::Source> tile_sources(const RunModel& run);

}  // namespace layerscope
