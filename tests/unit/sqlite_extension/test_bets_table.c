/*
 * The extension for SQLite: its table has what the view of bets has, in stores of every version,
 * and is only read.
 */
#include "unit/sqlite_extension/bets_table_fixture.h"

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
        STORE_TEST(table_is_only_read),
        STORE_TEST(tables_may_change_while_they_are_read),
    };
    return cmocka_run_group_tests_name("sqlite_extension_bets_table", tests, NULL, NULL);
}
