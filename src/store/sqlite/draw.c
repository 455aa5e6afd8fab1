/*
 * The draw of a round, in pieces, and its winners page by page.
 *
 * A draw of millions of winners takes seconds, so it is made in pieces of so many bets, each in a
 * transaction of its caller's. The tables say how far it is: the round has its winning number from
 * the first piece on, and its count of winners from the last one on; the last winner of each agency
 * says where to go on. Bets between that one and where a killed process was are looked at again.
 *
 * Where the number was known while bets were stored, those that have it are in a table of
 * candidates, and the draw reads these alone. One that goes on after its store was opened again, or
 * after a piece was rolled back, looks at every bet.
 *
 * Knows nothing about how many winners an answer may list, and does not decide when to draw.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>

static const char draw_what[] = "draw a round";

/* ---- Where a draw goes on -------------------------------------------------------------------- */

/* Records the winning number of a round that has none yet. */
static enum store_code record_number(struct sqlite_store *store, uint32_t round, uint16_t winning_number)
{
    static const char sql[] = "INSERT INTO rounds (round, winning_number) VALUES (?1, ?2) "
                              "ON CONFLICT (round) DO UPDATE SET winning_number = ?2 WHERE winning_number IS NULL";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_DRAW, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, round, winning_number);
    return statement_run(store, statement, draw_what);
}

/* The last winner that an agency has so far: its position is their number, and no bet up to it has
 * to be looked at again. */
static enum store_code find_last_winner(struct sqlite_store *store, struct draw_place *place, int agency)
{
    static const char sql[] =
        "SELECT position, bet FROM winners WHERE round = ?1 AND agency = ?2 ORDER BY position DESC LIMIT 1";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_WINNER_LAST, sql, draw_what);
    enum store_code code;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, place->round, agency);
    code = statement_row(store, statement, draw_what);
    if (code != STORE_OK)
        return code == STORE_NONE ? STORE_OK : code;
    place->positions[agency] = sqlite3_column_int64(statement, 0);
    place->winners += (uint64_t)place->positions[agency];
    if (place->next <= sqlite3_column_int64(statement, 1))
        place->next = sqlite3_column_int64(statement, 1) + 1;
    sqlite3_reset(statement);
    return STORE_OK;
}

/* A number that was recorded before stays. A round without bets is looked for from after the last
 * bet on: it has none. */
static enum store_code find_place(struct sqlite_store *store, uint32_t round, uint16_t winning_number,
                                  struct draw_place *place)
{
    struct round_record record = { .candidates_of = -1 };
    enum store_code code = sqlite_round_get(store, round, &record);

    if (code == STORE_FAILED)
        return code;
    if (record.drawn)
        return sqlite_fail_because(store, draw_what, "round %" PRIu32 " was drawn already", round);
    if (!record.draw_began && record_number(store, round, winning_number) != STORE_OK)
        return STORE_FAILED;
    *place = (struct draw_place){ .round = round,
                                  .number = record.draw_began ? record.number : winning_number,
                                  .next = record.first_bet == 0 ? INT64_MAX : record.first_bet,
                                  .looked_at = place->looked_at };
    place->has_candidates = record.candidates_of == place->number;
    if (record.draw_began) /* candidates are compared with the bets when a store is opened, but not these */
        place->has_candidates = false;
    for (int agency = 0; agency < 256 && record.draw_began; agency++)
        if (find_last_winner(store, place, agency) != STORE_OK)
            return STORE_FAILED;
    return STORE_OK;
}

/* ---- One piece ------------------------------------------------------------------------------- */

static enum store_code add_winner(struct sqlite_store *store, struct draw_place *place, const struct stored_bet *stored)
{
    static const char sql[] = "INSERT INTO winners (round, agency, position, bet" BET_FIELD_NAMES
                              ") VALUES (?1, ?2, ?3, ?4" BET_PARAMETERS ")";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_WINNER_ADD, sql, draw_what);
    const uint8_t agency = stored->bet.agency;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, place->round, agency, ++place->positions[agency], stored->id);
    if (!bet_bind(statement, 5, &stored->bet))
        return sqlite_fail(store, draw_what);
    place->winners++;
    return statement_run(store, statement, draw_what);
}

/* A bet wins if it belongs to the round and has its number. */
static enum store_code add_if_winner(struct sqlite_store *store, struct draw_place *place,
                                     const struct stored_bet *stored)
{
    if (stored->round != place->round || stored->bet.number != place->number)
        return STORE_OK;
    return add_winner(store, place, stored);
}

/* Only those among the next bets that have the number: *done if there are no more. */
static enum store_code look_at_candidates(struct sqlite_store *store, struct draw_place *place, bool *done)
{
    static const char sql[] = "SELECT bet" COLUMNS_AFTER_ID " FROM candidates WHERE bet >= ?1 ORDER BY bet LIMIT ?2";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_CANDIDATES_READ, sql, draw_what);
    enum store_code code;
    uint32_t rows = 0;

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, place->next, store->draw_piece);
    while ((code = statement_row(store, statement, draw_what)) == STORE_OK) {
        const struct stored_bet candidate = stored_bet_of_columns(statement);

        rows++;
        place->next = candidate.id + 1;
        if (add_if_winner(store, place, &candidate) != STORE_OK) {
            sqlite3_reset(statement);
            return STORE_FAILED;
        }
    }
    *done = rows < store->draw_piece;
    return code == STORE_NONE ? STORE_OK : code;
}

