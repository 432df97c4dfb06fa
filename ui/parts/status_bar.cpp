#include "ui/parts/status_bar.h"

#include <filesystem>
#include <system_error>

#include "ui/parts/duration_text.h"

namespace layerscope {

StatusBar::StatusBar(const Scene& scene, QWidget* parent) : Part{scene, parent} {
    look_at_disk();
}

void StatusBar::look_at_disk() {
    namespace fs = std::filesystem;
    const auto& opened = run().opened;
    if (!opened) return;
    std::error_code error;
    file_ = QString::fromStdString(opened->path.filename().string());
    const auto size = fs::file_size(opened->path, error);
    if (!error) {
        // What has not been merged into the file yet lies beside it.
        fs::path log = opened->path;
        log += "-wal";
        const auto pending = fs::file_size(log, error);
        file_ += QStringLiteral(", ") + bytes_text(double(size) + (error ? 0.0 : double(pending)));
    }
    const auto space = fs::space(opened->path.parent_path(), error);
    free_ = error ? QString{} : bytes_text(double(space.available));
}

void StatusBar::paint(Ink& ink) {
    const Theme& theme = ink.theme();
    ink.painter().fillRect(rect(), theme.bar);
    ink.horizontal(0, 0, width(), theme.hairline);
    const QString advice = QStringLiteral("Advisory only. Trips belong in the cycler program.");
    const double limit = width() - 28 - Ink::width(advice, {11});
    double x = 80;
    const auto say = [&](const QString& name, const QString& value, const QColor& color) {
        const double wide = Ink::width(name, {11}) + 5 + Ink::width(value, {11, QFont::Medium});
        if (value.isEmpty() || x + wide > limit) return;
        x += ink.text({x, 16}, name, {11}, theme.muted) + 5;
        x += ink.text({x, 16}, value, {11, QFont::Medium}, color) + 20;
    };
    for (const LinkReport& link : run().lost_links()) {
        const QString since = QString::fromStdString(to_local_text(link.at)).mid(11, 8);
        say(QString::fromStdString(link.device) + QStringLiteral(":"),
            QStringLiteral("link lost since %1, trying again").arg(since), theme.warning_text);
    }
    if (run().trouble)  // the banner has the sentence
        say(QStringLiteral("Recording"), QStringLiteral("at risk"), theme.critical_text);
    const auto age = age_s(scene_, run().last_heard());
    const bool old = age && run().channels_alive(scene_.now) == 0;
    if (age)
        say(QStringLiteral("Last sample"), age_text(*age), old ? theme.warning_text : theme.text);
    if (run().closed)
        say(QStringLiteral("Closed"), QString::fromStdString(*run().closed), theme.text);
    const auto missing = run().missing_rows();
    say(QStringLiteral("Missing rows"), QString::number(missing),
        missing > 0 ? theme.warning_text : theme.text);
    say(QStringLiteral("Rows"), QString::number(run().row_count()), theme.text);
    say(QStringLiteral("File"), file_, theme.text);
    say(QStringLiteral("Disk free"), free_, theme.text);
    ink.text({width() - 12.0, 16}, advice, {11}, theme.muted, Qt::AlignRight);
}

}  // namespace layerscope
