#include "tests/ui/window_fixture.h"
#include "ui/parts/banner.h"

namespace layerscope {
namespace {

using namespace std::chrono_literals;

/// What the window says when the link, the recording or the test does not go well.
class WindowTruth : public WindowTest {
  protected:
    void link(LinkReport::State state) {
        source_.say({LinkReport{"bts", state, now_, "bts at 127.0.0.1:502: closed by the cycler"}});
        window_.tick();
    }
    void keep_picture(const char* name) {
        window_.picture(large).save(QStringLiteral("%1/%2.png").arg(LAYERSCOPE_PICTURES, name));
    }
    /// "14:31:52" here.
    QString wall() const { return QString::fromStdString(to_local_text(now_)).mid(11, 8); }
};

TEST_F(WindowTruth, looks_alive_only_while_the_link_is) {
    show(sample_station());
    record(0, 2000);
    link(LinkReport::State::connected);
    EXPECT_TRUE(painted(large, QStringLiteral("REC")));
    EXPECT_EQ(page().panels()[0]->content().now_label, QStringLiteral("now"));

    const QString since = wall();
    link(LinkReport::State::lost);
    now_ += 42s;
    link(LinkReport::State::lost);  // tried again, lost since the first
    EXPECT_TRUE(painted(large, "link lost since " + since + ", trying again"));
    EXPECT_TRUE(painted(large, QStringLiteral("NO LINK")));
    EXPECT_FALSE(painted(large, QStringLiteral("REC")));
    EXPECT_TRUE(painted(large, QStringLiteral("last known, 42 s ago")));
    EXPECT_EQ(page().panels()[0]->content().now_label, QStringLiteral("last row"));
    EXPECT_FALSE(painted(large, QStringLiteral("working")));
    EXPECT_NE(button(QStringLiteral("○ LIVE")), nullptr);
    expect_whole_texts(large, "link-lost");
    expect_whole_texts(small, "link-lost-small");

    link(LinkReport::State::connected);
    record(2000, 2100);
    EXPECT_FALSE(painted(large, QStringLiteral("link lost since")));
    EXPECT_TRUE(painted(large, QStringLiteral("REC")));
    EXPECT_NE(button(QStringLiteral("● LIVE")), nullptr);
}

TEST_F(WindowTruth, falls_silent_by_itself_when_nothing_comes) {
    show(sample_station());
    record(0, 2000);
    now_ += 10s;
    window_.tick();  // no message at all
    EXPECT_TRUE(painted(large, QStringLiteral("NO DATA")));
}

TEST_F(WindowTruth, keeps_the_last_values_of_a_test_that_has_ended) {
    show(sample_station());
    record(0, 4200);
    const double last_s = *window_.scene().run->newest_s();
    source_.say({RunClosed{"/nowhere/run_0037.lsrun", "finish", {420, 420, 420, 420}, now_}});
    window_.tick();
    const auto potential_V = window_.scene().run->potential_V(1)->value;
    now_ += 90s;
    Snapshot later;
    later.layer = 1;
    later.arrival = now_;
    later.aux = {{"V1", 3.0}};
    source_.say({later});
    window_.tick();
    EXPECT_EQ(window_.scene().run->potential_V(1)->value, potential_V);
    EXPECT_TRUE(painted(large, QStringLiteral("Ended · finish")));
    for (const TracePanel* panel : page().panels()) EXPECT_FALSE(panel->content().now_s);
    for (const char* alive : {"REC", "90 s", "Last sample", "LIVE", "last row"})
        EXPECT_FALSE(painted(large, QString::fromLatin1(alive))) << alive;
    EXPECT_EQ(window_.scene().view.range().to_s, last_s) << "there is no future to leave room for";
    EXPECT_NE(button(QStringLiteral("Whole run")), nullptr);
    expect_whole_texts(large, "ended");
    expect_whole_texts(small, "ended-small");
}

TEST_F(WindowTruth, says_over_the_page_that_the_recording_is_at_risk_until_it_is_not) {
    show(sample_station());
    record(0, 4200);
    const auto* banner = window_.findChild<Banner*>();
    const std::string full = "run_0037.lsrun: no space left on the disk; make room";
    source_.say({RecordingTrouble{full, now_}});
    window_.tick();
    EXPECT_TRUE(banner->isVisibleTo(&window_));
    EXPECT_TRUE(painted(large, QString::fromStdString(full)));
    EXPECT_EQ(banner->toolTip().toStdString(), full);
    expect_whole_texts(large, "at-risk");
    const int one = banner->height();
    raise_alarm(1, 3700);
    EXPECT_EQ(banner->height(), 2 * one) << "neither hides the other";
    EXPECT_TRUE(painted(large, QString::fromStdString(full)));
    EXPECT_TRUE(painted(large, QStringLiteral("Layer 1 at or below 0 V")));
    expect_whole_texts(small, "at-risk-in-alarm");
    source_.say({RecordingTrouble{"", now_}});
    window_.tick();
    EXPECT_EQ(banner->height(), one);
}

TEST_F(WindowTruth, follows_the_run_that_takes_the_place_of_another) {
    show(sample_station());
    record(0, 2000);
    link(LinkReport::State::lost);
    source_.say({RunClosed{"/nowhere/run_0037.lsrun", "superseded", {200, 200, 200, 200}, now_}});
    RunOpened next{"/nowhere/run_0038.lsrun", "next", "run_0038", false, now_};
    next.first_seqid = {1, 201, 1, 1};
    source_.say({next});
    source_.say({sample_rows(station_, 2, 2000, 2100, now_)});
    window_.tick();
    const RunModel& run = *window_.scene().run;
    EXPECT_EQ(run.opened->name, "run_0038");
    EXPECT_EQ(run.row_count(), 10);
    EXPECT_EQ(run.missing_rows(), 0) << "the rows before have their own file";
    EXPECT_FALSE(run.closed);
    EXPECT_EQ(run.lost_links().size(), 1U) << "the link is the same";
}

TEST_F(WindowTruth, says_since_when_it_waits_for_rows) {
    show(sample_station());
    EXPECT_TRUE(painted(large, QStringLiteral("waiting for the first row since ") + wall()));
}

TEST_F(WindowTruth, names_a_reference_that_the_rows_do_not_carry) {
    show(sample_station());
    auto pages = sample_pages(station_, 0, 2000, now_);
    for (LiveMessage& page : pages)
        for (RecordedRow& row : std::get<RowPage>(page).rows) row.aux.clear();
    source_.say(pages);
    window_.tick();
    EXPECT_TRUE(painted(large, QStringLiteral("the rows carry no V1 (layer 1), V1 (layer 3); map "
                                              "it in the cycler or correct the station")));
    EXPECT_TRUE(page().panels()[1]->graph(0)->data()->isEmpty() ||
                std::isnan(page().panels()[1]->graph(0)->data()->constBegin()->value));
    expect_whole_texts(small, "reference-missing");
}

TEST_F(WindowTruth, gives_an_event_without_test_time_the_time_on_the_wall) {
    show(sample_station());
    EXPECT_TRUE(painted(large, wall().left(5)));
    auto* events = window_.findChild<EventList*>();
    EXPECT_TRUE(events->accessibleDescription().startsWith(
        QStringLiteral("Recording begins: Recording run_0037 begins: /nowhere/run_0037.lsrun")));
    EXPECT_EQ(events->whole_text(events->height()), QString{});
    keep_picture("waiting-events");
}

}  // namespace
}  // namespace layerscope