/* From the next bet on up to that one. */
static enum store_code add_winners(struct sqlite_store *store, struct draw_place *place, int64_t end)
{
    struct bet_reader reader;
    struct stored_bet stored;
    enum store_code code = reader_begin(&reader, store, draw_what, place->next, 0, 0);

    while (code == STORE_OK) {
        code = reader_next(&reader, &stored);
        if (code != STORE_OK || stored.id > end)
            break;
        place->looked_at++;
        code = add_if_winner(store, place, &stored);
    }
    reader_end(&reader);
    return code == STORE_NONE ? STORE_OK : code;
}

/* Whichever of the next bets have the number: *done if these were the last ones. */
static enum store_code look_at_bets(struct sqlite_store *store, struct draw_place *place, bool *done)
{
    int64_t end;

    if (sqlite_next_bet(store, &end) != STORE_OK)
        return STORE_FAILED;
    end--;
    *done = place->next > end || end - place->next < store->draw_piece;
    if (!*done)
        end = place->next + store->draw_piece - 1;
    if (place->next <= end && add_winners(store, place, end) != STORE_OK)
        return STORE_FAILED;
    place->next = *done ? INT64_MAX : end + 1;
    return STORE_OK;
}

/* What was looked at is a candidate no more. All of them in one step would be a long one. */
static enum store_code drop_candidates(struct sqlite_store *store, const struct draw_place *place)
{
    static const char sql[] = "DELETE FROM candidates WHERE bet < ?1";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_CANDIDATES_DROP, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, place->next);
    return statement_run(store, statement, draw_what);
}

/* From now on the round is drawn. */
static enum store_code record_count(struct sqlite_store *store, const struct draw_place *place)
{
    static const char sql[] = "UPDATE rounds SET winners = ?2 WHERE round = ?1";
    sqlite3_stmt *statement = statement_get(store, STATEMENT_ROUND_DRAWN, sql, draw_what);

    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, place->round, (int64_t)place->winners);
    return statement_run(store, statement, draw_what);
}

static enum store_code draw_piece(struct sqlite_store *store, struct draw_place *place, bool *done)
{
    enum store_code code =
        place->has_candidates ? look_at_candidates(store, place, done) : look_at_bets(store, place, done);

    if (code == STORE_OK)
        code = drop_candidates(store, place);
    if (code == STORE_OK && *done)
        code = record_count(store, place);
    return code;
}

enum store_code sqlite_draw(struct store *base, uint32_t round, uint16_t winning_number, struct store_draw *draw)
{
    struct sqlite_store *store = sqlite_store_of(base);
    struct draw_place *place = &store->draw;
    bool done = false;

    if (sqlite_check_write(store, draw_what) != STORE_OK || sqlite_flush(store) != STORE_OK)
        return STORE_FAILED;
    store->ready_round = 0; /* no bet comes into a drawn round: the next append looks */
    if (place->round != round && find_place(store, round, winning_number, place) != STORE_OK)
        return STORE_FAILED;
    if (draw_piece(store, place, &done) != STORE_OK)
        return STORE_FAILED;
    *draw = (struct store_draw){ .done = done, .number = place->number, .winners = place->winners };
    if (done)
        place->round = 0;
    return STORE_OK;
}

enum store_code sqlite_draw_get(struct store *base, uint32_t round, struct store_draw *draw)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char what[] = "read how far a draw is";
    struct round_record record = { .first_bet = 0 };
    enum store_code code = sqlite_check_read(store, what);

    if (code == STORE_OK)
        code = sqlite_round_get(store, round, &record);
    if (code != STORE_OK || !record.draw_began)
        return code == STORE_FAILED ? STORE_FAILED : STORE_NONE;
    *draw = (struct store_draw){ .done = record.drawn, .number = record.number, .winners = record.winners };
    return STORE_OK;
}

/* ---- Winners --------------------------------------------------------------------------------- */

/* OK if the round is drawn, NONE if it is not. */
static enum store_code check_drawn(struct sqlite_store *store, uint32_t round, const char *what)
{
    struct round_record record = { .drawn = false };
    enum store_code code = sqlite_check_read(store, what);

    if (code == STORE_OK)
        code = sqlite_round_get(store, round, &record);
    return code == STORE_OK && !record.drawn ? STORE_NONE : code;
}

enum store_code sqlite_winners_count(struct store *base, uint32_t round, uint8_t agency, uint64_t *count)
{
    struct sqlite_store *store = sqlite_store_of(base);
    /* positions have no gap, so the last one, found in one step, is the count */
    static const char sql[] = "SELECT max(position) FROM winners WHERE round = ?1 AND agency = ?2";
    static const char what[] = "count the winners";
    sqlite3_stmt *statement;
    enum store_code code = check_drawn(store, round, what);

    if (code != STORE_OK)
        return code;
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
    enum store_code code = check_drawn(store, round, what);
    size_t read = 0;

    if (code == STORE_FAILED)
        return code;
    if (code == STORE_NONE) {
        *count = 0;
        return STORE_OK;
    }
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
