#include "core/store/sql.h"

#include "tests/core/store/run_fixture.h"

namespace layerscope {
namespace {

TEST(Sql, says_that_the_disk_is_full_and_goes_on_when_there_is_room) {
    const TemporaryFolder folder;
    auto database = Database::open(folder / "a.db", Database::Mode::create);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("CREATE TABLE t(a); PRAGMA max_page_count = 4"));
    const auto fill = [&] {
        return database->transaction([&]() -> Result<void> {
            if (auto one = database->execute("INSERT INTO t VALUES(1)"); !one) return one;
            return database->execute("INSERT INTO t VALUES(zeroblob(100000))");
        });
    };
    const auto refused = fill();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::disk_full);
    EXPECT_EQ(refused.error().sentence,
              "a.db: the disk is full; free some space (SQLite: database or disk is full)");
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM t"), 0) << "all or nothing";
    ASSERT_TRUE(database->execute("PRAGMA max_page_count = 400"));
    ASSERT_TRUE(fill());
    EXPECT_EQ(database->query_integer("SELECT count(*) FROM t"), 2);
}

TEST(Sql, waits_for_nobody_without_saying_so) {
    const TemporaryFolder folder;
    auto one = Database::open(folder / "a.db", Database::Mode::create);
    ASSERT_TRUE(one->execute("CREATE TABLE t(a); BEGIN EXCLUSIVE"));
    auto other = Database::open(folder / "a.db", Database::Mode::write);
    ASSERT_TRUE(other->execute("PRAGMA busy_timeout = 0"));
    const auto refused = other->execute("INSERT INTO t VALUES(1)");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::busy);
    EXPECT_EQ(refused.error().sentence,
              "a.db: in use by another program; close it there (SQLite: database is locked)");
}

}  // namespace
}  // namespace layerscope
