#pragma once
#include <gtest/gtest.h>

#include <QApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <algorithm>

#include "tests/ui/sample_run.h"
#include "ui/main_window.h"
#include "ui/pages/live_page.h"

namespace layerscope {

constexpr QSize large{1440, 900};
constexpr QSize small{1200, 720};

/// A window that follows a sample recording at a standing clock.
class WindowTest : public ::testing::Test {
  protected:
    void show(const Station& station, std::optional<double> accelerated = {}) {
        station_ = station;
        source_.say({RunOpened{"/nowhere/run_0037.lsrun", "uuid", "run_0037", false, now_}});
        window_.show_live(source_, station_, accelerated);
    }
    void record(double from_s, double to_s) {
        source_.say(sample_pages(station_, from_s, to_s, now_));
        window_.tick();
    }
    void raise_alarm(int layer, double time_s) {
        source_.say({AlarmRaised{++alarms_, "below_0V", layer, time_s, -0.0004, 10.72, now_}});
        window_.tick();
    }
    void press(int key) { press(key, window_); }
    /// Down and up again, as a button wants it.
    static void press(int key, QWidget& on) {
        QKeyEvent down{QEvent::KeyPress, key, Qt::NoModifier};
        QApplication::sendEvent(&on, &down);
        QKeyEvent up{QEvent::KeyRelease, key, Qt::NoModifier};
        QApplication::sendEvent(&on, &up);
    }
    /// Paints at `size`, keeps the picture, and expects every text whole and inside of its widget.
    void expect_whole_texts(QSize size, const char* name) {
        std::vector<PaintedText> texts;
        window_.picture(size);  // once for the layout
        window_.log_texts(&texts);
        const QImage picture = window_.picture(size);
        window_.log_texts(nullptr);
        picture.save(QStringLiteral("%1/%2.png").arg(LAYERSCOPE_PICTURES, name));
        EXPECT_EQ(picture.size(), size * picture.devicePixelRatio());
        EXPECT_GT(texts.size(), 40U);
        for (const PaintedText& text : texts) {
            EXPECT_FALSE(text.elided) << name << ": cut: " << text.text.toStdString();
            EXPECT_FALSE(text.outside) << name << ": outside: " << text.text.toStdString();
        }
    }
    bool painted(QSize size, const QString& wanted) {
        std::vector<PaintedText> texts;
        window_.log_texts(&texts);
        window_.picture(size);
        window_.log_texts(nullptr);
        return std::ranges::any_of(texts,
                                   [&](const auto& text) { return text.text.contains(wanted); });
    }
    LivePage& page() { return *window_.findChild<LivePage*>(); }
    QPushButton* button(const QString& text) {
        for (auto* found : window_.findChildren<QPushButton*>())
            if (found->text() == text) return found;
        return nullptr;
    }

    UtcTime now_ = sample_now();
    SampleSource source_;
    Station station_;
    std::int64_t alarms_ = 100;
    MainWindow window_{
        {.theme = ThemeKind::light, .user = "ada", .loader = load_run, .clock = [this] {
             return now_;
         }}};
};

}  // namespace layerscope
