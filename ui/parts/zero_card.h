#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// Whether a potential has been at or below 0 V, for every layer that can say so; which cannot.
class ZeroCard : public Part {
  public:
    ZeroCard(const Scene& scene, QWidget* parent);
    static int wanted_height(const RunModel& run);

  protected:
    void paint(Ink& ink) override;

  private:
    void paint_row(Ink& ink, int layer, double y);
};

}  // namespace layerscope
