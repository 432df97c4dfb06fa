#pragma once
#include <QFocusEvent>
#include <QKeyEvent>
#include <QWidget>

#include "ui/scene.h"

namespace layerscope {

/// Whether the focus is to be seen: it is where the keyboard brought it, a click shows itself. A
/// window that comes to the front changes nothing.
inline bool shows_focus(const QFocusEvent& event, bool before) {
    switch (event.reason()) {
        case Qt::TabFocusReason:
        case Qt::BacktabFocusReason:
        case Qt::ShortcutFocusReason:
            return true;
        case Qt::ActiveWindowFocusReason:
        case Qt::PopupFocusReason:
            return before;
        default:
            return false;
    }
}

/// A painted part of the window: reads the scene, paints with one ink, changes nothing.
class Part : public QWidget {
  public:
    Part(const Scene& scene, QWidget* parent) : QWidget{parent}, scene_{scene} {}

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter{this};
        Ink ink{painter, scene_.look};
        paint(ink);
        if (hasFocus() && focus_shown_) ink.focus_ring(QRectF{rect()});
    }
    void focusInEvent(QFocusEvent* event) override {
        focus_shown_ = shows_focus(*event, focus_shown_);
        QWidget::focusInEvent(event);
    }
    virtual void paint(Ink& ink) = 0;
    const RunModel& run() const { return *scene_.run; }

    const Scene& scene_;

  private:
    bool focus_shown_ = false;
};

}  // namespace layerscope
