#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// Charge of each layer against its theoretical capacity; what is above it is hatched.
class LayerBars : public Part {
  public:
    LayerBars(const Scene& scene, QWidget* parent);
    /// Height that `layers` bars need.
    static int wanted_height(int layers);

  protected:
    void paint(Ink& ink) override;

  private:
    void paint_bar(Ink& ink, int layer, double y, double px_per_mAh);
};

}  // namespace layerscope
