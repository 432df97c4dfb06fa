#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// The stack in depth, drawn to scale: state of charge as fill, share of the current beside it,
/// potential where a reference electrode is, and the word where none is.
class CrossSection : public Part {
  public:
    CrossSection(const Scene& scene, QWidget* parent);

  protected:
    void paint(Ink& ink) override;

  private:
    void paint_layer(Ink& ink, int layer, const QRectF& box);
    void paint_beside(Ink& ink, int layer, const QRectF& box);
    void paint_ruler(Ink& ink, double top, double px_per_um, double depth_um);
};

}  // namespace layerscope
