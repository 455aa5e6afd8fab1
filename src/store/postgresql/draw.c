/*
 * The draw of a round, in pieces, and its winners page by page.
 *
 * A piece is one statement, which PostgreSQL runs by itself: it looks at a range of bets and adds
 * those that win. The round says how far the draw is: it has its winning number from the first
 * piece on, the last bet that was looked at, and its count of winners from the last piece on.
 *
 * Knows nothing about how many winners an answer may list, and does not decide when to draw.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdlib.h>

static const char draw_what[] = "draw a round";

/* ---- One piece ------------------------------------------------------------------------------- */

/* The number that was recorded stays, and one with which the round was opened comes before that of
 * the server that draws (protocol, section 11). *record is what the round's row says then. */
static enum store_code begin_draw(struct postgresql_store *store, uint32_t round, uint16_t winning_number,
                                  struct round_record *record)
{
    static const char sql[] = "INSERT INTO rounds (round, winning_number) VALUES ($1, $2) "
                              "ON CONFLICT (round) DO UPDATE SET winning_number = coalesce(rounds.opened_with, $2) "
                              "RETURNING winning_number";
    PGresult *row;
    enum store_code code = postgresql_round_get(store, round, record);

    if (code == STORE_FAILED)
        return code;
    if (record->drawn)
        return postgresql_fail_because(store, draw_what, "round %" PRIu32 " was drawn already", round);
    if (record->draw_began)
        return STORE_OK;
    row = POSTGRESQL_QUERY(store, sql, draw_what, round, winning_number);
    if (row == NULL)
        return STORE_FAILED;
    record->number = (uint16_t)postgresql_integer(row, 0, 0);
    PQclear(row);
    return STORE_OK;
}

