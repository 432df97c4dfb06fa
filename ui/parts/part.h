#pragma once
#include <QKeyEvent>
#include <QWidget>

#include "ui/scene.h"

namespace layerscope {

/// A painted part of the window: reads the scene, paints with one ink, changes nothing.
class Part : public QWidget {
  public:
    Part(const Scene& scene, QWidget* parent) : QWidget{parent}, scene_{scene} {}

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter{this};
        Ink ink{painter, scene_.look};
        paint(ink);
        if (hasFocus()) ink.focus_ring(QRectF{rect()});
    }
    virtual void paint(Ink& ink) = 0;
    const RunModel& run() const { return *scene_.run; }

    const Scene& scene_;
};

}  // namespace layerscope
