#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/store/run_writer.h"
#include "tests/temporary_folder.h"

namespace layerscope {

/// Four layers on one cycler, references on 1 and 3.
inline Station four_layers() {
    const auto cell = builtin_cell_text("yan-2025");
    const auto design = parse_cell_design(*cell, "yan-2025");
    auto toml = demonstration_station_toml(*design, 502, "C-07");
    return *parse_station(toml, "station.toml", std::filesystem::path{});
}

inline NewRun new_run(std::int64_t test_id = 7) {
    NewRun run;
    run.name = "C-07";
    run.created = UtcTime{std::chrono::microseconds{1'795'370'000'123'456}};
    run.station = four_layers();
    for (const auto& channel : run.station.channels) {
        RunStream stream;
        stream.layer = channel.layer;
        stream.device = channel.device;
        stream.address = channel.address;
        stream.test_id = test_id;
        run.streams.push_back(stream);
    }
    return run;
}

/// Row `seqid` of a lithiation at 10 s, with doubles that need 17 digits.
inline RecordedRow row(std::int64_t seqid, double current_A = -0.00336) {
    RecordedRow made;
    made.seqid = seqid;
    made.stepid = 1;
    made.cycleid = 1;
    made.steptype = "dc";
    made.testtime_ms = seqid * 10'000;
    made.atime = to_wall_text(WallTime{std::chrono::seconds{1'795'370'000 + seqid * 10}});
    made.voltage_V = 0.1 + 0.2 / double(seqid);
    made.current_A = current_A;
    made.capacity_Ah = 1.0 / 3.0 * double(seqid) * 1e-5;
    made.energy_Wh = 5e-324;
    made.aux = {{"V1", 0.5 - 0.01 * double(seqid)}, {"T1", 24.999999999999996}, {"t1", -0.0}};
    return made;
}

inline RowPage page(int layer, std::int64_t first, std::int64_t last, std::int64_t test_id = 7) {
    RowPage made{layer, test_id, UtcTime{std::chrono::microseconds{1'795'370'000'000'000}}, {}};
    for (auto seqid = first; seqid <= last; ++seqid) made.rows.push_back(row(seqid));
    return made;
}

}  // namespace layerscope