/* Of the bets from `first` to `last`. *added is how many. */
static enum store_code add_winners(struct postgresql_store *store, uint32_t round, uint16_t number, int64_t first,
                                   int64_t last, uint64_t *added)
{
    static const char sql[] =
        "INSERT INTO winners (round, agency, position, bet, document) "
        "SELECT bets.round, bets.agency, coalesce(before.position, 0) + row_number() OVER (PARTITION BY bets.agency "
        "ORDER BY bets.id), bets.id, bets.document FROM bets LEFT JOIN (SELECT agency, max(position) AS position FROM "
        "winners WHERE round = $1 GROUP BY agency) AS before ON before.agency = bets.agency "
        "WHERE bets.id BETWEEN $3 AND $4 AND bets.round = $1 AND bets.number = $2";
    PGresult *result = POSTGRESQL_QUERY(store, sql, draw_what, round, number, first, last);

    if (result == NULL)
        return STORE_FAILED;
    *added = strtoull(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return STORE_OK;
}

static enum store_code record_place(struct postgresql_store *store, uint32_t round, int64_t last)
{
    static const char sql[] = "UPDATE rounds SET looked_at = $2 WHERE round = $1";

    return POSTGRESQL_RUN(store, sql, draw_what, round, last);
}

/* From now on the round is drawn, and servers where agencies wait hear of it when this is
 * committed. */
static enum store_code record_count(struct postgresql_store *store, uint32_t round)
{
    static const char sql[] = "UPDATE rounds SET winners = (SELECT count(*) FROM winners WHERE winners.round = $1), "
                              "drawn_by = $2 WHERE round = $1";
    enum store_code code = POSTGRESQL_RUN(store, sql, draw_what, round, postgresql_process());

    return code == STORE_OK ? postgresql_execute(store, "NOTIFY " DRAWN_CHANNEL, draw_what) : code;
}

/* A round without bets has none to look at. */
static enum store_code draw_piece(struct postgresql_store *store, uint32_t round, const struct round_record *record,
                                  bool *done)
{
    const int64_t end = record->first_bet == 0 ? 0 : store->next_bet - 1;
    const int64_t first = record->looked_at > 0 ? record->looked_at + 1 : record->first_bet;
    const int64_t last = end - first < store->draw_piece ? end : first + store->draw_piece - 1;
    uint64_t added = 0;
    enum store_code code = STORE_OK;

    if (first <= last)
        code = add_winners(store, round, record->number, first, last, &added);
    if (code == STORE_OK)
        code = record_place(store, round, last);
    *done = last >= end;
    return code == STORE_OK && *done ? record_count(store, round) : code;
}

static enum store_code count_so_far(struct postgresql_store *store, uint32_t round, uint64_t *winners)
{
    PGresult *result = POSTGRESQL_QUERY(store, "SELECT count(*) FROM winners WHERE round = $1", draw_what, round);

    if (result == NULL)
        return STORE_FAILED;
    *winners = (uint64_t)postgresql_integer(result, 0, 0);
    PQclear(result);
    return STORE_OK;
}

enum store_code postgresql_draw(struct store *base, uint32_t round, uint16_t winning_number, struct store_draw *draw)
{
    struct postgresql_store *store = postgresql_store_of(base);
    struct round_record record = { .first_bet = 0 };
    uint64_t winners = 0;
    bool done = false;

    if (postgresql_check_write(store, draw_what) != STORE_OK || postgresql_flush(store) != STORE_OK)
        return STORE_FAILED;
    store->ready_round = 0; /* no bet comes into a drawn round: the next append looks */
    if (begin_draw(store, round, winning_number, &record) != STORE_OK ||
        draw_piece(store, round, &record, &done) != STORE_OK || count_so_far(store, round, &winners) != STORE_OK)
        return STORE_FAILED;
    *draw = (struct store_draw){ .done = done, .number = record.number, .winners = winners };
    return STORE_OK;
}

enum store_code postgresql_draw_get(struct store *base, uint32_t round, struct store_draw *draw)
{
    struct postgresql_store *store = postgresql_store_of(base);
    struct round_record record = { .first_bet = 0 };
    enum store_code code = postgresql_check_read(store, "read how far a draw is");

    if (code == STORE_OK)
        code = postgresql_round_get(store, round, &record);
    if (code != STORE_OK || !record.draw_began)
        return code == STORE_FAILED ? STORE_FAILED : STORE_NONE;
    *draw = (struct store_draw){ .done = record.drawn,
                                 .number = record.number,
                                 .winners = record.winners,
                                 .elsewhere = record.drawn && record.drawn_by != postgresql_process() };
    return STORE_OK;
}

/* ---- Winners --------------------------------------------------------------------------------- */

/* OK if the round is drawn, NONE if it is not. */
static enum store_code check_drawn(struct postgresql_store *store, uint32_t round, const char *what)
{
    struct round_record record = { .drawn = false };
    enum store_code code = postgresql_check_read(store, what);

    if (code == STORE_OK)
        code = postgresql_round_get(store, round, &record);
    return code == STORE_OK && !record.drawn ? STORE_NONE : code;
}

enum store_code postgresql_winners_count(struct store *base, uint32_t round, uint8_t agency, uint64_t *count)
{
    struct postgresql_store *store = postgresql_store_of(base);
    /* positions have no gap, so the last one, found in one step, is the count */
    static const char sql[] = "SELECT max(position) FROM winners WHERE round = $1 AND agency = $2";
    static const char what[] = "count the winners";
    enum store_code code = check_drawn(store, round, what);
    PGresult *result;

    if (code != STORE_OK)
        return code;
    result = POSTGRESQL_QUERY(store, sql, what, round, agency);
    if (result == NULL)
        return STORE_FAILED;
    *count = (uint64_t)postgresql_integer(result, 0, 0); /* 0 for null: no winner */
    PQclear(result);
    return STORE_OK;
}

static int64_t integer_at_most(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

enum store_code postgresql_winners(struct store *base, uint32_t round, uint8_t agency, uint64_t from,
                                   uint32_t *documents, size_t cap, size_t *count)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char sql[] = "SELECT document FROM winners WHERE round = $1 AND agency = $2 AND position > $3 "
                              "ORDER BY position LIMIT $4";
    static const char what[] = "read the winners";
    enum store_code code = check_drawn(store, round, what);
    PGresult *result;

    if (code == STORE_NONE)
        *count = 0;
    if (code != STORE_OK)
        return code == STORE_NONE ? STORE_OK : code;
    result = POSTGRESQL_QUERY(store, sql, what, round, agency, integer_at_most(from), integer_at_most(cap));
    if (result == NULL)
        return STORE_FAILED;
    *count = (size_t)PQntuples(result);
    for (int i = 0; i < PQntuples(result); i++)
        documents[i] = (uint32_t)postgresql_integer(result, i, 0);
    PQclear(result);
    return STORE_OK;
}
