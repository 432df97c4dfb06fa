#pragma once
#include "core/store/sql.h"
#include "tests/core/store/run_fixture.h"

/// A run file of version 1, made from its SQL alone: what makes such files is not in the program
/// any more, but they are still read.
namespace layerscope {

inline constexpr const char* version_1_tables = R"sql(
PRAGMA application_id = 0x4C535250; PRAGMA user_version = 1;
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stream(id INTEGER PRIMARY KEY, device TEXT NOT NULL, address TEXT NOT NULL,
    test_id INTEGER NOT NULL, first_seqid INTEGER NOT NULL, offset_ms INTEGER, barcode TEXT);
CREATE TABLE row(stream INTEGER NOT NULL REFERENCES stream(id), seqid INTEGER NOT NULL,
    stepid INTEGER NOT NULL, cycleid INTEGER NOT NULL, steptype TEXT NOT NULL,
    testtime_ms INTEGER NOT NULL, atime TEXT NOT NULL, voltage_V NOT NULL, current_A NOT NULL,
    capacity_Ah NOT NULL, energy_Wh NOT NULL, arrival_us INTEGER,
    PRIMARY KEY (stream, seqid)) WITHOUT ROWID;
CREATE TABLE aux(stream INTEGER NOT NULL, seqid INTEGER NOT NULL, place INTEGER NOT NULL,
    name TEXT NOT NULL, value NOT NULL, PRIMARY KEY (stream, seqid, place)) WITHOUT ROWID;
CREATE TABLE snapshot(id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, test_id INTEGER NOT NULL,
    arrival_us INTEGER NOT NULL, status TEXT NOT NULL, step_type TEXT NOT NULL,
    cycle INTEGER NOT NULL, step INTEGER, voltage_V NOT NULL, current_A NOT NULL,
    capacity_Ah NOT NULL, energy_Wh NOT NULL, total_time_s NOT NULL, step_time_s NOT NULL);
CREATE TABLE snapshot_aux(snapshot INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
    value NOT NULL, PRIMARY KEY (snapshot, place)) WITHOUT ROWID;
CREATE TABLE event(id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL,
    layer INTEGER NOT NULL, device_time_s, text TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE clock(id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, atime TEXT NOT NULL,
    arrival_us INTEGER NOT NULL);
)sql";

/// Layer 1: 5000 rows, more than a block, with two layouts of auxiliaries. Layer 2: rows that were
/// imported, from 42 on and with a hole. Layer 3: a few odd ones. Layer 4: none, its offset
/// unknown.
inline constexpr const char* version_1_content = R"sql(
INSERT INTO meta VALUES('uuid', '11111111-2222-4333-8444-555555555555'), ('name', 'C-07'),
    ('origin', 'recorded'), ('created', '2026-10-01T08:00:00.123456Z'),
    ('program_version', '0.1.0'), ('sign', '-1'), ('predecessor', 'before'),
    ('accelerated', '120'), ('final_reason', 'finish'), ('last_close', 'finish');
INSERT INTO stream VALUES(1, 'bts', '27-21-1-1', 7, 1, 0, 'B-1'),
    (2, 'bts', '27-21-1-2', 7, 42, -250, NULL), (3, 'bts', '27-21-1-3', 7, 1, 1000, NULL),
    (4, 'bts', '27-21-1-4', 0, 1, NULL, NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO row SELECT 1, i, 1 + i / 900, 1, iif(i / 900 % 2, 'rest', 'dc'), 1000 * (i % 900),
    strftime('%Y-%m-%d %H:%M:%S', 1795370000 + i, 'unixepoch'), 3.6 - i / 7.0e4,
    -0.00336 / (1 + i % 3), i * 1.1e-6, 5e-324, 1795370000000000 + 1000000 * i FROM n;
INSERT INTO aux SELECT 1, seqid, 0, 'V1', 0.2 - seqid / 3.0e4 FROM row WHERE stream = 1;
INSERT INTO aux SELECT 1, seqid, 1, 'T1', 24.999999999999996 FROM row
    WHERE stream = 1 AND seqid > 2500;
INSERT INTO row SELECT 2, seqid + 41 + (seqid > 50) * 8, stepid, cycleid, steptype, testtime_ms,
    atime, voltage_V, current_A, capacity_Ah, energy_Wh, NULL FROM row
    WHERE stream = 1 AND seqid <= 100;
INSERT INTO row VALUES(3, 1, 1, 0, 'dc', 10000, '', -0.0, -1e308, 0, -0.0, 1795370000000001),
    (3, 2, 1, 0, '', 20000, 'no time at all', 1, -0.00336, 1e-300, 0.1, -1),
    (3, 3, 2, 0, 'a "step"', 0, '2026-11-23 00:00:00.5', 3.5, 0, 0, 0, 1795370000000002);
INSERT INTO aux VALUES(3, 1, 0, 't1', -0.0), (3, 1, 1, 'T1', 25), (3, 3, 0, 'T1', 1.5),
    (3, 3, 1, 'a "name", with commas', 2.5);
INSERT INTO snapshot VALUES(1, 1, 7, 1795370000000000, 'working', 'dc', 1, NULL, 3.7, -0.0, 0, 0,
    10, 10), (2, 2, 7, 1795370001000000, 'finish', 'dc', 1, 3, 3.7, 0.1, 0, 0, 10, 10);
INSERT INTO snapshot_aux VALUES(1, 0, 'V1', 0.1), (1, 1, 'v1', 0.2), (2, 0, 'V1', -0.0);
INSERT INTO event VALUES(1, -1, 'opened', 0, NULL, 'one "sentence"', '{}'),
    (5, 1795370002000000, 'below_0V', 1, 1.5, 'layer 1 at or below 0 V', '{"seqid":9}'),
    (6, 1795370003000000, 'closed', 0, NULL, 'recording ended: finish', '{"reason":"finish"}');
INSERT INTO clock VALUES(1, 1, '2026-11-23 00:00:10', 1795370000000000);
)sql";

inline void make_version_1_run(const std::filesystem::path& file) {
    auto database = Database::open(file, Database::Mode::create);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute(version_1_tables));
    const auto content = database->execute(version_1_content);
    ASSERT_TRUE(content) << content.error().sentence;
    const auto station = four_layers();
    auto put = database->prepare("INSERT INTO meta VALUES(?1, ?2)");
    ASSERT_TRUE(put->bind(std::string{"station_toml"}, station.station_toml).run());
    ASSERT_TRUE(put->bind(std::string{"design_toml"}, station.design_toml).run());
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM row"), 5103);
}

}  // namespace layerscope
