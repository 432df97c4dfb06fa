#include "ui/main_window.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/ui/window_fixture.h"
#include "ui/parts/banner.h"

namespace layerscope {
namespace {

using namespace std::chrono_literals;

class MainWindowTest : public WindowTest {};

TEST_F(MainWindowTest, shows_a_running_test_whole_in_both_themes_and_sizes) {
    show(sample_station(), 120);
    record(0, 3400);
    now_ += 800ms;
    window_.tick();
    expect_whole_texts(large, "live-light");
    expect_whole_texts(small, "live-light-small");
    window_.set_theme(ThemeKind::dark);
    expect_whole_texts(large, "live-dark");
    expect_whole_texts(small, "live-dark-small");
}

TEST_F(MainWindowTest, shows_an_alarm_whole_in_both_themes_and_sizes) {
    show(sample_station());
    record(0, 5160);
    const double crossing_s = window_.scene().run->first_crossing()->time_s;
    raise_alarm(1, crossing_s);
    expect_whole_texts(large, "alarm-light");
    expect_whole_texts(small, "alarm-light-small");
    window_.set_theme(ThemeKind::dark);
    expect_whole_texts(large, "alarm-dark");
    button(QStringLiteral("Acknowledge"))->click();
    expect_whole_texts(large, "acknowledged-dark");
}

TEST_F(MainWindowTest, shows_one_layer_and_sixteen_and_none_with_a_reference) {
    show(sample_station(1, {1}));
    record(0, 1800);
    expect_whole_texts(large, "one-layer");
    show(sample_station(16, {1, 8, 16}));
    record(0, 4000);
    expect_whole_texts(large, "sixteen-layers");
    expect_whole_texts(small, "sixteen-layers-small");
    show(sample_station(3, {}));
    record(0, 4000);
    expect_whole_texts(large, "no-reference");
    EXPECT_TRUE(painted(large, QStringLiteral("no reference electrode on any layer")));
}

TEST_F(MainWindowTest, says_that_it_waits_before_the_first_row) {
    show(sample_station());
    expect_whole_texts(large, "waiting");
    EXPECT_TRUE(painted(large, QStringLiteral("waiting for the first row")));
}

TEST_F(MainWindowTest, gives_the_potential_most_of_the_height) {
    show(sample_station());
    window_.picture(large);
    double all = 0;
    for (const TracePanel* panel : page().panels()) all += panel->height();
    EXPECT_NEAR(page().panels()[0]->height() / all, 0.305, 0.002);
    EXPECT_NEAR(page().panels()[1]->height() / all, 0.385, 0.002);
    EXPECT_NEAR(page().panels()[2]->height() / all, 0.310, 0.002);
}

TEST_F(MainWindowTest, never_lets_value_tags_overlap) {
    show(sample_station());
    record(0, 3000);
    window_.picture(large);
    for (const TracePanel* panel : page().panels()) {
        const auto boxes = panel->tag_boxes();
        ASSERT_FALSE(boxes.empty());
        for (std::size_t i = 1; i < boxes.size(); ++i)
            EXPECT_LE(boxes[i - 1].bottom(), boxes[i].top() + 1e-6);
    }
}

TEST_F(MainWindowTest, holds_the_view_while_rows_arrive_and_returns_on_L) {
    show(sample_station());
    record(0, 2000);
    emit page().panels()[1]->zoomed(1000, 0.5);
    const TimeRange held = window_.scene().view.range();
    record(2000, 2400);
    EXPECT_EQ(window_.scene().view.range(), held);
    EXPECT_NE(button(QStringLiteral("HOLD · 160 new")), nullptr);
    press(Qt::Key_L);
    EXPECT_FALSE(window_.scene().view.held());
    EXPECT_GT(window_.scene().view.range().to_s, 2390);
    EXPECT_DOUBLE_EQ(window_.scene().view.range().span_s(), held.span_s());
    press(Qt::Key_Home);
    EXPECT_EQ(window_.scene().view.range().from_s, 0);
}

TEST_F(MainWindowTest, feeds_the_plots_a_few_points_a_pixel_however_long_the_run) {
    show(sample_station());
    record(0, 400000);
    window_.picture(large);
    for (TracePanel* panel : page().panels())
        for (int i = 0; i < panel->graphCount(); ++i)
            EXPECT_LE(panel->graph(i)->data()->size(), 3 * panel->width());
}

TEST_F(MainWindowTest, keeps_the_banner_until_somebody_acknowledges) {
    show(sample_station());
    record(0, 5160);
    const auto* banner = window_.findChild<Banner*>();
    EXPECT_FALSE(banner->isVisibleTo(&window_));
    EXPECT_TRUE(window_.windowTitle().startsWith(QStringLiteral("REC")));
    raise_alarm(1, 3700);
    EXPECT_TRUE(banner->isVisibleTo(&window_));
    EXPECT_TRUE(window_.windowTitle().startsWith(QStringLiteral("ALARM layer 1")));
    EXPECT_NE(button(QStringLiteral("1 new alarm")), nullptr);
    record(5160, 5200);
    EXPECT_TRUE(banner->isVisibleTo(&window_)) << "rows do not take an alarm away";

    button(QStringLiteral("Acknowledge"))->click();
    EXPECT_TRUE(window_.scene().run->unacknowledged().empty());
    EXPECT_TRUE(banner->isVisibleTo(&window_)) << "the potential is still there";
    EXPECT_FALSE(button(QStringLiteral("Acknowledge"))->isVisibleTo(&window_));
    EXPECT_TRUE(window_.windowTitle().startsWith(QStringLiteral("REC")));
    EXPECT_EQ(window_.scene().run->events().back().text, "Acknowledged by ada");
}

TEST_F(MainWindowTest, names_the_layer_that_was_first_when_several_alarm) {
    show(sample_station());
    record(0, 5160);
    raise_alarm(1, 3700);
    raise_alarm(3, 4800);
    EXPECT_TRUE(painted(large, QStringLiteral("First out: layer 1")));
    EXPECT_TRUE(painted(large, QStringLiteral("+1: layer 3")));
}

TEST_F(MainWindowTest, shows_the_age_of_a_value_and_calls_it_old_after_three_polls) {
    show(sample_station());
    record(0, 2000);
    now_ += 42s;
    for (int i = 0; i < 15; ++i) window_.tick();
    EXPECT_TRUE(painted(large, QStringLiteral("42 s")));
    EXPECT_TRUE(painted(large, QStringLiteral("0/4")));
    window_.picture(large).save(QStringLiteral("%1/stale.png").arg(LAYERSCOPE_PICTURES));
    const auto widgets = window_.findChildren<QWidget*>();
    const auto tile = std::ranges::find_if(widgets, [](const QWidget* widget) {
        return widget->accessibleName().startsWith(QStringLiteral("E1"));
    });
    ASSERT_NE(tile, widgets.end());
    EXPECT_TRUE((*tile)->accessibleName().endsWith(QStringLiteral("old")));
}

TEST_F(MainWindowTest, changes_its_theme_with_a_button) {
    show(sample_station());
    EXPECT_EQ(window_.scene().look.theme.kind, ThemeKind::light);
    for (auto* found : window_.findChildren<QPushButton*>())
        if (found->accessibleName() == QStringLiteral("Light or dark")) found->click();
    EXPECT_EQ(window_.scene().look.theme.kind, ThemeKind::dark);
}

TEST_F(MainWindowTest, shows_values_under_the_pointer_in_all_panels) {
    show(sample_station());
    record(0, 3400);
    window_.picture(large);
    emit page().panels()[0]->hovered(2000);
    EXPECT_TRUE(painted(large, QStringLiteral("0:33:20")));
    EXPECT_TRUE(painted(large, QStringLiteral("E1 0.0")));
    window_.picture(large).save(QStringLiteral("%1/hover.png").arg(LAYERSCOPE_PICTURES));
}

/// A stored run is given by its loader; here it comes out of the sample.
TEST(MainWindowReview, shows_a_finished_run_without_ages_or_recording) {
    const Station station = sample_station();
    WindowSettings settings;
    settings.clock = sample_now;
    settings.loader = [&](const std::filesystem::path& path) -> Result<std::unique_ptr<RunModel>> {
        auto run = std::make_unique<RunModel>(station);
        for (const LiveMessage& page : sample_pages(station, 0, 5000, sample_now()))
            run->apply(page);
        run->opened = RunOpened{path, "uuid", "run_0037", false, sample_now()};
        run->finish("finish");
        return run;
    };
    MainWindow window{settings};
    ASSERT_TRUE(window.open_run("run_0037.lsrun"));
    std::vector<PaintedText> texts;
    window.log_texts(&texts);
    window.picture(large).save(QStringLiteral("%1/review.png").arg(LAYERSCOPE_PICTURES));
    EXPECT_EQ(window.windowTitle(), QStringLiteral("Review of run_0037 – Layerscope"));
    for (const PaintedText& text : texts) {
        EXPECT_NE(text.text, QStringLiteral("REC"));
        EXPECT_NE(text.text, QStringLiteral("Last sample"));
    }
    EXPECT_EQ(window.scene().view.range().to_s, 4990);
}

TEST(MainWindowReview, says_among_the_events_when_nobody_closed_the_recording) {
    WindowSettings settings;
    settings.clock = sample_now;
    settings.loader = [](const auto&) -> Result<std::unique_ptr<RunModel>> {
        auto run = std::make_unique<RunModel>(sample_station());
        run->not_closed.emplace().detail = "2 rows";
        return run;
    };
    MainWindow window{settings};
    ASSERT_TRUE(window.open_run("run_0037.lsrun"));
    ASSERT_EQ(window.scene().run->events().size(), 1U);
    EXPECT_EQ(window.scene().run->events().front().detail, "2 rows");
}

TEST(MainWindowReview, passes_on_why_a_run_cannot_be_read) {
    WindowSettings settings;
    settings.loader = [](const auto&) -> Result<std::unique_ptr<RunModel>> {
        return fail(ErrorKind::malformed, "run.lsrun: is no run file");
    };
    MainWindow window{settings};
    const auto opened = window.open_run("run.lsrun");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().sentence, "run.lsrun: is no run file");
}

}  // namespace
}  // namespace layerscope
