#include <QMouseEvent>
#include <QShortcut>
#include <QWheelEvent>

#include "tests/ui/window_fixture.h"

namespace layerscope {
namespace {

using namespace std::chrono_literals;

/// Wheel, mouse and keys as Qt delivers them.
class WindowInput : public WindowTest {
  protected:
    void SetUp() override {
        show(sample_station());
        record(0, 3000);
        window_.picture(large);
    }
    static void wheel(QWidget& on, QPointF at, int notches) {
        QWheelEvent event{at,
                          on.mapToGlobal(at),
                          {},
                          {0, 120 * notches},
                          Qt::NoButton,
                          Qt::NoModifier,
                          Qt::NoScrollPhase,
                          false};
        QApplication::sendEvent(&on, &event);
    }
    static void mouse(QWidget& on, QEvent::Type type, QPointF at, Qt::MouseButtons held) {
        const Qt::MouseButton button =
            type == QEvent::MouseMove ? Qt::NoButton : Qt::MouseButton::LeftButton;
        QMouseEvent event{type, at, on.mapToGlobal(at), button, held, Qt::NoModifier};
        QApplication::sendEvent(&on, &event);
    }
    static void drag(QWidget& on, QPointF from, QPointF to) {
        mouse(on, QEvent::MouseButtonPress, from, Qt::LeftButton);
        mouse(on, QEvent::MouseMove, (from + to) / 2, Qt::LeftButton);
        mouse(on, QEvent::MouseMove, to, Qt::LeftButton);
        mouse(on, QEvent::MouseButtonRelease, to, Qt::NoButton);
    }
    TimeRange range() const { return window_.scene().view.range(); }
    TracePanel& panel(std::size_t i) { return *page().panels().at(i); }
    TimeStrip& strip() { return *window_.findChild<TimeStrip*>(); }
};

TEST_F(WindowInput, zooms_about_the_pointer_on_each_panel) {
    for (std::size_t i = 0; i < 3; ++i) {
        press(Qt::Key_Home);
        const double whole_s = range().span_s();
        const QPointF at{panel(i).x_of(1200), panel(i).frame().center().y()};
        wheel(panel(i), at, 3);
        EXPECT_TRUE(window_.scene().view.held());
        EXPECT_NEAR(range().span_s(), whole_s * 0.512, 1e-6 * whole_s);
        EXPECT_NEAR(panel(i).x_of(1200), at.x(), 0.01) << "what is under the pointer stays";
        for (const TracePanel* other : page().panels())
            EXPECT_EQ(other->xAxis->range().lower, range().from_s) << "one time axis for all";
        wheel(panel(i), at, -3);
        EXPECT_NEAR(range().span_s(), whole_s, 1e-6 * whole_s);
    }
}

TEST_F(WindowInput, does_not_blow_a_quiet_curve_up_to_its_noise) {
    wheel(panel(0), {panel(0).x_of(1500), 100}, 60);
    for (int i = 0; i < 3; ++i) {
        EXPECT_GE(panel(i).yAxis->range().size(), panel(i).content().least_span) << "panel " << i;
        EXPECT_GT(panel(i).content().least_span, 0) << "panel " << i;
    }
}

TEST_F(WindowInput, drags_the_curves_with_the_pointer) {
    const TimeRange before = range();
    const QPointF from{panel(1).x_of(1500), 100};
    drag(panel(1), from, from + QPointF{-80, 30});
    const double moved_s = 80 * before.span_s() / panel(1).frame().width();
    EXPECT_NEAR(range().from_s, before.from_s + moved_s, 0.02 * moved_s);
    EXPECT_NEAR(range().span_s(), before.span_s(), 1e-6);
    const TimeRange after = range();
    mouse(panel(1), QEvent::MouseMove, from, Qt::NoButton);
    EXPECT_EQ(range(), after) << "a pointer that holds nothing drags nothing";
}

TEST_F(WindowInput, drags_the_window_along_the_strip_and_jumps_where_it_is_clicked) {
    wheel(panel(0), {panel(0).x_of(1500), 100}, 8);
    const QRectF before = strip().brush();
    drag(strip(), before.center(), before.center() + QPointF{-60, 0});
    EXPECT_NEAR(strip().brush().center().x(), before.center().x() - 60, 0.5);
    EXPECT_NEAR(strip().brush().width(), before.width(), 0.5);
    const QPointF empty{strip().brush().right() + 150, before.center().y()};
    drag(strip(), empty, empty);
    EXPECT_NEAR(strip().brush().center().x(), empty.x(), 0.5);
}

TEST_F(WindowInput, shows_the_values_under_the_pointer_until_it_leaves) {
    const QPointF at{panel(1).x_of(2000), 120};
    mouse(panel(1), QEvent::MouseMove, at, Qt::NoButton);
    ASSERT_TRUE(window_.scene().hover_s);
    EXPECT_NEAR(*window_.scene().hover_s, 2000, 0.5 * range().span_s() / panel(1).width());
    EXPECT_TRUE(painted(large, QStringLiteral("0:33:20")));
    QEvent leave{QEvent::Leave};
    QApplication::sendEvent(&panel(1), &leave);
    EXPECT_FALSE(window_.scene().hover_s);
}

TEST_F(WindowInput, moves_and_zooms_with_the_keys_of_a_panel) {
    const TimeRange before = range();
    press(Qt::Key_Right, panel(0));
    EXPECT_NEAR(range().from_s, before.from_s + before.span_s() / 10, 1e-6);
    press(Qt::Key_Left, panel(0));
    EXPECT_NEAR(range().from_s, before.from_s, 1e-6);
    press(Qt::Key_Plus, panel(0));
    EXPECT_NEAR(range().span_s(), 0.8 * before.span_s(), 1e-6);
    press(Qt::Key_Minus, panel(0));
    EXPECT_NEAR(range().span_s(), before.span_s(), 1e-6);
}

TEST_F(WindowInput, holds_with_space_while_the_pill_counts_new_rows) {
    press(Qt::Key_Space, panel(0));
    const TimeRange held = range();
    ASSERT_TRUE(window_.scene().view.held());
    record(3000, 3100);
    EXPECT_EQ(range(), held);
    EXPECT_NE(button(QStringLiteral("HOLD · 40 new")), nullptr);
    record(3100, 3200);
    EXPECT_NE(button(QStringLiteral("HOLD · 80 new")), nullptr);
    press(Qt::Key_Space, panel(0));
    EXPECT_FALSE(window_.scene().view.held());
    EXPECT_NE(button(QStringLiteral("● LIVE")), nullptr);
}

TEST_F(WindowInput, acknowledges_with_A_wherever_the_focus_is) {
    raise_alarm(1, 2900);
    ASSERT_EQ(window_.scene().run->unacknowledged().size(), 1U);
    press(Qt::Key_A, panel(2));
    EXPECT_TRUE(window_.scene().run->unacknowledged().empty());
}

/// Focus needs a window that is shown and active.
class WindowFocus : public WindowInput {
  protected:
    void SetUp() override {
        WindowInput::SetUp();
        raise_alarm(1, 2900);
        window_.resize(large);
        window_.show();
        window_.activateWindow();
        QApplication::processEvents();
    }
};

TEST_F(WindowFocus, is_with_the_plots_at_first_and_not_to_be_seen) {
    ASSERT_EQ(QApplication::focusWidget(), &panel(0));
    const QImage quiet = panel(0).grab().toImage();
    panel(1).setFocus(Qt::MouseFocusReason);
    EXPECT_EQ(panel(0).grab().toImage(), quiet);
    panel(0).setFocus(Qt::TabFocusReason);
    EXPECT_NE(panel(0).grab().toImage(), quiet);
}

TEST_F(WindowFocus, reaches_every_control_by_Tab_and_shows_where_it_is) {
    std::vector<QWidget*> reached;
    for (int i = 0; i < 40; ++i) {
        QWidget* on = QApplication::focusWidget();
        ASSERT_NE(on, nullptr);
        press(Qt::Key_Tab, *on);
        QWidget* next = QApplication::focusWidget();
        if (std::ranges::find(reached, next) != reached.end()) break;
        reached.push_back(next);
        const QImage focused = next->grab().toImage();
        next->clearFocus();
        EXPECT_NE(next->grab().toImage(), focused) << next->accessibleName().toStdString();
        next->setFocus(Qt::TabFocusReason);
    }
    for (QWidget* widget : window_.findChildren<QWidget*>()) {
        const bool control =
            widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
        if (!control) continue;
        EXPECT_NE(std::ranges::find(reached, widget), reached.end())
            << widget->accessibleName().toStdString();
        const auto* as_button = qobject_cast<QPushButton*>(widget);
        EXPECT_FALSE(widget->accessibleName().isEmpty() &&
                     (as_button == nullptr || as_button->text().isEmpty()))
            << widget->metaObject()->className() << " has no name to be read out";
    }
    EXPECT_GE(reached.size(), 12U);  // 5 buttons, 3 panels, 5 tiles, the events: at least these
}

TEST_F(WindowFocus, presses_the_focused_button_with_Space_and_Enter) {
    QPushButton* acknowledge = button(QStringLiteral("Acknowledge"));
    acknowledge->setFocus(Qt::TabFocusReason);
    press(Qt::Key_Space, *acknowledge);
    window_.tick();
    EXPECT_TRUE(window_.scene().run->unacknowledged().empty());
    EXPECT_FALSE(window_.scene().view.held()) << "Space was for the button";

    QPushButton* live = button(QStringLiteral("● LIVE"));
    live->setFocus(Qt::TabFocusReason);
    press(Qt::Key_Return, *live);
    EXPECT_TRUE(window_.scene().view.held());
    press(Qt::Key_Enter, *live);
    EXPECT_FALSE(window_.scene().view.held());
}

TEST_F(WindowFocus, changes_the_theme_with_Ctrl_T) {
    QKeyEvent asked{QEvent::ShortcutOverride, Qt::Key_T, Qt::ControlModifier};
    QApplication::sendEvent(&panel(0), &asked);
    const auto shortcuts = window_.findChildren<QShortcut*>();
    ASSERT_EQ(shortcuts.size(), 1);
    EXPECT_EQ(shortcuts.front()->key(), QKeySequence(Qt::CTRL | Qt::Key_T));
    emit shortcuts.front()->activated();
    EXPECT_EQ(window_.scene().look.theme.kind, ThemeKind::dark);
}

TEST_F(WindowInput, is_the_same_after_it_was_resized_there_and_back) {
    const QImage before = window_.picture(large);
    expect_whole_texts({1200, 720}, "resized-small");
    expect_whole_texts({2000, 1200}, "resized-large");
    EXPECT_EQ(window_.picture(large), before);
}

}  // namespace
}  // namespace layerscope
