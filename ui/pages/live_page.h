#pragma once
#include <array>
#include <memory>
#include <vector>

#include "ui/parts/cross_section.h"
#include "ui/parts/event_list.h"
#include "ui/parts/layer_bars.h"
#include "ui/parts/tile.h"
#include "ui/parts/time_strip.h"
#include "ui/parts/zero_card.h"
#include "ui/plot/trace_panel.h"

namespace layerscope {

/// The running test on one page: cross-section and tiles, three panels on one time axis,
/// capacities, the question of 0 V, events, and the whole run as a strip.
class LivePage : public Part {
    Q_OBJECT
  public:
    LivePage(const Scene& scene, QWidget* parent);

    /// Rows came, or another part of the run is to be seen.
    void refresh();
    /// Only time has passed: what carries an age is painted again.
    void refresh_ages();
    /// Only the pointer has moved.
    void refresh_hover();
    void restyle();

    const std::array<TracePanel*, 3>& panels() const { return panels_; }

  signals:
    void zoomed(double centre_s, double factor);
    void panned(double by_s);
    void centred(double centre_s);
    void hovered(double time_s);
    void left();
    void live_wanted();
    void hold_wanted();

  protected:
    void paint(Ink& ink) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void make_tiles();
    void lay_out();

    CrossSection* cross_section_;
    std::array<TracePanel*, 3> panels_;
    LayerBars* bars_;
    ZeroCard* zero_;
    EventList* events_;
    TimeStrip* strip_;
    std::vector<Tile*> tiles_;
    QRect plots_;
};

}  // namespace layerscope
