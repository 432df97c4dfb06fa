#include "ui/stored_run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "core/store/run_writer.h"
#include "tests/ui/sample_run.h"

namespace layerscope {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own that goes with it.
class StoredRun : public ::testing::Test {
  protected:
    StoredRun() : folder_{fs::temp_directory_path() / ("layerscope-" + make_uuid())} {
        fs::create_directories(folder_);
    }
    ~StoredRun() override {
        std::error_code ignored;  // a folder left behind harms nobody
        fs::remove_all(folder_, ignored);
    }
    StoredRun(const StoredRun&) = delete;
    StoredRun& operator=(const StoredRun&) = delete;

    /// A finished run of the sample: all rows, an alarm and who acknowledged it.
    fs::path write(const Station& station, double to_s) const {
        NewRun run;
        run.name = "run_0037";
        run.created = sample_now();
        run.station = station;
        for (const StationChannel& channel : station.channels) {
            RunStream stream;
            stream.layer = channel.layer;
            stream.device = channel.device;
            stream.address = channel.address;
            stream.test_id = 1;
            run.streams.push_back(stream);
        }
        const fs::path path = folder_ / "run_0037.lsrun";
        auto writer = RunWriter::create(path, run).value();
        std::vector<RunEntry> entries;
        for (const StationChannel& channel : station.channels)
            entries.emplace_back(sample_rows(station, channel.layer, 0, to_s, sample_now()));
        const std::int64_t alarm = writer.next_event_id();
        entries.emplace_back(RunEvent{alarm, sample_now(), "below_0V", 1, 3630.0, "Layer 1 at 0 V",
                                      R"({"seqid":364,"potential_V":-0.0004,"charge_mAh":13.2})"});
        entries.emplace_back(
            RunEvent{alarm + 1, sample_now(), "acknowledged", 1, std::nullopt, "Seen",
                     R"({"alarm":)" + std::to_string(alarm) + R"(,"user":"ada"})"});
        EXPECT_TRUE(writer.commit(entries));
        EXPECT_TRUE(writer.close("finish", sample_now(), RunWriter::Ending::for_good));
        return path;
    }

    fs::path folder_;
};

TEST_F(StoredRun, is_bit_for_bit_the_run_that_was_shown_live) {
    const Station station = sample_station();
    RunModel live{station};
    for (double from_s = 0; from_s < 5000; from_s += 250)
        for (const auto& page : sample_pages(station, from_s, from_s + 250, sample_now()))
            live.apply(page);
    live.finish("finish");

    const auto stored = load_run(write(station, 5000));
    ASSERT_TRUE(stored) << stored.error().sentence;
    EXPECT_EQ((*stored)->row_count(), live.row_count());
    EXPECT_EQ((*stored)->closed, "finish");
    for (int layer = 1; layer <= 4; ++layer) {
        EXPECT_EQ((*stored)->columns(layer).time_s, live.columns(layer).time_s);
        EXPECT_EQ((*stored)->columns(layer).soc, live.columns(layer).soc);
    }
    EXPECT_EQ((*stored)->columns(1).potential_V, live.columns(1).potential_V);
    EXPECT_FALSE(live.spread().sigma.empty());
    EXPECT_EQ((*stored)->spread().sigma, live.spread().sigma);
    ASSERT_TRUE((*stored)->first_crossing());
    EXPECT_EQ((*stored)->first_crossing()->seqid, live.first_crossing()->seqid);
}

TEST_F(StoredRun, brings_its_alarms_and_who_acknowledged_them) {
    const auto stored = load_run(write(sample_station(), 4000));
    ASSERT_TRUE(stored) << stored.error().sentence;
    ASSERT_EQ((*stored)->alarms().size(), 1U);
    const ShownAlarm& alarm = (*stored)->alarms().front();
    EXPECT_TRUE(alarm.acknowledged);
    EXPECT_EQ(alarm.raised.device_time_s, 3630.0);
    EXPECT_EQ(alarm.raised.potential_V, -0.0004);
    EXPECT_EQ(alarm.raised.charge_mAh, 13.2);
}

TEST_F(StoredRun, passes_on_why_a_file_cannot_be_read) {
    const auto stored = load_run(folder_ / "missing.lsrun");
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace layerscope
