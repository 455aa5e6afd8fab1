/*
 * The bets of a store, one after the other, for the export and for a file beside the server; and
 * who finished agencies by hand.
 *
 * Bets are read by a cursor, some thousands at a time, so that memory does not grow with their
 * number. Outside a transaction the reading is one of its own, and sees one moment of the store.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char what[] = "read the bets";

#define COLUMNS "SELECT round, agency" BET_FIELD_NAMES " FROM bets "
#define MATCHES "(%" PRIu32 " = 0 OR round = %" PRIu32 ") AND (%u = 0 OR agency = %u) "

static const char every_bet[] =
    "DECLARE rows NO SCROLL CURSOR FOR " COLUMNS "WHERE " MATCHES "AND id >= %" PRId64 " ORDER BY id";
static const char winning_bets[] =
    "DECLARE rows NO SCROLL CURSOR FOR " COLUMNS "WHERE id IN (SELECT bet FROM winners WHERE " MATCHES
    "AND round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL)) AND id >= %" PRId64 " ORDER BY id";

enum column {
    COLUMN_OF_ROUND,
    COLUMN_OF_AGENCY,
#define COLUMN(name, field, ...) COLUMN_OF_##field,
    BET_FIELDS(COLUMN, COLUMN, COLUMN)
#undef COLUMN
};

static struct sorteo_text text_at(const PGresult *rows, int row, int column)
{
    return (struct sorteo_text){ .bytes = PQgetvalue(rows, row, column),
                                 .len = (size_t)PQgetlength(rows, row, column) };
}

/* The sizes of the columns keep every integer within its field. */
static struct sorteo_bet bet_at(const PGresult *rows, int row)
{
    return (struct sorteo_bet){ .agency = (uint8_t)postgresql_integer(rows, row, COLUMN_OF_AGENCY),
#define INTEGER(name, field, size, type, max) .name = (type)postgresql_integer(rows, row, COLUMN_OF_##field),
#define TEXT(name, field, ...) .name = text_at(rows, row, COLUMN_OF_##field),
                                BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    };
}

/* Ids are 1 and up, without gaps. */
static int64_t first_bet(const struct store_filter *filter, const struct round_record *record)
{
    int64_t next = filter->after < INT64_MAX ? (int64_t)filter->after + 1 : INT64_MAX;

    return next > record->first_bet ? next : record->first_bet;
}

static enum store_code declare(struct postgresql_store *store, const struct store_filter *filter)
{
    struct round_record record = { .first_bet = 0 };
    char sql[640];

    if (filter->round != 0 && postgresql_round_get(store, filter->round, &record) == STORE_FAILED)
        return STORE_FAILED;
    snprintf(sql, sizeof sql, filter->winners ? winning_bets : every_bet, filter->round, filter->round, filter->agency,
             filter->agency, first_bet(filter, &record));
    return postgresql_execute(store, sql, what);
}

/* A reader that wants a few rows of many pays for few: lots begin small. */
static enum store_code fetch(struct postgresql_store *store, unsigned count, PGresult **rows)
{
    char sql[48];

    snprintf(sql, sizeof sql, "FETCH %u FROM rows", count);
    *rows = postgresql_query(store, sql, what, NULL, 0);
    return *rows == NULL ? STORE_FAILED : STORE_OK;
}

#define LOT_LEAST 64u
#define LOT_MOST 8192u

static enum store_code read_all(struct postgresql_store *store,
                                bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context)
{
    PGresult *rows = NULL;
    bool goes_on = true;

    for (unsigned lot = LOT_LEAST; goes_on; lot = lot < LOT_MOST ? lot * 2 : lot) {
        if (fetch(store, lot, &rows) != STORE_OK)
            return STORE_FAILED;
        for (int i = 0; i < PQntuples(rows) && goes_on; i++) {
            const struct sorteo_bet bet = bet_at(rows, i);
            goes_on = row(context, (uint32_t)postgresql_integer(rows, i, COLUMN_OF_ROUND), &bet);
        }
        goes_on = goes_on && (unsigned)PQntuples(rows) == lot;
        PQclear(rows);
    }
    return postgresql_execute(store, "CLOSE rows", what);
}

/* A server whose session has ended meanwhile connects again, as it does for a transaction. */
static enum store_code begin_reading(struct postgresql_store *store)
{
    static const char sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    enum store_code code = postgresql_execute(store, sql, what);

    if (code == STORE_OK || store->read_only || !store->is_cut_off || place_resolve(store) != STORE_OK)
        return code;
    store->condition = STORE_IDLE;
    return postgresql_execute(store, sql, what);
}

/* Its failure leaves nothing behind: it wrote nothing. So a session that ends in it is no loss:
 * whatever comes next connects again. */
static enum store_code end_reading(struct postgresql_store *store, enum store_code code)
{
    if (code == STORE_OK)
        return postgresql_execute(store, "COMMIT", what);
    if (store->condition != STORE_BROKEN)
        PQclear(PQexec(store->connection, "ROLLBACK"));
    store->condition = STORE_IDLE;
    return code;
}

enum store_code postgresql_each(struct store *base, const struct store_filter *filter,
                                bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context)
{
    struct postgresql_store *store = postgresql_store_of(base);
    const bool is_inside = store->condition == STORE_IN_TRANSACTION;
    enum store_code code = postgresql_check_read(store, what);

    if (code == STORE_OK)
        code = is_inside ? postgresql_flush(store) : begin_reading(store);
    if (code != STORE_OK)
        return code;
    code = declare(store, filter);
    if (code == STORE_OK)
        code = read_all(store, row, context);
    return is_inside ? code : end_reading(store, code);
}
