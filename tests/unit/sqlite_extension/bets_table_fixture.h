/*
 * For tests of the extension for SQLite: a connection that has loaded it as a person loads it, the
 * same query asked of its table and of the view of bets, and a store with bets of all its versions.
 */
#ifndef TESTS_BETS_TABLE_FIXTURE_H
#define TESTS_BETS_TABLE_FIXTURE_H

#include "unit/store/bets_of_all_kinds.h"
#include "unit/store/old_stores.h"
#include "unit/store/store_files.h"

/* ---- A connection with the extension --------------------------------------------------------- */

static inline sqlite3 *connect_path(const char *path)
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
static inline sqlite3 *connect_store(struct fixture *fixture)
{
    close_store(fixture);
    return connect_path(fixture->path);
}

static inline void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return statement;
}

/* ---- The same answers ------------------------------------------------------------------------ */

static inline void assert_same_value(const char *sql, sqlite3_stmt *view, sqlite3_stmt *table, int column)
{
    const int len = sqlite3_column_bytes(view, column);

    if (sqlite3_column_type(view, column) != sqlite3_column_type(table, column) ||
        sqlite3_column_int64(view, column) != sqlite3_column_int64(table, column) ||
        sqlite3_column_bytes(table, column) != len ||
        (len > 0 && memcmp(sqlite3_column_blob(view, column), sqlite3_column_blob(table, column), (size_t)len) != 0))
        fail_msg("%s: column %d is %s, and the view says %s", sql, column, sqlite3_column_text(table, column),
                 sqlite3_column_text(view, column));
}

static inline void assert_same_columns(const char *sql, sqlite3_stmt *view, sqlite3_stmt *table)
{
    assert_int_equal(sqlite3_column_count(table), sqlite3_column_count(view));
    for (int i = 0; i < sqlite3_column_count(view); i++)
        if (strcmp(sqlite3_column_name(table, i), sqlite3_column_name(view, i)) != 0)
            fail_msg("%s: column %d is called %s", sql, i, sqlite3_column_name(table, i));
}

/* Both answer a query, in which they are called ASKED, with the same rows in the same
 * order. Returns how many. */
static inline unsigned compare(sqlite3 *db, const char *bets, const char *sorteo_bets, const char *sql)
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

static inline unsigned compare_all(sqlite3 *db)
{
    return compare(db, "main.bets", "sorteo_bets", "SELECT * FROM ASKED");
}

/* ---- Old stores ------------------------------------------------------------------------------ */

/* Bets of two rounds and two agencies, some of them in a round that was drawn. */
static inline void store_two_rounds(struct store *store)
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
static inline void make_updated_store(struct fixture *fixture, int version)
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

#endif
