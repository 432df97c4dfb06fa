#pragma once
#include <QPushButton>

#include "ui/parts/part.h"

namespace layerscope {

/// What must not be overlooked, over the page: the alarm, solid until acknowledged and tinted while
/// the potential stays there; and a recording at risk, for as long as it is.
class Banner : public Part {
    Q_OBJECT
  public:
    Banner(const Scene& scene, QWidget* parent);

    /// The height that what there is to say takes; 0 for nothing.
    static int wanted_height(const Scene& scene);
    void refresh();

  signals:
    void acknowledged();
    void go_to_wanted(double time_s);

  protected:
    void paint(Ink& ink) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void paint_alarms(Ink& ink);
    void paint_trouble(Ink& ink, double top);

    QPushButton* acknowledge_;
    QPushButton* go_to_;
};

}  // namespace layerscope
