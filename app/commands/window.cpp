#include "app/commands/window.h"

#include <fmt/format.h>

#include <QApplication>
#include <QSaveFile>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "app/commands/duration.h"
#include "app/live_session.h"
#include "app/run_folder.h"
#include "core/base/number.h"
#include "core/base/version.h"
#include "core/cell/station.h"
#include "ui/fonts.h"
#include "ui/main_window.h"

namespace layerscope {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

struct Shot {
    QString file;
    std::chrono::milliseconds after{};
};

/// The options, read.
struct Plan {
    std::optional<Shot> shot;
    QSize size;
    ThemeKind theme{};
};

void say(const std::string& sentence) {
    fmt::print(stderr, "layerscope: {}\n", sentence);
}

std::optional<QSize> parse_size(std::string_view text) {
    constexpr int least = 320;
    constexpr int most = 8000;
    const auto cross = text.find('x');
    if (cross == std::string_view::npos) return std::nullopt;
    const auto width = parse_integer(text.substr(0, cross));
    const auto height = parse_integer(text.substr(cross + 1));
    if (!width || !height || *width < least || *height < least || *width > most || *height > most) {
        return std::nullopt;
    }
    return QSize{int(*width), int(*height)};
}

Result<Plan> make_plan(const WindowOptions& options) {
    Plan plan;
    const auto size = parse_size(options.size);
    if (!size) {
        return fail(ErrorKind::usage,
                    fmt::format("--size {}: write width and height in pixels like "
                                "1440x900",
                                options.size));
    }
    plan.size = *size;
    plan.theme = options.theme == "dark" ? ThemeKind::dark : ThemeKind::light;
    if (!options.screenshot.empty()) {
        const auto after = parse_duration(options.after);
        if (!after) {
            return fail(ErrorKind::usage,
                        fmt::format("--after {}: write a time like 5s or 1min", options.after));
        }
        plan.shot = Shot{QString::fromStdString(options.screenshot), *after};
    }
    if (!options.station.empty() && !options.runs.empty()) {
        return fail(ErrorKind::usage, "a station and runs cannot share a window; open one of them");
    }
    return plan;
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

/// Qt aborts where it finds no display; that is decided here before Qt is asked.
bool find_display(bool for_picture) {
    if (is_set("QT_QPA_PLATFORM") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) return true;
    if (!for_picture) return false;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return true;
}

/// A display that is named but does not answer makes Qt abort with a page of text.
void end_with_a_sentence(QtMsgType type, const QMessageLogContext& /*context*/,
                         const QString& message) {
    if (type == QtFatalMsg) {
        say("the display cannot be used (" + message.section('\n', 0, 0).toStdString() +
            "); check DISPLAY, or use record and --screenshot, which need none");
        std::_Exit(failed);
    }
    // Qt's warnings are for its own developers; what a person must know the program says itself.
    if (type == QtCriticalMsg) say(message.toStdString());
}

int write_picture(MainWindow& window, const Shot& shot, QSize size) {
    window.tick();
    QSaveFile file{shot.file};  // beside, then renamed
    if (!file.open(QIODevice::WriteOnly) || !window.picture(size).save(&file, "PNG") ||
        !file.commit()) {
        say(fmt::format("{}: cannot be written ({}); choose another place", shot.file.toStdString(),
                        file.errorString().toStdString()));
        return failed;
    }
    return 0;
}

/// Shows the windows until the last is closed, or takes the picture of the first.
int run(QApplication& application, std::vector<std::unique_ptr<MainWindow>>& windows,
        const Plan& plan) {
    for (const auto& window : windows) {
        window->resize(plan.size);
        window->show();
    }
    if (plan.shot) {
        QTimer::singleShot(plan.shot->after, &application, [&] {
            QApplication::exit(write_picture(*windows.front(), *plan.shot, plan.size));
        });
    }
    return QApplication::exec();
}

std::unique_ptr<MainWindow> make_window(const Plan& plan) {
    WindowSettings settings;
    settings.theme = plan.theme;
    settings.user = qEnvironmentVariable("USER", "operator").toStdString();
    return std::make_unique<MainWindow>(std::move(settings));
}

int review(QApplication& application, const WindowOptions& options, const Plan& plan) {
    std::vector<std::unique_ptr<MainWindow>> windows;
    for (const auto& run_file : options.runs) {
        windows.push_back(make_window(plan));
        if (auto opened = windows.back()->open_run(run_file); !opened) {
            say(opened.error().sentence);
            return failed;
        }
    }
    return run(application, windows, plan);
}

int watch(QApplication& application, const WindowOptions& options, const Plan& plan) {
    std::optional<PassingFolder> passing;
    RunFolder folder;
    if (plan.shot) {
        folder.path = passing.emplace().path();
    } else {
        folder = writable_run_folder(user_run_folder());
        if (!folder.sentence.empty()) say(folder.sentence);
    }
    Result<std::unique_ptr<LiveSession>> session;
    if (options.station.empty()) {
        session = LiveSession::demonstrate(folder.path);
    } else {
        auto station = read_station(options.station);
        if (!station) {
            say(station.error().sentence);
            return failed;
        }
        session = LiveSession::open(std::move(*station), folder.path);
    }
    if (!session) {
        say(session.error().sentence);
        return failed;
    }
    std::vector<std::unique_ptr<MainWindow>> windows;  // gone before the session they look at
    windows.push_back(make_window(plan));
    windows.front()->show_live((*session)->source(), (*session)->station(),
                               (*session)->accelerated());
    return run(application, windows, plan);
}

}  // namespace

void add_window_options(CLI::App& app, WindowOptions& options) {
    app.footer(
        "Without a command: the window; without anything: the demonstration.\n"
        "Example: layerscope --station cell.toml");
    app.add_option("--station", options.station, "who measures what (TOML): watch and record it");
    app.add_option("RUN", options.runs, "runs to look at (.lsrun), a window each");
    app.add_option("--screenshot", options.screenshot, "write a picture of the window and end");
    app.add_option("--after", options.after, "wait before the picture")->capture_default_str();
    app.add_option("--page", options.page, "page to show")
        ->capture_default_str()
        ->check(CLI::IsMember({"live"}));
    app.add_option("--size", options.size, "of the window in pixels")->capture_default_str();
    app.add_option("--theme", options.theme, "colours")
        ->capture_default_str()
        ->check(CLI::IsMember({"light", "dark"}));
}

int open_window(const WindowOptions& options) {
    const auto plan = make_plan(options);
    if (!plan) {
        say(plan.error().sentence);
        return wrong_usage;
    }
    if (!find_display(plan->shot.has_value())) {
        say("there is no display (DISPLAY and WAYLAND_DISPLAY are not set); use record, or "
            "--screenshot, which need none");
        return failed;
    }
    qInstallMessageHandler(end_with_a_sentence);
    int argc = 1;
    std::string name = "layerscope";
    char* argv[] = {name.data(), nullptr};
    QApplication application{argc, argv};
    QApplication::setStyle("Fusion");
    install_fonts();
    QApplication::setApplicationName("Layerscope");
    QApplication::setApplicationVersion(program_version);
    return options.runs.empty() ? watch(application, options, *plan)
                                : review(application, options, *plan);
}

}  // namespace layerscope
