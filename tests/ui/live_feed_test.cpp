#include "ui/live_feed.h"

#include <gtest/gtest.h>

#include "tests/ui/sample_run.h"

namespace layerscope {
namespace {

RunOpened opened(const std::string& uuid, bool resumed = false) {
    return {"/nowhere/run.lsrun", uuid, "run", resumed, sample_now()};
}

/// A loader whose file holds the sample up to `to_s`.
RunLoader file_with(const Station& station, double to_s) {
    return [station, to_s](const auto&) -> Result<std::unique_ptr<RunModel>> {
        auto run = std::make_unique<RunModel>(station);
        for (const LiveMessage& page : sample_pages(station, 0, to_s, sample_now()))
            run->apply(page);
        return run;
    };
}

TEST(LiveFeed, reads_a_resumed_run_from_its_file_first) {
    const Station station = sample_station();
    SampleSource source;
    LiveFeed feed{source, station, file_with(station, 100)};
    source.say({opened("a", true)});
    source.say(sample_pages(station, 100, 150, sample_now()));
    EXPECT_TRUE(feed.poll());
    EXPECT_EQ(feed.run().row_count(), 4 * 15);
    EXPECT_EQ(feed.run().missing_rows(), 0);
    EXPECT_FALSE(feed.poll()) << "nothing came";
}

TEST(LiveFeed, reads_what_the_screen_lost_from_the_file) {
    const Station station = sample_station();
    SampleSource source;
    LiveFeed feed{source, station, file_with(station, 300)};
    source.say({opened("a")});
    source.say(sample_pages(station, 0, 100, sample_now()));
    feed.poll();
    source.lost = 4;  // the pages from 100 s to 290 s
    source.say(sample_pages(station, 290, 400, sample_now()));
    feed.poll();
    EXPECT_EQ(feed.run().row_count(), 4 * 40);
    EXPECT_EQ(feed.run().missing_rows(), 0);
}

TEST(LiveFeed, says_so_when_what_was_lost_cannot_be_read) {
    const Station station = sample_station();
    SampleSource source;
    LiveFeed feed{source, station, [](const auto&) -> Result<std::unique_ptr<RunModel>> {
                      return fail(ErrorKind::io, "run.lsrun: cannot be opened");
                  }};
    source.say({opened("a")});
    feed.poll();
    source.lost = 1;
    feed.poll();
    EXPECT_EQ(feed.run().events().back().text,
              "The screen missed rows: run.lsrun: cannot be opened");
}

TEST(LiveFeed, begins_anew_with_the_successor_of_a_run) {
    const Station station = sample_station();
    SampleSource source;
    LiveFeed feed{source, station, file_with(station, 0)};
    source.say({opened("a")});
    source.say(sample_pages(station, 0, 100, sample_now()));
    source.say({RunClosed{"/nowhere/run.lsrun", "superseded", {}, sample_now()}});
    feed.poll();
    EXPECT_EQ(feed.run().closed, "superseded");
    source.say({opened("b")});
    source.say(sample_pages(station, 0, 50, sample_now()));
    feed.poll();
    EXPECT_EQ(feed.run().row_count(), 4 * 5);
    EXPECT_FALSE(feed.run().closed);
}

}  // namespace
}  // namespace layerscope
