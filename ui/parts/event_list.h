#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// What happened, newest first; wheel and arrow keys go further back.
class EventList : public Part {
    Q_OBJECT
  public:
    EventList(const Scene& scene, QWidget* parent);
    /// Events came, or were acknowledged.
    void refresh();
    /// All of the event under `y`, dated; empty where there is none. Rows elide, this does not.
    QString whole_text(double y) const;

  protected:
    void paint(Ink& ink) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    int rows_shown() const;
    void scroll(int by);
    void paint_row(Ink& ink, const ShownEvent& event, double y);

    int first_ = 0;
};

}  // namespace layerscope
