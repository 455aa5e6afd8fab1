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
    static const char sql[] =
        "SELECT first_bet, winning_number IS NOT NULL, winners IS NOT NULL, winning_number, winners, "
        "ifnull(candidates_of, -1) FROM rounds WHERE round = ?1";
    static const char what[] = "read a round";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_GET, sql, what);
    enum store_code code;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    code = statement_row(store, statement, what);
    if (code != STORE_OK)
        return code;
    *record = (struct round_record){ .first_bet = sqlite3_column_int64(statement, 0),
                                     .draw_began = sqlite3_column_int(statement, 1) != 0,
                                     .drawn = sqlite3_column_int(statement, 2) != 0,
                                     .number = (uint16_t)sqlite3_column_int(statement, 3),
                                     .winners = (uint64_t)sqlite3_column_int64(statement, 4),
                                     .candidates_of = sqlite3_column_int(statement, 5) };
    sqlite3_reset(statement);
    return STORE_OK;
}

/* Remembers the next bet as the first of a round. */
static enum store_code round_add(struct sqlite_store *store, uint32_t round)
{
    static const char sql[] =
        "INSERT INTO rounds (round, first_bet, candidates_of) SELECT ?1, ifnull(max(id), 0) + 1, ?2 FROM bets";
    sqlite3_stmt *statement;

    if (sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_ROUND_ADD, sql, append_what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, store->likely_number);
    return statement_run(store, statement, append_what);
}

/* The bets to come are not searched for the number that its candidates have, so they are not
 * all. */
static enum store_code leave_candidates(struct sqlite_store *store, uint32_t round)
{
    static const char sql[] = "UPDATE rounds SET candidates_of = NULL WHERE round = ?1";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_CANDIDATES_LEAVE, sql, append_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round);
    return statement_run(store, statement, append_what);
}

static enum store_code round_make_ready(struct sqlite_store *store, uint32_t round)
{
    struct round_record record = { .first_bet = 0 };
    enum store_code code;

    if (round == store->ready_round)
        return STORE_OK;
    code = sqlite_round_get(store, round, &record);
    if (code == STORE_NONE)
        code = round_add(store, round);
    else if (code == STORE_OK && record.draw_began)
        code = sqlite_fail_because(store, append_what, "round %" PRIu32 " was drawn already", round);
    else if (code == STORE_OK && record.candidates_of != -1 && record.candidates_of != store->likely_number)
        code = leave_candidates(store, round);
    if (code == STORE_OK)
        store->ready_round = round;
    return code;
}

/* ---- Appending ------------------------------------------------------------------------------- */

/* Those of the bets just written that have the likely number: their ids follow one another. */
static enum store_code add_candidates(struct sqlite_store *store)
{
    static const char sql[] = "INSERT INTO candidates (bet) SELECT ?1 + rowid FROM held_bets WHERE number = ?2";
    int64_t first = sqlite3_last_insert_rowid(store->db) - (int64_t)store->held.count + 1;
    sqlite3_stmt *statement;

    if (store->held.likely == 0)
        return STORE_OK;
    statement = statement_get(store, STATEMENT_CANDIDATES_ADD, sql, append_what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, first, store->likely_number);
    return statement_run(store, statement, append_what);
}

enum store_code sqlite_flush(struct sqlite_store *store)
{
    static const char sql[] = "INSERT INTO bets (round, agency" BET_FIELD_NAMES ") SELECT * FROM held_bets";
    sqlite3_stmt *statement;
    enum store_code code = STORE_FAILED;

    if (store->held.count == 0)
        return STORE_OK;
    statement = statement_get(store, STATEMENT_BETS_ADD, sql, append_what);
    if (statement != NULL)
        code = statement_run(store, statement, append_what);
    if (code == STORE_OK && (size_t)sqlite3_changes(store->db) != store->held.count) /* a trigger that is not ours */
        code = sqlite_fail_because(store, append_what, "%d of %zu bets were taken", sqlite3_changes(store->db),
                                   store->held.count);
    if (code == STORE_OK)
        code = add_candidates(store);
    held_clear(&store->held);
    return code;
}

void sqlite_forget(struct sqlite_store *store)
{
    held_clear(&store->held);
    store->ready_round = 0;
    store->draw.round = 0;
}

static enum store_code hold_bet(struct sqlite_store *store, uint32_t round, const struct sorteo_bet *bet)
{
    if (!held_add(&store->held, round, bet)) {
        if (sqlite_flush(store) != STORE_OK)
            return STORE_FAILED;
        if (!held_add(&store->held, round, bet))
            return sqlite_fail_because(store, append_what, "a bet's texts are longer than %u bytes", HELD_TEXT_MAX);
    }
    store->held.likely += bet->number == store->likely_number;
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
