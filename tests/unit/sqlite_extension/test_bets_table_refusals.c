/*
 * What the extension's table cannot read: what is damaged or no store is an error that says what is
 * wrong.
 */
#include "unit/sqlite_extension/bets_table_fixture.h"

/* The query must fail with that code, and words that have these. */
static void assert_fails(sqlite3 *db, const char *sql, int code, const char *reason)
{
    sqlite3_stmt *statement = prepare(db, sql);
    int step;

    while ((step = sqlite3_step(statement)) == SQLITE_ROW)
        ;
    if (step != code || strstr(sqlite3_errmsg(db), reason) == NULL)
        fail_msg("%s: %d, not %d: %s", sql, step, code, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
}

static void assert_all_fails(sqlite3 *db, int code, const char *reason)
{
    assert_fails(db, "SELECT * FROM sorteo_bets", code, reason);
}

static void frame_that_is_damaged_is_named(void **state)
{
    struct fixture *fixture = *state;
    static const char *const changes[] = {
        "bytes = CAST(substr(bytes, 1, length(bytes) - 1) AS BLOB)",
        "bytes = CAST(bytes || x'00' AS BLOB)",
        "bytes = CAST(x'01' || substr(bytes, 2) AS BLOB)",
        "bytes = x''",
        "bytes = zeroblob(100000)",
        "head = x''",
        "head = x'0013'",
        "head = CAST(head || x'01' AS BLOB)",
        "dialect = 'wider'",
        "dialect = 'keyed'",
        "dialect = ''",
        "frame = 'single'",
        "frame = 'more'",
        "frame = 'finish'",
        "bets = 19",
        "bets = 21",
        "bets = 0",
        "bets = -1",
        "bets = 20 + (1 << 32)",
        "agency = 2",
        "agency = 255 + 256",
        "round = 0",
        "skip = 0",
        "length_size = 1",
        "round = 1 << 32",
    };
    char sql[160];
    sqlite3 *db;

    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 1, SORTEO_WIDE, 255, 1);
    append_some(fixture->store, 1, SORTEO_WIDE, 255, 20);
    OK(fixture->store, store_commit(fixture->store));
    db = connect_store(fixture);
    run(db, "PRAGMA ignore_check_constraints = ON");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        snprintf(sql, sizeof sql, "SAVEPOINT whole; UPDATE frames SET %s WHERE id = 2", changes[i]);
        run(db, sql);
        snprintf(sql, sizeof sql, "SELECT * FROM sorteo_bets -- after %s", changes[i]);
        assert_fails(db, sql, SQLITE_CORRUPT_VTAB, "the frame of bet 2 in main is damaged");
        assert_fails(db, "SELECT max(name) FROM sorteo_bets WHERE id > 1 GROUP BY number", SQLITE_CORRUPT_VTAB,
                     "the frame of bet 2 in main is damaged");
        assert_int_equal(compare(db, "main.bets", "sorteo_bets", "SELECT * FROM ASKED WHERE id = 1 LIMIT 1"), 1);
        run(db, "ROLLBACK TO whole; RELEASE whole");
    }
    assert_int_equal(compare_all(db), 21);
    sqlite3_close(db);
}

/* It has more bets than there are ids. */
static void frame_with_the_greatest_id_is_damaged(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 1, SORTEO_WIDE, 1, 20);
    OK(fixture->store, store_commit(fixture->store));
    db = connect_store(fixture);
    run(db, "UPDATE frames SET id = 9223372036854775807");
    assert_all_fails(db, SQLITE_CORRUPT_VTAB, "the frame of bet 9223372036854775807 in main is damaged");
    run(db, "UPDATE frames SET id = 9223372036854775807 - 20");
    assert_int_equal(compare_all(db), 20);
    run(db, "UPDATE frames SET id = -9223372036854775807 - 1");
    assert_int_equal(compare_all(db), 20);
    sqlite3_close(db);
}

static void bets_that_are_missing_or_twice_are_named(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    make_updated_store(fixture, 4);
    db = connect_store(fixture);
    run(db, "SAVEPOINT whole; DELETE FROM frames WHERE id IN (SELECT id FROM frames ORDER BY id LIMIT 1 OFFSET 1)");
    assert_all_fails(db, SQLITE_CORRUPT_VTAB, "are missing in main: restore a copy");
    run(db, "ROLLBACK TO whole; UPDATE frames SET id = 90 WHERE id = (SELECT max(id) FROM frames)");
    assert_all_fails(db, SQLITE_CORRUPT_VTAB, "the frame of bet 90 in main has ids of the bets before it");
    run(db, "ROLLBACK TO whole; UPDATE frames SET id = 30 WHERE id = 31");
    assert_all_fails(db, SQLITE_CORRUPT_VTAB, "the frame of bet 30 in main has ids of the bets before it");
    run(db, "ROLLBACK TO whole");
    assert_int_equal(compare_all(db), 301);
    sqlite3_close(db);
}

