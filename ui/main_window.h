#pragma once
#include <QImage>
#include <QMainWindow>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/acquire/live_message.h"
#include "ui/live_feed.h"
#include "ui/scene.h"
#include "ui/stored_run.h"

namespace layerscope {

class Banner;
class LivePage;
class Rail;
class StatusBar;
class TopBar;

struct WindowSettings {
    ThemeKind theme = ThemeKind::light;
    std::string user;             // who acknowledges
    RunLoader loader = load_run;  // how run files are read
    std::function<UtcTime()> clock = utc_now;
};

/// The window: one run, being recorded or finished. It pulls: one timer drains the messages,
/// coalesces them and repaints what has changed; recording and alarms never wait for it.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(WindowSettings settings);
    ~MainWindow() override;

    /// Follows a recording. `source` must outlive the window or the next run shown; `accelerated`
    /// says how many times faster than life a simulated cycler runs, if it does.
    void show_live(LiveSource& source, const Station& station,
                   std::optional<double> accelerated = {});
    /// Shows a stored run, read-only.
    Result<void> open_run(const std::filesystem::path& path);

    void set_theme(ThemeKind kind);
    /// What the window shows now at `size`, without a display.
    QImage picture(QSize size);
    /// Drains, advances the view and refreshes, as the timer does.
    void tick();

    const Scene& scene() const { return scene_; }
    /// Where painted texts are noted from now on; nullptr ends it. For tests.
    void log_texts(std::vector<PaintedText>* log) { scene_.look.log = log; }

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void show_run(const RunModel& run, bool review);
    void connect_parts();
    void change_view(const std::function<void(TimeView&)>& change);
    void refresh();
    void refresh_title();
    void lay_out();
    void acknowledge();
    void go_to(double time_s);

    WindowSettings settings_;
    Scene scene_;
    std::unique_ptr<LiveFeed> feed_;    // of a recording
    std::unique_ptr<RunModel> stored_;  // or a stored run
    TopBar* top_bar_ = nullptr;
    Rail* rail_ = nullptr;
    Banner* banner_ = nullptr;
    LivePage* page_ = nullptr;
    StatusBar* status_bar_ = nullptr;
    QTimer timer_;
    int ticks_ = 0;
    bool alive_ = false;  // as last painted
};

}  // namespace layerscope
