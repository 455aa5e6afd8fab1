/*
 * What the extension's table answers: whatever is asked, the same as the view of bets.
 */
#include "unit/sqlite_extension/bets_table_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(each_query_is_answered_as_by_the_view),
        STORE_TEST(numbers_are_compared_with_texts_as_columns_are),
        STORE_TEST(each_range_of_ids_is_answered_as_by_the_view),
        STORE_TEST(conditions_are_left_to_the_table),
        STORE_TEST(bets_of_another_database_are_read_by_its_name),
    };
    return cmocka_run_group_tests_name("sqlite_extension_bets_table_queries", tests, NULL, NULL);
}