static void database_that_is_no_store_is_refused(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = connect_path(":memory:");

    assert_all_fails(db, SQLITE_ERROR, "main is not the store of a sorteo server (application_id 0)");
    run(db, "CREATE TABLE frames (id); CREATE TABLE bet_rows (id)");
    assert_all_fails(db, SQLITE_ERROR, "main is not the store of a sorteo server (application_id 0)");
    run(db, "PRAGMA application_id = 1397707348");
    assert_all_fails(db, SQLITE_ERROR, "main has schema version 0, and this extension knows the versions 1 to 5");
    run(db, "PRAGMA user_version = 6");
    assert_all_fails(db, SQLITE_ERROR, "main has schema version 6, and this extension knows the versions 1 to 5");
    run(db, "PRAGMA user_version = 261");
    assert_all_fails(db, SQLITE_ERROR, "main has bets with other fields");
    run(db, "PRAGMA user_version = 5");
    assert_all_fails(db, SQLITE_ERROR, "cannot read the bets of main: no such column: round");
    assert_fails(db, "SELECT * FROM sorteo_bets('other')", SQLITE_ERROR, "unknown database \"other\"");
    assert_fails(db, "SELECT * FROM sorteo_bets(NULL)", SQLITE_ERROR, "unknown database");
    sqlite3_close(db);
    write_file(fixture->path, "agency,name\n1,Ana\n and so on, for longer than a header of SQLite's has bytes: 100.",
               80);
    db = connect_path(fixture->path);
    assert_int_equal(sqlite3_exec(db, "SELECT * FROM sorteo_bets", NULL, NULL, NULL), SQLITE_NOTADB);
    sqlite3_close(db);
}

static void store_without_its_tables_is_refused(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    store_some(open_store(fixture), 1, 1, 1, 3);
    db = connect_store(fixture);
    run(db, "SAVEPOINT whole; DROP TABLE frames");
    assert_all_fails(db, SQLITE_ERROR, "cannot read the bets of main: no such table: main.frames");
    run(db, "ROLLBACK TO whole; DROP TABLE bet_rows");
    assert_all_fails(db, SQLITE_ERROR, "cannot read the bets of main: no such table: main.bet_rows");
    run(db, "ROLLBACK TO whole; ALTER TABLE frames RENAME COLUMN head TO tail");
    assert_all_fails(db, SQLITE_ERROR, "cannot read the bets of main: no such column: head");
    run(db, "ROLLBACK TO whole");
    assert_int_equal(compare_all(db), 3);
    sqlite3_close(db);
}

/* It would otherwise call itself until the stack is full. */
static void view_in_the_place_of_a_table_that_reads_this_one_is_refused(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    store_some(open_store(fixture), 1, 1, 1, 3);
    db = connect_store(fixture);
    run(db, "SAVEPOINT whole; DROP VIEW bets; ALTER TABLE bet_rows RENAME TO other; "
            "CREATE VIEW bet_rows AS SELECT * FROM sorteo_bets");
    assert_all_fails(db, SQLITE_ERROR, "a table of the store is a view that reads sorteo_bets");
    run(db, "ROLLBACK TO whole; DROP VIEW bets; ALTER TABLE frames RENAME TO other; CREATE VIEW frames AS "
            "SELECT other.* FROM other, (SELECT count(*) FROM sorteo_bets)");
    assert_all_fails(db, SQLITE_ERROR, "a table of the store is a view that reads sorteo_bets");
    run(db, "ROLLBACK TO whole");
    assert_int_equal(compare_all(db), 3);
    sqlite3_close(db);
}

/* Columns of any type, since somebody has made the table anew. */
static void tables_of_another_kind_do_no_harm(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 1, SORTEO_WIDE, 1, 70);
    OK(fixture->store, store_commit(fixture->store));
    db = connect_store(fixture);
    run(db, "CREATE TABLE other AS SELECT * FROM frames; DROP VIEW bets; DROP TABLE frames; "
            "ALTER TABLE other RENAME TO frames");
    assert_fails(db, "SELECT * FROM sorteo_bets", SQLITE_DONE, "");
    run(db, "UPDATE frames SET bytes = CAST(bytes AS TEXT)");
    assert_fails(db, "SELECT count(*) FROM sorteo_bets", SQLITE_DONE, "");
    static const char *const columns[] = { "bets", "round", "agency", "dialect", "frame", "head", "bytes" };
    static const char *const values[] = { "NULL", "'text'", "1e300", "x''" };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            char sql[100];
            snprintf(sql, sizeof sql, "SAVEPOINT whole; UPDATE frames SET %s = %s", columns[i], values[j]);
            run(db, sql);
            assert_all_fails(db, SQLITE_CORRUPT_VTAB, "the frame of bet 1 in main is damaged");
            run(db, "ROLLBACK TO whole; RELEASE whole");
        }
    }
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(frame_that_is_damaged_is_named),
        STORE_TEST(frame_with_the_greatest_id_is_damaged),
        STORE_TEST(bets_that_are_missing_or_twice_are_named),
        STORE_TEST(database_that_is_no_store_is_refused),
        STORE_TEST(store_without_its_tables_is_refused),
        STORE_TEST(view_in_the_place_of_a_table_that_reads_this_one_is_refused),
        STORE_TEST(tables_of_another_kind_do_no_harm),
    };
    return cmocka_run_group_tests_name("sqlite_extension_bets_table_refusals", tests, NULL, NULL);
}
