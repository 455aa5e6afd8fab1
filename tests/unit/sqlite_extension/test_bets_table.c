/*
 * The extension for SQLite, loaded into a connection as a person loads it: its table has what the
 * view of bets has, whatever is asked; and what is no store, or cannot be read, is an error that
 * says what is wrong.
 */
#include "unit/store/bets_of_all_kinds.h"
#include "unit/store/old_stores.h"
#include "unit/store/store_files.h"

/* ---- A connection with the extension --------------------------------------------------------- */

static sqlite3 *connect_path(const char *path)
{
    sqlite3 *db = NULL;
    char *error = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_extended_result_codes(db, 1);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL), SQLITE_OK);
    if (sqlite3_load_extension(db, EXTENSION, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
    return db;
}

/* To the fixture's store, which is closed. */
static sqlite3 *connect_store(struct fixture *fixture)
{
    close_store(fixture);
    return connect_path(fixture->path);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return statement;
}

/* ---- The same answers ------------------------------------------------------------------------ */

static void assert_same_value(const char *sql, sqlite3_stmt *view, sqlite3_stmt *table, int column)
{
    const int len = sqlite3_column_bytes(view, column);

    if (sqlite3_column_type(view, column) != sqlite3_column_type(table, column) ||
        sqlite3_column_int64(view, column) != sqlite3_column_int64(table, column) ||
        sqlite3_column_bytes(table, column) != len ||
        (len > 0 && memcmp(sqlite3_column_blob(view, column), sqlite3_column_blob(table, column), (size_t)len) != 0))
        fail_msg("%s: column %d is %s, and the view says %s", sql, column, sqlite3_column_text(table, column),
                 sqlite3_column_text(view, column));
}

static void assert_same_columns(const char *sql, sqlite3_stmt *view, sqlite3_stmt *table)
{
    assert_int_equal(sqlite3_column_count(table), sqlite3_column_count(view));
    for (int i = 0; i < sqlite3_column_count(view); i++)
        if (strcmp(sqlite3_column_name(table, i), sqlite3_column_name(view, i)) != 0)
            fail_msg("%s: column %d is called %s", sql, i, sqlite3_column_name(table, i));
}

/* Both answer a query, in which they are called ASKED, with the same rows in the same
 * order. Returns how many. */
static unsigned compare(sqlite3 *db, const char *bets, const char *sorteo_bets, const char *sql)
{
    char *of_view = sqlite3_mprintf("WITH ASKED AS (SELECT * FROM %s) %s", bets, sql);
    char *of_table = sqlite3_mprintf("WITH ASKED AS (SELECT * FROM %s) %s", sorteo_bets, sql);
    sqlite3_stmt *view = prepare(db, of_view), *table = prepare(db, of_table);
    unsigned count = 0;
    int step;

    assert_same_columns(sql, view, table);
    for (; (step = sqlite3_step(view)) == SQLITE_ROW; count++) {
        if (sqlite3_step(table) != SQLITE_ROW)
            fail_msg("%s: ends after %u rows: %s", sql, count, sqlite3_errmsg(db));
        for (int i = 0; i < sqlite3_column_count(view); i++)
            assert_same_value(sql, view, table, i);
    }
    assert_int_equal(step, SQLITE_DONE);
    if (sqlite3_step(table) != SQLITE_DONE)
        fail_msg("%s: does not end after %u rows: %s", sql, count, sqlite3_errmsg(db));
    sqlite3_finalize(view);
    sqlite3_finalize(table);
    sqlite3_free(of_view);
    sqlite3_free(of_table);
    return count;
}

static unsigned compare_all(sqlite3 *db)
{
    return compare(db, "main.bets", "sorteo_bets", "SELECT * FROM ASKED");
}

static void table_has_what_the_view_has_in_every_dialect(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    open_store(fixture);
    db = connect_store(fixture);
    assert_int_equal(compare_all(db), 0);
    sqlite3_close(db);
    store_all_kinds(open_store(fixture), 2);
    db = connect_store(fixture);
    assert_int_equal(compare_all(db), ALL_KINDS);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#define MEBIBYTE ((size_t)1 << 20)

/* One frame of names as long as the dialect allows, up to 2,000 bytes. Returns how many bets are in
 * it. */
static size_t append_mebibyte(struct store *store, enum sorteo_dialect dialect)
{
    static struct sorteo_bet bets[MEBIBYTE / LONGEST / 2];
    static char longest[2000];
    const size_t len = sorteo_dialect_parameters(dialect)->length_size == 1 ? LONGEST : sizeof longest;
    const size_t count = MEBIBYTE / len / 2;

    memset(longest, 'x', sizeof longest);
    for (uint32_t i = 0; i < count; i++) {
        bets[i] = bet_of(3, i, (uint16_t)i);
        bets[i].name = bets[i].surname = (struct sorteo_text){ .bytes = longest, .len = len };
    }
    OK(store, append_frame(store, 1, dialect, bets, count));
    return count;
}

/* Cut into pieces of 8 kB. */
static void frames_of_a_mebibyte_are_read_in_every_dialect(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    size_t count = 0;
    sqlite3 *db;

    OK(store, store_begin(store));
    for (unsigned dialect = 0; dialect < sorteo_dialect_count(); dialect++)
        count += append_mebibyte(store, (enum sorteo_dialect)dialect);
    OK(store, store_commit(store));
    db = connect_store(fixture);
    assert_int_equal(compare_all(db), count);
    sqlite3_close(db);
    assert_int_equal(ask(fixture->path, "SELECT count(*) FROM (SELECT 1 FROM frames GROUP BY dialect HAVING "
                                        "sum(length(bytes)) > 1 << 20)"),
                     sorteo_dialect_count());
}

/* ---- Old stores ------------------------------------------------------------------------------ */

/* Bets of two rounds and two agencies, some of them in a round that was drawn. */
static void store_two_rounds(struct store *store)
{
    OK(store, store_begin(store));
    for (uint32_t i = 0; i < 20; i++) {
        const struct sorteo_bet bet = some_bet((uint8_t)(1 + i % 2), i);
        OK(store, append_bets(store, 1, &bet, 1));
    }
    (void)draw_whole(store, 1, 7574);
    for (uint32_t i = 0; i < 10; i++) {
        const struct sorteo_bet bet = some_bet(1, 100 + i);
        OK(store, append_bets(store, 2, &bet, 1));
    }
    OK(store, store_commit(store));
}

/* A store that was made by an earlier version, brought up to date, and used. */
static void make_updated_store(struct fixture *fixture, int version)
{
    store_two_rounds(open_store(fixture));
    close_store(fixture);
    make_older(fixture->path, version);
    open_store(fixture);
    OK(fixture->store, store_begin(fixture->store));
    append_some(fixture->store, 2, SORTEO_GROUPED, 2, 70);
    append_some(fixture->store, 3, SORTEO_KEYED, 1, 200);
    append_some(fixture->store, 3, SORTEO_COMPACT, 2, 1);
    OK(fixture->store, store_commit(fixture->store));
}

static void stores_of_each_earlier_version_have_their_bets(void **state)
{
    struct fixture *fixture = *state;

    for (int version = 1; version <= 4; version++) {
        sqlite3 *db;

        make_updated_store(fixture, version);
        db = connect_store(fixture);
        assert_int_equal(compare_all(db), 301);
        sqlite3_close(db);
        assert_int_equal(ask(fixture->path, "SELECT count(*) FROM bet_rows"), 30);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* Its bets are a table, not a view. */
static void stores_that_were_not_brought_up_to_date_have_theirs(void **state)
{
    struct fixture *fixture = *state;

    for (int version = 1; version <= 4; version++) {
        sqlite3 *db;

        store_two_rounds(open_store(fixture));
        close_store(fixture);
        make_older(fixture->path, version);
        db = connect_store(fixture);
        assert_int_equal(compare_all(db), 30);
        sqlite3_close(db);
        assert_int_equal(remove(fixture->path), 0);
    }
}

/* ---- What is asked --------------------------------------------------------------------------- */

static const char *const queries[] = {
    "SELECT id FROM ASKED WHERE id = 25",
    "SELECT id FROM ASKED WHERE id = 90",
    "SELECT id FROM ASKED WHERE id = 31",
    "SELECT id FROM ASKED WHERE id = 90.0",
    "SELECT id FROM ASKED WHERE id = 90.5",
    "SELECT id FROM ASKED WHERE id = x'3930'",
    "SELECT id FROM ASKED WHERE id = NULL",
    "SELECT id FROM ASKED WHERE id IS NULL",
    "SELECT id FROM ASKED WHERE id IN (0, 3, 31, 100, 101, 301, 302, 5000, 'x', NULL)",
    "SELECT id FROM ASKED WHERE id > 30 ORDER BY id",
    "SELECT id FROM ASKED WHERE id >= 30.5 AND id > 40 AND id < 200",
    "SELECT id FROM ASKED WHERE id BETWEEN 95 AND 105",
    "SELECT id FROM ASKED WHERE id BETWEEN 28 AND 33 AND agency = 2",
    "SELECT id FROM ASKED WHERE id > 'x'",
    "SELECT id FROM ASKED WHERE id < 'x'",
    "SELECT id FROM ASKED WHERE id < 3 OR id > 299",
    "SELECT id FROM ASKED WHERE id > -9223372036854775808 AND id < 9223372036854775807",
    "SELECT id FROM ASKED WHERE id > 9223372036854775807",
    "SELECT id FROM ASKED WHERE id < 1e300 AND id > -1e300",
    "SELECT id, round FROM ASKED WHERE round = 2",
    "SELECT id, round FROM ASKED WHERE round = 2.5",
    "SELECT id, round FROM ASKED WHERE round > 1 AND round <> 3",
    "SELECT id, agency FROM ASKED WHERE agency = 2 ORDER BY id DESC",
    "SELECT id, agency FROM ASKED WHERE agency = 2 AND round = 1",
    "SELECT id, agency FROM ASKED WHERE agency = 2 AND round = 3 AND id > 150",
    "SELECT id FROM ASKED WHERE agency = 300",
    "SELECT * FROM ASKED ORDER BY id LIMIT 50 OFFSET 20",
    "SELECT * FROM ASKED ORDER BY document, name, id",
    "SELECT count(*), min(id), max(id), sum(document), sum(number) FROM ASKED",
    "SELECT max(name) FROM ASKED WHERE id = 33 OR id > 33 AND name < 'B'", /* of a frame that is gone by then */
    "SELECT round, agency, count(*), min(name), max(name), max(surname), max(birthdate) FROM ASKED GROUP BY 1, 2",
    "SELECT DISTINCT name FROM ASKED",
    "SELECT name, count(*) FROM ASKED GROUP BY name ORDER BY 2, 1",
    "SELECT id FROM ASKED WHERE name = ''",
    "SELECT id FROM ASKED WHERE number = 7574",
    "SELECT typeof(id), typeof(round), typeof(agency), typeof(name), typeof(document), typeof(number) FROM ASKED",
    "SELECT a.id, b.id FROM ASKED AS a JOIN ASKED AS b ON b.id = a.id + 29 WHERE a.number = 7574",
    "SELECT winners.bet, ASKED.name FROM winners JOIN ASKED ON ASKED.id = winners.bet ORDER BY 1",
    "SELECT (SELECT name FROM ASKED WHERE id = winners.bet) FROM winners ORDER BY bet",
    "SELECT id FROM ASKED WHERE id NOT IN (SELECT bet FROM winners) AND round = 1",
    "SELECT group_concat(substr(name, 1, 3)) OVER (ORDER BY id ROWS 2 PRECEDING) FROM ASKED WHERE id > 20",
};

static void each_query_is_answered_as_by_the_view(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    make_updated_store(fixture, 4);
    db = connect_store(fixture);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        (void)compare(db, "main.bets", "sorteo_bets", queries[i]);
    sqlite3_close(db);
}

/* In the view, a number that comes out of a frame is an expression, which is never equal to a text.
 * In the table it is a column, as it was when bets were rows. */
static void numbers_are_compared_with_texts_as_columns_are(void **state)
{
    static const char *const asked[] = {
        "SELECT * FROM ASKED WHERE id = '90'",
        "SELECT * FROM ASKED WHERE id > '290'",
        "SELECT * FROM ASKED WHERE id = ' 25 '",
        "SELECT * FROM ASKED WHERE round = '2' AND agency = '2'",
        "SELECT * FROM ASKED WHERE round = '2 or 3'",
        "SELECT * FROM ASKED WHERE document = '30904465' AND number = '9'",
    };
    struct fixture *fixture = *state;
    sqlite3 *db;

    make_updated_store(fixture, 4);
    db = connect_store(fixture);
    run(db, "CREATE TEMP TABLE kept AS SELECT * FROM bet_rows WHERE 0; INSERT INTO kept SELECT * FROM main.bets");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        (void)compare(db, "kept", "sorteo_bets", asked[i]);
    assert_int_equal(compare(db, "kept", "sorteo_bets", asked[0]), 1);
    sqlite3_close(db);
}

/* Every range of ids near the borders of rows, frames and pieces. */
static void each_range_of_ids_is_answered_as_by_the_view(void **state)
{
    static const unsigned borders[] = { 1, 2, 29, 30, 31, 99, 100, 101, 105, 299, 300, 301, 302 };
    struct fixture *fixture = *state;
    char sql[100];
    sqlite3 *db;

    make_updated_store(fixture, 4);
    db = connect_store(fixture);
    run(db, "CREATE TEMP TABLE kept AS SELECT * FROM main.bets");
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++) {
        for (size_t j = 0; j < sizeof borders / sizeof *borders; j++) {
            snprintf(sql, sizeof sql, "SELECT * FROM ASKED WHERE id >= %u AND id <= %u", borders[i], borders[j]);
            (void)compare(db, "kept", "sorteo_bets", sql);
        }
    }
    sqlite3_close(db);
}

/* The text of a query's plan. */
static void assert_plan_has(sqlite3 *db, const char *sql, const char *part, bool wanted)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *plan = prepare(db, explain);
    bool found = false;

    while (sqlite3_step(plan) == SQLITE_ROW)
        found = found || strstr((const char *)sqlite3_column_text(plan, 3), part) != NULL;
    sqlite3_finalize(plan);
    sqlite3_free(explain);
    if (found != wanted)
        fail_msg("%s: \"%s\" %s its plan", sql, part, wanted ? "is not in" : "is in");
}

static void conditions_are_left_to_the_table(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    open_store(fixture);
    db = connect_store(fixture);
    assert_plan_has(db, "SELECT * FROM sorteo_bets", "INDEX 0:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets WHERE id = 1", "INDEX 1:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets WHERE rowid = 1", "INDEX 1:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets WHERE id > 1 AND id < 9", "INDEX 6:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets WHERE round = 1 AND agency = 2", "INDEX 24:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets WHERE number = 1", "INDEX 0:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets('main') WHERE round = 1", "INDEX 40:", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets ORDER BY id", "TEMP B-TREE", false);
    assert_plan_has(db, "SELECT * FROM sorteo_bets ORDER BY id DESC", "TEMP B-TREE", true);
    assert_plan_has(db, "SELECT * FROM sorteo_bets ORDER BY number", "TEMP B-TREE", true);
    assert_plan_has(db, "SELECT * FROM winners JOIN sorteo_bets ON id = bet", "SCAN winners", true);
    sqlite3_close(db);
}

/* ---- More than one database ------------------------------------------------------------------ */

static void bets_of_another_database_are_read_by_its_name(void **state)
{
    struct fixture *fixture = *state;
    char other[160], sql[200];
    sqlite3 *db;

    make_updated_store(fixture, 4);
    close_store(fixture);
    copy_file(fixture, "", ".old");
    snprintf(other, sizeof other, "%s.old", fixture->path);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS \"the \"\"old\"\" one\"", other);
    store_some(open_store(fixture), 3, 1, 1, 5);
    db = connect_store(fixture);
    run(db, sql);
    assert_int_equal(compare(db, "main.bets", "sorteo_bets('main')", "SELECT * FROM ASKED"), 306);
    assert_int_equal(compare(db, "\"the \"\"old\"\" one\".bets", "sorteo_bets('the \"old\" one')",
                             "SELECT * FROM ASKED WHERE id > 3"),
                     298);
    assert_int_equal(compare(db, "main.bets", "sorteo_bets",
                             "SELECT * FROM ASKED WHERE id NOT IN (SELECT id FROM sorteo_bets('the \"old\" one'))"),
                     5);
    assert_int_equal(compare(db,
                             "(SELECT 'main' AS place, * FROM main.bets UNION ALL SELECT 'the \"old\" one', * FROM "
                             "\"the \"\"old\"\" one\".bets)",
                             "(SELECT place, sorteo_bets.* FROM (SELECT 'main' AS place UNION ALL SELECT 'the \"old\" "
                             "one') CROSS JOIN sorteo_bets(place))",
                             "SELECT * FROM ASKED"),
                     306 + 301);
    run(db, "CREATE TEMP VIEW bets AS SELECT * FROM sorteo_bets");
    assert_int_equal(compare(db, "main.bets", "bets", "SELECT * FROM ASKED"), 306);
    sqlite3_close(db);
}

/* ---- What cannot be read --------------------------------------------------------------------- */

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

/* ---- What else a table may be asked ---------------------------------------------------------- */

static void table_is_only_read(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    store_some(open_store(fixture), 1, 1, 1, 3);
    db = connect_store(fixture);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM sorteo_bets", NULL, NULL, NULL), SQLITE_ERROR);
    assert_non_null(strstr(sqlite3_errmsg(db), "may not be modified"));
    assert_int_equal(sqlite3_exec(db, "CREATE VIRTUAL TABLE mine USING sorteo_bets", NULL, NULL, NULL), SQLITE_ERROR);
    sqlite3_close(db);
}

/* The frames go while they are read: the answer is what was there when it began. */
static void tables_may_change_while_they_are_read(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db;

    make_updated_store(fixture, 4);
    db = connect_store(fixture);
    run(db, "CREATE TEMP TABLE copied AS SELECT * FROM sorteo_bets");
    assert_int_equal(compare(db, "main.bets", "copied", "SELECT * FROM ASKED"), 301);
    run(db, "BEGIN; DELETE FROM frames WHERE id IN (SELECT id FROM sorteo_bets); ROLLBACK");
    assert_int_equal(compare_all(db), 301);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(table_has_what_the_view_has_in_every_dialect),
        STORE_TEST(frames_of_a_mebibyte_are_read_in_every_dialect),
        STORE_TEST(stores_of_each_earlier_version_have_their_bets),
        STORE_TEST(stores_that_were_not_brought_up_to_date_have_theirs),
        STORE_TEST(each_query_is_answered_as_by_the_view),
        STORE_TEST(numbers_are_compared_with_texts_as_columns_are),
        STORE_TEST(each_range_of_ids_is_answered_as_by_the_view),
        STORE_TEST(conditions_are_left_to_the_table),
        STORE_TEST(bets_of_another_database_are_read_by_its_name),
        STORE_TEST(frame_that_is_damaged_is_named),
        STORE_TEST(frame_with_the_greatest_id_is_damaged),
        STORE_TEST(bets_that_are_missing_or_twice_are_named),
        STORE_TEST(database_that_is_no_store_is_refused),
        STORE_TEST(store_without_its_tables_is_refused),
        STORE_TEST(view_in_the_place_of_a_table_that_reads_this_one_is_refused),
        STORE_TEST(tables_of_another_kind_do_no_harm),
        STORE_TEST(table_is_only_read),
        STORE_TEST(tables_may_change_while_they_are_read),
    };
    return cmocka_run_group_tests_name("sqlite_extension", tests, NULL, NULL);
}
