#pragma once
#include <qcustomplot.h>

#include <functional>
#include <memory>

#include "ui/plot/panel_content.h"
#include "ui/scene.h"

namespace layerscope {

/// Margins around the curves, the same in every panel so that their time axes stand in line.
struct PanelMargins {
    int left = 52;
    int right = 92;
    int top = 34;
    int bottom = 9;
    int bottom_with_axis = 30;
};

/// One panel of curves over the scene's time range. Curves are QCustomPlot's; header, tags, marks
/// and the values under the pointer are painted over them, so that moving the pointer redraws no
/// curve.
class TracePanel : public QCustomPlot {
    Q_OBJECT
  public:
    TracePanel(const Scene& scene, QWidget* parent);
    ~TracePanel() override;

    /// Shows `content` over the scene's range, about a point a pixel.
    void show_content(PanelContent content);
    /// Takes the colours of the scene's theme.
    void restyle();

    const PanelContent& content() const { return content_; }
    /// Boxes of the value tags in the right gutter, from top to bottom.
    std::vector<QRectF> tag_boxes() const;
    double x_of(double time_s) const { return xAxis->coordToPixel(time_s); }
    double y_of(double value) const { return yAxis->coordToPixel(value); }
    QRectF frame() const { return axisRect()->rect(); }

  signals:
    void zoomed(double centre_s, double factor);
    void panned(double by_s);
    void hovered(double time_s);
    void left();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void feed();
    void fit_values();
    double time_at(double x) const { return xAxis->pixelToCoord(x); }

    const Scene& scene_;
    PanelContent content_;
    std::vector<Polyline> lines_;  // of the content's traces, over the scene's range
    std::optional<double> drag_x_;
    bool focus_shown_ = false;
};

}  // namespace layerscope
