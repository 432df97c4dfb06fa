#pragma once
#include <QPushButton>
#include <optional>

#include "ui/parts/part.h"

namespace layerscope {

/// The whole run at a glance, with the part that the panels show as a window to drag.
class TimeStrip : public Part {
    Q_OBJECT
  public:
    TimeStrip(const Scene& scene, QWidget* parent);
    void refresh();
    /// The window's box, for dragging.
    QRectF brush() const;

  signals:
    void panned(double by_s);
    void centred(double centre_s);
    void live_wanted();
    void hold_wanted();

  protected:
    void paint(Ink& ink) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    QRectF frame() const;
    double end_s() const;
    double x_of(double time_s) const;
    double seconds_per_px() const;
    void paint_curves(Ink& ink);
    void paint_below_zero(Ink& ink);
    void paint_marks(Ink& ink);

    QPushButton* mode_;
    std::optional<double> drag_x_;
};

}  // namespace layerscope
