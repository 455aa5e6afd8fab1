/*
 * Bets and their rounds: appending is the hot path of the server.
 *
 * Bets are held back and sent many at a time, by COPY. Their ids are ours, not a sequence's: they
 * count up without a gap in the order in which bets are stored, and one that was rolled back is
 * used again.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>

static const char append_what[] = "append bets";

/* ---- Rounds ---------------------------------------------------------------------------------- */

enum store_code postgresql_round_get(struct postgresql_store *store, uint32_t round, struct round_record *record)
{
    static const char sql[] =
        "SELECT first_bet, looked_at, winning_number, winners, winning_number IS NOT NULL, winners IS NOT NULL, "
        "drawn_by "
        "FROM rounds WHERE round = $1";
    PGresult *row = POSTGRESQL_QUERY(store, sql, "read a round", round);

    if (row == NULL)
        return STORE_FAILED;
    const bool is_there = PQntuples(row) == 1;
    if (is_there)
        *record = (struct round_record){ .first_bet = postgresql_integer(row, 0, 0),
                                         .looked_at = postgresql_integer(row, 0, 1),
                                         .number = (uint16_t)postgresql_integer(row, 0, 2),
                                         .winners = (uint64_t)postgresql_integer(row, 0, 3),
                                         .draw_began = PQgetvalue(row, 0, 4)[0] == 't',
                                         .drawn = PQgetvalue(row, 0, 5)[0] == 't',
                                         .drawn_by = postgresql_integer(row, 0, 6) };
    PQclear(row);
    return is_there ? STORE_OK : STORE_NONE;
}

enum store_code postgresql_round_find_other(struct postgresql_store *store, uint32_t *round, uint16_t *number)
{
    static const char sql[] =
        "SELECT round, coalesce(winning_number, opened_with) FROM rounds WHERE winners IS NULL AND "
        "coalesce(winning_number, opened_with) <> $1 ORDER BY round DESC LIMIT 1";
    PGresult *row = POSTGRESQL_QUERY(store, sql, "read the rounds", store->number);

    if (row == NULL)
        return STORE_FAILED;
    const bool is_there = PQntuples(row) == 1;
    if (is_there) {
        *round = (uint32_t)postgresql_integer(row, 0, 0);
        *number = (uint16_t)postgresql_integer(row, 0, 1);
    }
    PQclear(row);
    return is_there ? STORE_OK : STORE_NONE;
}

static enum store_code round_make_ready(struct postgresql_store *store, uint32_t round)
{
    static const char sql[] = "INSERT INTO rounds (round, first_bet, opened_with) VALUES ($1, $2, nullif($3, -1))";
    struct round_record record = { .first_bet = 0 };
    enum store_code code;

    if (round == store->ready_round)
        return STORE_OK;
    code = postgresql_round_get(store, round, &record);
    if (code == STORE_NONE)
        code = POSTGRESQL_RUN(store, sql, append_what, round, store->next_bet, store->number);
    else if (code == STORE_OK && record.draw_began)
        code = postgresql_fail_because(store, append_what, "round %" PRIu32 " was drawn already", round);
    if (code == STORE_OK)
        store->ready_round = round;
    return code;
}

/* ---- Appending ------------------------------------------------------------------------------- */

enum store_code postgresql_flush_bets(struct postgresql_store *store)
{
    static const char sql[] = "COPY bets (id, round, agency" BET_FIELD_NAMES ") FROM STDIN (FORMAT binary)";

    return postgresql_copy(store, sql, append_what, &store->bets);
}

/* The sizes are those of the columns (schema.c). */
#define COLUMN_SIZE(size) ((size) == 1 ? 2u : (size) == 2 ? 4u : 8u)

static void hold(struct postgresql_store *store, uint32_t round, const struct sorteo_bet *bet)
{
    struct rows *rows = &store->bets;

    rows_begin(rows, 3 + BET_FIELD_COUNT);
    rows_put_integer(rows, store->next_bet++, 8);
    rows_put_integer(rows, round, 8);
    rows_put_integer(rows, bet->agency, 2);
#define INTEGER(name, field, size, ...) rows_put_integer(rows, (int64_t)bet->name, COLUMN_SIZE(size));
#define TEXT(name, ...) rows_put_bytes(rows, bet->name.bytes, bet->name.len);
    BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
}

enum store_code postgresql_append(struct store *base, uint32_t round, const struct store_frame *frame)
{
    struct postgresql_store *store = postgresql_store_of(base);
    enum store_code code = postgresql_check_write(store, append_what);

    if (code == STORE_OK)
        code = round_make_ready(store, round);
    for (size_t i = 0; i < frame->count && code == STORE_OK; i++) {
        hold(store, round, &frame->bets[i]);
        if (store->bets.len >= HELD_BYTES_MAX)
            code = postgresql_flush_bets(store);
    }
    return code;
}
