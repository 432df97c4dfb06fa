#pragma once
#include <qcustomplot.h>

#include "ui/plot/panel_content.h"
#include "ui/scene.h"

namespace layerscope {

/// What lies under the grid of a panel: the future, the zone below a level, the red area of a
/// crossing, the band between the curves.
class PanelBackdrop : public QCPLayerable {
  public:
    /// `lines`: the content's traces as they are drawn.
    PanelBackdrop(QCustomPlot* plot, const Scene& scene, const PanelContent& content,
                  const std::vector<Polyline>& lines);

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

  private:
    void draw_future(QCPPainter* painter, const QRectF& frame);
    void draw_below_level(QCPPainter* painter, const QRectF& frame);
    void draw_band(QCPPainter* painter);

    const Scene& scene_;
    const PanelContent& content_;
    const std::vector<Polyline>& lines_;
};

}  // namespace layerscope
