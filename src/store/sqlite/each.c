/*
 * The bets of a store, one after the other, for the export.
 */
#include "store/sqlite/sqlite_store.h"

static const char what[] = "read the bets";

#define COLUMNS "SELECT round, agency" BET_FIELD_NAMES " FROM bets "
#define MATCHES "(?1 = 0 OR round = ?1) AND (?2 = 0 OR agency = ?2) "

static const char every_bet[] = COLUMNS "WHERE " MATCHES "AND id >= ?3 ORDER BY id";
static const char winning_bets[] =
    COLUMNS "WHERE id IN (SELECT bet FROM winners WHERE " MATCHES
            "AND round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL)) AND id >= ?3 ORDER BY id";

static struct sorteo_text column_text(sqlite3_stmt *statement, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, column);

    return (struct sorteo_text){ .bytes = bytes, .len = (size_t)sqlite3_column_bytes(statement, column) };
}

/* The schema keeps every integer within its field. */
static struct sorteo_bet column_bet(sqlite3_stmt *statement)
{
    return (struct sorteo_bet){ .agency = (uint8_t)sqlite3_column_int(statement, COLUMN_OF_AGENCY),
#define INTEGER(name, field, size, type, max) .name = (type)sqlite3_column_int64(statement, COLUMN_OF_##field),
#define TEXT(name, field, ...) .name = column_text(statement, COLUMN_OF_##field),
                                BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    };
}

/* Ids are 1 and up, without gaps: no bet is ever deleted, and an id that was rolled back is used
 * again. */
static int64_t first_bet(const struct store_filter *filter, const struct round_record *record)
{
    int64_t next = filter->after < INT64_MAX ? (int64_t)filter->after + 1 : INT64_MAX;

    return next > record->first_bet ? next : record->first_bet;
}

enum store_code sqlite_each(struct store *base, const struct store_filter *filter,
                            bool (*row)(void *context, uint32_t round, const struct sorteo_bet *bet), void *context)
{
    struct sqlite_store *store = sqlite_store_of(base);
    struct round_record record = { .first_bet = 0 };
    sqlite3_stmt *statement = NULL;
    enum store_code code = sqlite_check_read(store, what);
    struct sorteo_bet bet;

    if (code != STORE_OK || (store->condition == STORE_IN_TRANSACTION && sqlite_flush(store) != STORE_OK))
        return STORE_FAILED;
    if (filter->round != 0 && sqlite_round_get(store, filter->round, &record) == STORE_FAILED)
        return STORE_FAILED;
    if (sqlite3_prepare_v2(store->db, filter->winners ? winning_bets : every_bet, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    STATEMENT_BIND(statement, filter->round, filter->agency, first_bet(filter, &record));
    while ((code = statement_row(store, statement, what)) == STORE_OK) {
        bet = column_bet(statement);
        if (!row(context, (uint32_t)sqlite3_column_int64(statement, 0), &bet))
            break;
    }
    sqlite3_finalize(statement);
    return code == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
