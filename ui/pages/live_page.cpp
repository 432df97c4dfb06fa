#include "ui/pages/live_page.h"

#include "ui/pages/live_layout.h"
#include "ui/pages/live_panels.h"

namespace layerscope {

LivePage::LivePage(const Scene& scene, QWidget* parent)
    : Part{scene, parent},
      cross_section_{new CrossSection{scene, this}},
      panels_{new TracePanel{scene, this}, new TracePanel{scene, this},
              new TracePanel{scene, this}},
      bars_{new LayerBars{scene, this}},
      zero_{new ZeroCard{scene, this}},
      events_{new EventList{scene, this}},
      strip_{new TimeStrip{scene, this}} {
    for (TracePanel* panel : panels_) {
        connect(panel, &TracePanel::zoomed, this, &LivePage::zoomed);
        connect(panel, &TracePanel::panned, this, &LivePage::panned);
        connect(panel, &TracePanel::hovered, this, &LivePage::hovered);
        connect(panel, &TracePanel::left, this, &LivePage::left);
    }
    connect(strip_, &TimeStrip::panned, this, &LivePage::panned);
    connect(strip_, &TimeStrip::centred, this, &LivePage::centred);
    connect(strip_, &TimeStrip::live_wanted, this, &LivePage::live_wanted);
    connect(strip_, &TimeStrip::hold_wanted, this, &LivePage::hold_wanted);
    make_tiles();
}

void LivePage::make_tiles() {
    const auto sources = tile_sources(run());
    if (sources.size() == tiles_.size()) return;
    for (Tile* tile : tiles_) delete tile;
    tiles_.clear();
    for (const Tile::Source& source : sources) {
        tiles_.push_back(new Tile{scene_, source, this});
        tiles_.back()->show();
    }
    lay_out();
}

void LivePage::refresh() {
    make_tiles();
    const bool folded = panels_[2]->isHidden();
    std::array contents{current_panel(scene_), potential_panel(scene_), charge_panel(scene_)};
    contents[folded ? 1 : 2].time_axis = true;
    for (std::size_t i = 0; i < panels_.size(); ++i)
        panels_[i]->show_content(std::move(contents[i]));
    bars_->update();
    events_->refresh();
    strip_->refresh();
    refresh_ages();
}

void LivePage::refresh_ages() {
    for (Tile* tile : tiles_) tile->refresh();
    cross_section_->update();
    zero_->update();
}

void LivePage::refresh_hover() {
    for (TracePanel* panel : panels_) panel->update();
}

void LivePage::restyle() {
    for (TracePanel* panel : panels_) panel->restyle();
    refresh();
    update();
}

void LivePage::resizeEvent(QResizeEvent*) {
    lay_out();
    refresh();
}

void LivePage::lay_out() {
    const LiveLayout layout =
        lay_out_live({.page = size(),
                      .window_width = window()->width(),
                      .window_height = window()->height(),
                      .tiles = int(tiles_.size()),
                      .bars_height = LayerBars::wanted_height(run().layer_count()),
                      .zero_height = ZeroCard::wanted_height(run())});
    cross_section_->setVisible(layout.cross_section.has_value());
    if (layout.cross_section) cross_section_->setGeometry(*layout.cross_section);
    for (std::size_t i = 0; i < tiles_.size(); ++i) tiles_[i]->setGeometry(layout.tiles[i]);
    for (std::size_t i = 0; i < panels_.size(); ++i) {
        panels_[i]->setVisible(!layout.panels[i].isEmpty());
        if (!layout.panels[i].isEmpty()) panels_[i]->setGeometry(layout.panels[i]);
    }
    plots_ = layout.plots;
    bars_->setGeometry(layout.bars);
    zero_->setGeometry(layout.zero);
    events_->setGeometry(layout.events);
    strip_->setGeometry(layout.strip);
    update();
}

void LivePage::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.painter().fillRect(rect(), theme.page);
    ink.card(QRectF{plots_});
    for (std::size_t i = 1; i < panels_.size(); ++i)
        if (!panels_[i]->isHidden())
            ink.horizontal(panels_[i]->y(), plots_.left() + 1, plots_.right(), theme.hairline);
}

}  // namespace layerscope
