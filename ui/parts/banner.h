#pragma once
#include <QPushButton>

#include "ui/parts/part.h"

namespace layerscope {

/// The alarm over the page: solid until acknowledged, tinted while the potential stays there.
class Banner : public Part {
    Q_OBJECT
  public:
    Banner(const Scene& scene, QWidget* parent);

    /// Whether there is something to say.
    static bool wanted(const Scene& scene);
    void refresh();

  signals:
    void acknowledged();
    void go_to_wanted(double time_s);

  protected:
    void paint(Ink& ink) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QPushButton* acknowledge_;
    QPushButton* go_to_;
};

}  // namespace layerscope
