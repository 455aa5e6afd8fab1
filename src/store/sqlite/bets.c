/*
 * Bets and their rounds: appending is the hot path of the server.
 *
 * Frames are kept as they came, held back and written many at a time (frames.c). There is no index:
 * a round remembers its first bet instead, and since rounds follow one another, all its bets come
 * from there on.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

static const char append_what[] = "append bets";

/* ---- Rounds ---------------------------------------------------------------------------------- */

#define ROUND_COLUMNS "first_bet, winning_number IS NOT NULL, winners IS NOT NULL, winning_number, winners, "

/* A store of an earlier version that is only read stays as it is. */
enum store_code sqlite_round_get(struct sqlite_store *store, uint32_t round, struct round_record *record)
{
    static const char sql[] = "SELECT " ROUND_COLUMNS "ifnull(candidates_of, -1) FROM rounds WHERE round = ?1";
    static const char earlier_sql[] = "SELECT " ROUND_COLUMNS "-1 FROM rounds WHERE round = ?1";
    static const char what[] = "read a round";
    const bool has_candidates = store->version >= SCHEMA_VERSION_WITH_CANDIDATES;
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_GET, has_candidates ? sql : earlier_sql, what);
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
    static const char sql[] = "INSERT INTO rounds (round, first_bet, candidates_of) VALUES (?1, ?2, ?3)";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_ADD, sql, append_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, store->next_bet, store->likely_number);
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

enum store_code sqlite_next_bet(struct sqlite_store *store, int64_t *id)
{
    static const char sql[] = "SELECT max(ifnull((SELECT id + bets FROM frames ORDER BY id DESC LIMIT 1), 1), "
                              "(SELECT ifnull(max(id), 0) + 1 FROM bet_rows))";
    enum store_code code = STORE_OK;

    if (store->next_bet == 0)
        code = sqlite_query_integer(store, sql, "find the last bet", &store->next_bet);
    *id = store->next_bet;
    return code;
}

static enum store_code add_candidate(struct sqlite_store *store, uint32_t round, int64_t id,
                                     const struct sorteo_bet *bet)
{
    static const char sql[] =
        "INSERT INTO candidates (bet, round, agency" BET_FIELD_NAMES ") VALUES (?1, ?2, ?3" BET_PARAMETERS ")";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_CANDIDATE_ADD, sql, append_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, id, round, bet->agency);
    if (!bet_bind(statement, 4, bet))
        return sqlite_fail(store, append_what);
    return statement_run(store, statement, append_what);
}

/* Those of a frame's bets that have the likely number. */
static enum store_code add_candidates(struct sqlite_store *store, uint32_t round, const struct store_frame *frame)
{
    for (size_t i = 0; i < frame->count; i++)
        if (frame->bets[i].number == store->likely_number &&
            add_candidate(store, round, store->next_bet + (int64_t)i, &frame->bets[i]) != STORE_OK)
            return STORE_FAILED;
    return STORE_OK;
}

void sqlite_forget(struct sqlite_store *store)
{
    held_clear(&store->held);
    store->next_bet = 0;
    store->ready_round = 0;
    store->draw.round = 0;
}

enum store_code sqlite_append(struct store *base, uint32_t round, const struct store_frame *frame)
{
    struct sqlite_store *store = sqlite_store_of(base);
    int64_t id;

    if (sqlite_check_write(store, append_what) != STORE_OK || sqlite_next_bet(store, &id) != STORE_OK ||
        round_make_ready(store, round) != STORE_OK || add_candidates(store, round, frame) != STORE_OK ||
        frame_hold(store, round, id, frame) != STORE_OK)
        return STORE_FAILED;
    store->next_bet = id + (int64_t)frame->count;
    return STORE_OK;
}
