#pragma once
#include <qcustomplot.h>

#include "ui/plot/panel_content.h"
#include "ui/scene.h"

namespace layerscope {

/// What lies under the grid of a panel: the future, the zone below a level, the red area of a
/// crossing, the band between the curves.
class PanelBackdrop : public QCPLayerable {
  public:
    PanelBackdrop(QCustomPlot* plot, const Scene& scene, const PanelContent& content);

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

  private:
    void draw_future(QCPPainter* painter, const QRectF& frame);
    void draw_below_level(QCPPainter* painter, const QRectF& frame);
    void draw_band(QCPPainter* painter);

    const Scene& scene_;
    const PanelContent& content_;
};

/// Value of a curve at `time_s`: that of its last row at or before it; NaN outside of it or in a
/// gap.
double value_at(const Trace& trace, double time_s);
/// The last value that is not a gap; NaN where there is none.
double last_value(const Trace& trace);

}  // namespace layerscope
