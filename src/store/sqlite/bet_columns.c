/*
 * The fields of a bet as columns: bound to a statement, and read from one.
 *
 * Knows no table.
 */
#include "store/sqlite/sqlite_store.h"

#include <string.h>

static bool bind_text(sqlite3_stmt *statement, int parameter, struct sorteo_text text)
{
    return sqlite3_bind_text(statement, parameter, text.bytes, (int)text.len, SQLITE_STATIC) == SQLITE_OK;
}

bool bet_bind(sqlite3_stmt *statement, int parameter, const struct sorteo_bet *bet)
{
    bool bound = true;

#define INTEGER(name, ...)                                                                                             \
    bound = bound && sqlite3_bind_int64(statement, parameter++, (sqlite3_int64)bet->name) == SQLITE_OK;
#define TEXT(name, ...) bound = bound && bind_text(statement, parameter++, bet->name);
    BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    return bound;
}

static struct sorteo_text column_text(sqlite3_stmt *statement, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, column);

    return (struct sorteo_text){ .bytes = bytes, .len = (size_t)sqlite3_column_bytes(statement, column) };
}

/* The schema keeps every integer within its field. */
struct sorteo_bet bet_of_columns(sqlite3_stmt *statement, int column, uint8_t agency)
{
    struct sorteo_bet bet = { .agency = agency };

#define INTEGER(name, field, size, type, max) bet.name = (type)sqlite3_column_int64(statement, column++);
#define TEXT(name, ...) bet.name = column_text(statement, column++);
    BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    return bet;
}

struct stored_bet stored_bet_of_columns(sqlite3_stmt *statement)
{
    const uint8_t agency = (uint8_t)sqlite3_column_int(statement, 2);

    return (struct stored_bet){ .id = sqlite3_column_int64(statement, 0),
                                .round = (uint32_t)sqlite3_column_int64(statement, 1),
                                .bet = bet_of_columns(statement, 3, agency) };
}

static bool text_is(struct sorteo_text text, struct sorteo_text other)
{
    return text.len == other.len && (text.len == 0 || memcmp(text.bytes, other.bytes, text.len) == 0);
}

bool bet_is(const struct sorteo_bet *bet, const struct sorteo_bet *other)
{
    bool same = bet->agency == other->agency;

#define INTEGER(name, ...) same = same && bet->name == other->name;
#define TEXT(name, ...) same = same && text_is(bet->name, other->name);
    BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    return same;
}

bool bet_is_whole(const struct sorteo_bet *bet)
{
    bool whole = true;

#define TEXT(name, ...) whole = whole && bet->name.bytes != NULL;
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, TEXT)
#undef TEXT
    return whole;
}
