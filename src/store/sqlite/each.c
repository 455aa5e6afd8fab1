/*
 * The bets of a store, one after the other, for the export.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

static const char what[] = "read the bets";

#define MATCHES                                                                                                        \
    "WHERE (?1 = 0 OR winners.round = ?1) AND (?2 = 0 OR winners.agency = ?2) AND winners.bet >= ?3 "                  \
    "AND winners.round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL) ORDER BY winners.bet"

/* A winner whose bet is a row of an earlier version may have no more than its place there. */
#define OF_WINNER(name, ...) ", ifnull(winners." #name ", bet_rows." #name ")"
static const char winning_bets[] = "SELECT winners.round, winners.agency" BET_FIELDS(
    OF_WINNER, OF_WINNER, OF_WINNER) " FROM winners LEFT JOIN bet_rows ON bet_rows.id = winners.bet " MATCHES;

#define OF_BET(name, ...) ", bets." #name
static const char earlier_winning_bets[] = "SELECT winners.round, winners.agency" BET_FIELDS(
    OF_BET, OF_BET, OF_BET) " FROM winners JOIN bets ON bets.id = winners.bet " MATCHES;

/* Ids are 1 and up, without gaps: no bet is ever deleted, and an id that was rolled back is used
 * again. */
static int64_t first_bet(const struct store_filter *filter, const struct round_record *record)
{
    int64_t next = filter->after < INT64_MAX ? (int64_t)filter->after + 1 : INT64_MAX;

    return next > record->first_bet ? next : record->first_bet;
}

/* What sqlite_each does with a bet. */
struct visit {
    bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet);
    void *context;
};

static enum store_code each_winner(struct sqlite_store *store, const struct store_filter *filter, int64_t from,
                                   const struct visit *visit)
{
    const char *sql = store->version >= SCHEMA_VERSION_WITH_FRAMES ? winning_bets : earlier_winning_bets;
    sqlite3_stmt *statement = NULL;
    struct sorteo_bet bet;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    STATEMENT_BIND(statement, filter->round, filter->agency, from);
    while ((code = statement_row(store, statement, what)) == STORE_OK) {
        bet = bet_of_columns(statement, 2, (uint8_t)sqlite3_column_int(statement, 1));
        if (!bet_is_whole(&bet)) {
            code = sqlite_fail_because(store, what, "a winner of round %" PRId64 " is damaged",
                                       (int64_t)sqlite3_column_int64(statement, 0));
            break;
        }
        if (!visit->row(visit->context, (uint32_t)sqlite3_column_int64(statement, 0), &bet))
            break;
    }
    sqlite3_finalize(statement);
    return code;
}

static enum store_code each_bet(struct sqlite_store *store, const struct store_filter *filter, int64_t from,
                                const struct visit *visit)
{
    struct bet_reader reader;
    struct stored_bet stored;
    enum store_code code = reader_begin(&reader, store, what, from, filter->round, filter->agency);

    while (code == STORE_OK) {
        code = reader_next(&reader, &stored);
        if (code == STORE_OK && !visit->row(visit->context, stored.round, &stored.bet))
            break;
    }
    reader_end(&reader);
    return code;
}

enum store_code sqlite_each(struct store *base, const struct store_filter *filter,
                            bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context)
{
    struct sqlite_store *store = sqlite_store_of(base);
    const struct visit visit = { .row = row, .context = context };
    struct round_record record = { .first_bet = 0 };
    enum store_code code = sqlite_check_read(store, what);
    int64_t from;

    if (code != STORE_OK || (store->condition == STORE_IN_TRANSACTION && sqlite_flush(store) != STORE_OK))
        return STORE_FAILED;
    if (filter->round != 0 && sqlite_round_get(store, filter->round, &record) == STORE_FAILED)
        return STORE_FAILED;
    from = first_bet(filter, &record);
    code = filter->winners ? each_winner(store, filter, from, &visit) : each_bet(store, filter, from, &visit);
    return code == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
