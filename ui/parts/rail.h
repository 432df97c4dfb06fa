#pragma once
#include "ui/parts/part.h"

namespace layerscope {

/// The pages at the left edge; a dot marks an alarm that waits.
class Rail : public Part {
  public:
    using Part::Part;

  protected:
    void paint(Ink& ink) override;
};

}  // namespace layerscope
