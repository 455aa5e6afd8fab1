/*
 * The draw of a round, and its winners page by page.
 *
 * Knows nothing about how many winners an answer may list, and does not decide when to draw.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

static const char draw_what[] = "draw a round";

/* Records the winning number of a round that has none yet. */
static enum store_code record_number(struct sqlite_store *store, uint32_t round, uint16_t winning_number)
{
    static const char sql[] = "INSERT INTO rounds (round, winning_number) VALUES (?1, ?2) "
                              "ON CONFLICT (round) DO UPDATE SET winning_number = ?2 WHERE winning_number IS NULL";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_DRAW, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, winning_number);
    if (statement_run(store, statement, draw_what) != STORE_OK)
        return STORE_FAILED;
    if (sqlite3_changes(store->db) != 1)
        return sqlite_fail_because(store, draw_what, "round %" PRIu32 " was drawn already", round);
    return STORE_OK;
}

/* One pass over the bets from the round's first one on. A round without bets has none: its
 * first_bet is null. */
static enum store_code record_winners(struct sqlite_store *store, uint32_t round, uint16_t winning_number)
{
    static const char sql[] =
        "INSERT INTO winners (round, agency, position, bet, document) "
        "SELECT round, agency, row_number() OVER (PARTITION BY agency ORDER BY id), id, document FROM bets "
        "WHERE id >= (SELECT first_bet FROM rounds WHERE round = ?1) AND round = ?1 AND number = ?2";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_WINNERS_ADD, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, winning_number);
    return statement_run(store, statement, draw_what);
}

static enum store_code record_count(struct sqlite_store *store, uint32_t round, int64_t winners)
{
    static const char sql[] = "UPDATE rounds SET winners = ?2 WHERE round = ?1";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_WINNERS_SET, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, winners);
    return statement_run(store, statement, draw_what);
}

enum store_code sqlite_draw(struct store *base, uint32_t round, uint16_t winning_number, uint64_t *winners)
{
    struct sqlite_store *store = sqlite_store_of(base);
    int64_t count;

    if (sqlite_check_write(store, draw_what) != STORE_OK || sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    store->ready_round = 0; /* no bet comes into a drawn round: the next append looks */
    if (record_number(store, round, winning_number) != STORE_OK ||
        record_winners(store, round, winning_number) != STORE_OK)
        return STORE_FAILED;
    count = sqlite3_changes64(store->db);
    if (record_count(store, round, count) != STORE_OK)
        return STORE_FAILED;
    *winners = (uint64_t)count;
    return STORE_OK;
}

/* ---- Winners --------------------------------------------------------------------------------- */

enum store_code sqlite_winners_count(struct store *base, uint32_t round, uint8_t agency, uint64_t *count)
{
    struct sqlite_store *store = sqlite_store_of(base);
    /* positions have no gap, so the last one, found in one step, is the count */
    static const char sql[] = "SELECT max(position) FROM winners WHERE round = ?1 AND agency = ?2";
    static const char what[] = "count the winners";
    struct round_record record = { .drawn = false };
    sqlite3_stmt *statement;
    enum store_code code = sqlite_check_read(store, what);

    if (code == STORE_OK)
        code = sqlite_round_get(store, round, &record);
    if (code != STORE_OK || !record.drawn)
        return code == STORE_FAILED ? STORE_FAILED : STORE_NONE;
    statement = statement_get(store, STATEMENT_WINNERS_COUNT, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, agency);
    code = statement_row(store, statement, what);
    if (code != STORE_OK)
        return STORE_FAILED;
    *count = (uint64_t)sqlite3_column_int64(statement, 0); /* 0 for null: no winner */
    sqlite3_reset(statement);
    return STORE_OK;
}

static int64_t integer_at_most(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

enum store_code sqlite_winners(struct store *base, uint32_t round, uint8_t agency, uint64_t from, uint32_t *documents,
                               size_t cap, size_t *count)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] =
        "SELECT document FROM winners WHERE round = ?1 AND agency = ?2 AND position > ?3 ORDER BY position LIMIT ?4";
    static const char what[] = "read the winners";
    sqlite3_stmt *statement;
    enum store_code code = sqlite_check_read(store, what);
    size_t read = 0;

    if (code != STORE_OK)
        return code;
    statement = statement_get(store, STATEMENT_WINNERS_GET, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, agency, integer_at_most(from), integer_at_most(cap));
    while ((code = statement_row(store, statement, what)) == STORE_OK)
        documents[read++] = (uint32_t)sqlite3_column_int64(statement, 0);
    if (code == STORE_FAILED)
        return code;
    *count = read;
    return STORE_OK;
}
