#pragma once
#include <QPushButton>

#include "ui/parts/part.h"

namespace layerscope {

/// The running test in one line, the same on every page: cell, recording, state, totals, channels,
/// alarms in words, clock with its zone.
class TopBar : public Part {
    Q_OBJECT
  public:
    TopBar(const Scene& scene, QWidget* parent);
    /// Takes what its buttons say from the scene.
    void refresh();

  signals:
    void alarms_wanted();
    void theme_toggled();

  protected:
    void paint(Ink& ink) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void place_buttons();

    QPushButton* alarms_;
    QPushButton* theme_;
};

}  // namespace layerscope
