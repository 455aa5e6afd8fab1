/*
 * Bets and their rounds: appending is the hot path of the server.
 *
 * Bets are held back and written many at a time. There is no index: a round remembers its first bet
 * instead, and since rounds follow one another, all its bets come from there on.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

static const char append_what[] = "append bets";

/* ---- Rounds ---------------------------------------------------------------------------------- */

enum store_code sqlite_round_get(struct sqlite_store *store, uint32_t round, struct round_record *record)
{
    static const char sql[] = "SELECT first_bet, winning_number IS NOT NULL FROM rounds WHERE round = ?1";
    static const char what[] = "read a round";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_GET, sql, what);
    enum store_code code;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    code = statement_row(store, statement, what);
    if (code != STORE_OK)
        return code;
    record->first_bet = sqlite3_column_int64(statement, 0);
    record->drawn = sqlite3_column_int(statement, 1) != 0;
    sqlite3_reset(statement);
    return STORE_OK;
}

/* Remembers the next bet as the first of a round. */
static enum store_code round_add(struct sqlite_store *store, uint32_t round)
{
    static const char sql[] = "INSERT INTO rounds (round, first_bet) SELECT ?1, ifnull(max(id), 0) + 1 FROM bets";
    sqlite3_stmt *statement;

    if (sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_ROUND_ADD, sql, append_what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    return statement_run(store, statement, append_what);
}

static enum store_code round_make_ready(struct sqlite_store *store, uint32_t round)
{
    struct round_record record = { .drawn = false };
    enum store_code code;

    if (round == store->ready_round)
        return STORE_OK;
    code = sqlite_round_get(store, round, &record);
    if (code == STORE_NONE)
        code = round_add(store, round);
    else if (code == STORE_OK && record.drawn)
        code = sqlite_fail_because(store, append_what, "round %" PRIu32 " was drawn already", round);
    if (code == STORE_OK)
        store->ready_round = round;
    return code;
}

/* ---- Appending ------------------------------------------------------------------------------- */

enum store_code sqlite_flush(struct sqlite_store *store)
{
    static const char sql[] =
        "INSERT INTO bets (round, agency, name, surname, document, birthdate, number) SELECT * FROM held_bets";
    sqlite3_stmt *statement;
    enum store_code code = STORE_FAILED;

    if (store->held.count == 0)
        return STORE_OK;
    statement = statement_get(store, STATEMENT_BETS_ADD, sql, append_what);
    if (statement != NULL)
        code = statement_run(store, statement, append_what);
    if (code == STORE_OK && (size_t)sqlite3_changes(store->db) != store->held.count) /* a trigger of somebody's */
        code = sqlite_fail_because(store, append_what, "%d of %zu bets were taken", sqlite3_changes(store->db),
                                   store->held.count);
    held_clear(&store->held);
    return code;
}

void sqlite_forget(struct sqlite_store *store)
{
    held_clear(&store->held);
    store->ready_round = 0;
}

static enum store_code hold_bet(struct sqlite_store *store, uint32_t round, const struct sorteo_bet *bet)
{
    if (held_add(&store->held, round, bet))
        return STORE_OK;
    if (sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    if (!held_add(&store->held, round, bet))
        return sqlite_fail_because(store, append_what, "a bet's texts are longer than %u bytes", HELD_TEXT_MAX);
    return STORE_OK;
}

enum store_code sqlite_append(struct store *base, uint32_t round, const struct sorteo_bet *bets, size_t count)
{
    struct sqlite_store *store = sqlite_store_of(base);
    enum store_code code = sqlite_check_write(store, append_what);

    if (code == STORE_OK && count > 0)
        code = round_make_ready(store, round);
    for (size_t i = 0; i < count && code == STORE_OK; i++)
        code = hold_bet(store, round, &bets[i]);
    return code;
}
