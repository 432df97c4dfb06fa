#pragma once
#include "ui/plot/panel_content.h"
#include "ui/scene.h"

namespace layerscope {

/// What the three panels of the live page show.
PanelContent current_panel(const Scene& scene);
PanelContent potential_panel(const Scene& scene);
PanelContent charge_panel(const Scene& scene);

}  // namespace layerscope
