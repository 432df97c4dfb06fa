#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/library/run_library.h"
#include "core/store/run_writer.h"
#include "tests/core/store/run_fixture.h"
#include "tests/temporary_folder.h"

namespace layerscope {

/// A run of four layers with a few rows each, ended for good.
inline void make_run(const std::filesystem::path& path, NewRun run = new_run(),
                     std::int64_t last_row = 3) {
    std::filesystem::create_directories(path.parent_path());
    auto writer = RunWriter::create(path, run);
    ASSERT_TRUE(writer) << writer.error().sentence;
    std::vector<RunEntry> entries;
    for (int layer = 1; layer <= 4; ++layer) entries.emplace_back(page(layer, 1, last_row));
    const auto stored = writer->commit(entries);
    ASSERT_TRUE(stored) << stored.error().sentence;
    ASSERT_TRUE(writer->close("finish", run.created, RunWriter::Ending::for_good));
}

inline NewRun named(const std::string& name, int day = 0) {
    NewRun run = new_run();
    run.name = name;
    run.created += std::chrono::days{day};
    return run;
}

/// As if it had been written long ago: only then a library keeps what it read.
inline void age(const std::filesystem::path& path, int hours = 1) {
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours{hours});
}

/// Turns bytes of a file into others, with its size and time as they were: only who opens it sees.
inline void spoil_unseen(const std::filesystem::path& path) {
    const auto time = std::filesystem::last_write_time(path);
    const auto size = std::filesystem::file_size(path);
    std::ofstream{path, std::ios::binary} << std::string(size, '\0');
    std::filesystem::last_write_time(path, time);
}

}  // namespace layerscope
