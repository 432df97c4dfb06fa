#include "ui/main_window.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QShortcut>
#include <utility>

#include "ui/pages/live_page.h"
#include "ui/parts/banner.h"
#include "ui/parts/rail.h"
#include "ui/parts/status_bar.h"
#include "ui/parts/top_bar.h"

namespace layerscope {
namespace {

using namespace std::chrono_literals;

constexpr auto frame = 33ms;         // the eye gains nothing above 30 Hz, the plots cost double
constexpr int frames_per_age = 15;   // ages change twice a second
constexpr int frames_per_disk = 60;  // the disk is looked at every two seconds
constexpr int top_bar_height = 48;
constexpr int rail_width = 64;
constexpr int status_height = 24;

}  // namespace

MainWindow::MainWindow(WindowSettings settings) : settings_{std::move(settings)} {
    setMinimumSize(1200, 720);
    resize(1440, 900);
    setWindowTitle(QStringLiteral("Layerscope"));
    set_theme(settings_.theme);
    timer_.setInterval(frame);
    connect(&timer_, &QTimer::timeout, this, &MainWindow::tick);
    const auto* toggle = new QShortcut{QKeySequence{Qt::CTRL | Qt::Key_T}, this};
    connect(toggle, &QShortcut::activated, this, [this] {
        set_theme(scene_.look.theme.kind == ThemeKind::light ? ThemeKind::dark : ThemeKind::light);
    });
}

MainWindow::~MainWindow() {
    timer_.stop();
    delete takeCentralWidget();  // the parts read the scene, which goes before Qt's children do
}

void MainWindow::show_live(LiveSource& source, const Station& station,
                           std::optional<double> accelerated) {
    timer_.stop();
    auto feed = std::make_unique<LiveFeed>(source, station, settings_.loader);
    feed->poll();
    scene_.accelerated = accelerated;
    show_run(feed->run(), false);
    feed_ = std::move(feed);
    stored_.reset();
    timer_.start();
}

Result<void> MainWindow::open_run(const std::filesystem::path& path) {
    auto run = settings_.loader(path);
    if (!run) return fail(std::move(run).error());
    if ((*run)->not_closed) (*run)->add_event(*(*run)->not_closed);
    timer_.stop();
    scene_.accelerated = (*run)->accelerated;
    show_run(**run, true);
    stored_ = std::move(*run);
    feed_.reset();
    timer_.start();  // the clock goes on
    return {};
}

void MainWindow::show_run(const RunModel& run, bool review) {
    delete takeCentralWidget();
    scene_.run = &run;
    scene_.review = review;
    scene_.view = TimeView{};
    scene_.now = settings_.clock();
    scene_.shown_at = scene_.now;
    scene_.hover_s.reset();
    auto* frame_widget = new QWidget{this};
    top_bar_ = new TopBar{scene_, frame_widget};
    rail_ = new Rail{scene_, frame_widget};
    banner_ = new Banner{scene_, frame_widget};
    page_ = new LivePage{scene_, frame_widget};
    status_bar_ = new StatusBar{scene_, frame_widget};
    setCentralWidget(frame_widget);
    for (auto* button : frame_widget->findChildren<QPushButton*>())
        button->setAutoDefault(true);  // Enter presses it too, as in a dialog
    connect_parts();
    lay_out();
    refresh();
}

void MainWindow::connect_parts() {
    connect(top_bar_, &TopBar::theme_toggled, this, [this] {
        set_theme(scene_.look.theme.kind == ThemeKind::light ? ThemeKind::dark : ThemeKind::light);
    });
    connect(top_bar_, &TopBar::alarms_wanted, this, [this] {
        if (!scene_.run->alarms().empty()) go_to(scene_.run->alarms().back().raised.device_time_s);
    });
    connect(banner_, &Banner::acknowledged, this, &MainWindow::acknowledge);
    connect(banner_, &Banner::go_to_wanted, this, &MainWindow::go_to);
    connect(page_, &LivePage::zoomed, this, [this](double centre_s, double factor) {
        change_view([&](TimeView& view) { view.zoom(centre_s, factor); });
    });
    connect(page_, &LivePage::panned, this,
            [this](double by_s) { change_view([&](TimeView& view) { view.pan(by_s); }); });
    connect(page_, &LivePage::centred, this, &MainWindow::go_to);
    connect(page_, &LivePage::live_wanted, this, [this] {
        change_view([&](TimeView& view) { scene_.ended() ? view.fit_all() : view.go_live(); });
    });
    connect(page_, &LivePage::hold_wanted, this, [this] { change_view(&TimeView::hold); });
    connect(page_, &LivePage::hovered, this, [this](double time_s) {
        scene_.hover_s = time_s;
        page_->refresh_hover();
    });
    connect(page_, &LivePage::left, this, [this] {
        scene_.hover_s.reset();
        page_->refresh_hover();
    });
}

void MainWindow::tick() {
    if (page_ == nullptr) return;
    scene_.now = settings_.clock();
    const bool changed = feed_ && feed_->poll();
    if (feed_) scene_.run = &feed_->run();
    const bool fell_silent_or_woke = scene_.alive() != alive_;
    const bool damaged = stored_ && stored_->tell_damage();
    const bool again = changed || fell_silent_or_woke || damaged;
    if (again) refresh();
    ++ticks_;
    if (ticks_ % frames_per_disk == 0) status_bar_->look_at_disk();
    if (!again && ticks_ % frames_per_age == 0) {
        page_->refresh_ages();
        top_bar_->refresh();
        status_bar_->update();
    }
}

void MainWindow::refresh() {
    const RunModel& run = *scene_.run;
    alive_ = scene_.alive();
    scene_.view.advance(run.newest_s().value_or(0), run.row_count(), scene_.ended());
    if ((banner_->isVisibleTo(this) ? banner_->height() : 0) != Banner::wanted_height(scene_))
        lay_out();
    banner_->refresh();
    top_bar_->refresh();
    rail_->update();
    status_bar_->update();
    page_->refresh();
    refresh_title();
}

void MainWindow::refresh_title() {
    const RunModel& run = *scene_.run;
    const QString cell = QString::fromStdString(run.station().cell_name);
    const QString name = run.opened ? QString::fromStdString(run.opened->name) : cell;
    const auto open = run.unacknowledged();
    QString title;
    if (scene_.review)
        title = QStringLiteral("Review of %1").arg(name);
    else if (!open.empty())
        title = QStringLiteral("ALARM layer %1 at or below 0 V – %2")
                    .arg(open.front()->raised.layer)
                    .arg(cell);
    else if (run.closed)
        title = QStringLiteral("Closed (%1) – %2").arg(QString::fromStdString(*run.closed), cell);
    else
        title = QStringLiteral("REC – %1").arg(cell);
    if (scene_.view.held() && !scene_.review) title += QStringLiteral(" (view held)");
    setWindowTitle(title + QStringLiteral(" – Layerscope"));
}

void MainWindow::change_view(const std::function<void(TimeView&)>& change) {
    change(scene_.view);
    page_->refresh();
    refresh_title();
}

void MainWindow::go_to(double time_s) {
    change_view([&](TimeView& view) { view.centre(time_s); });
}

void MainWindow::acknowledge() {
    if (!feed_) return;
    feed_->acknowledge_all(settings_.user);
    tick();
}

void MainWindow::set_theme(ThemeKind kind) {
    scene_.look.theme = make_theme(kind);
    QApplication::setPalette(make_palette(scene_.look.theme));
    setStyleSheet(make_style_sheet(scene_.look.theme));
    if (page_ == nullptr) return;
    page_->restyle();
    top_bar_->refresh();
    for (QWidget* part : centralWidget()->findChildren<QWidget*>()) part->update();
}

QImage MainWindow::picture(QSize size) {
    setMinimumSize(1, 1);  // a picture may be smaller than a window is useful
    resize(size);
    ensurePolished();
    QApplication::sendPostedEvents();  // the layout follows the size before anything is painted
    if (page_ != nullptr)
        for (TracePanel* panel : page_->panels()) panel->replot(QCustomPlot::rpImmediateRefresh);
    return grab().toImage();
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    // Keys are for the plots at first; Qt would give them to the first button.
    if (page_ != nullptr) page_->panels().front()->setFocus();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    lay_out();
}

void MainWindow::lay_out() {
    if (page_ == nullptr) return;
    const int banner = Banner::wanted_height(scene_);
    const int right = width() - rail_width;
    const int page_height = height() - top_bar_height - banner - status_height;
    centralWidget()->setGeometry(rect());
    top_bar_->setGeometry(0, 0, width(), top_bar_height);
    rail_->setGeometry(0, top_bar_height, rail_width, height() - top_bar_height - status_height);
    banner_->setVisible(banner > 0);
    banner_->setGeometry(rail_width, top_bar_height, right, banner);
    page_->setGeometry(rail_width, top_bar_height + banner, right, page_height);
    status_bar_->setGeometry(0, height() - status_height, width(), status_height);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (page_ == nullptr) return QMainWindow::keyPressEvent(event);
    const bool to_live = scene_.view.held() || event->key() == Qt::Key_L;
    switch (event->key()) {
        case Qt::Key_Space:
        case Qt::Key_L:
            change_view([&](TimeView& view) { to_live ? view.go_live() : view.hold(); });
            return;
        case Qt::Key_Home:
            change_view(&TimeView::fit_all);
            return;
        case Qt::Key_A:
            acknowledge();
            return;
        default:
            QMainWindow::keyPressEvent(event);
    }
}

}  // namespace layerscope
