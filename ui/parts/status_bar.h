#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// The last line: is the data flowing, is it safe on disk, and what this program is not.
class StatusBar : public Part {
  public:
    StatusBar(const Scene& scene, QWidget* parent);
    /// Looks at the file and its disk; called now and then, not at every paint.
    void look_at_disk();

  protected:
    void paint(Ink& ink) override;

  private:
    QString file_;
    QString free_;
};

}  // namespace layerscope
