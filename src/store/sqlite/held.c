/*
 * Bets that are held back, as a table that SQL can read: held_bets.
 *
 * Appending copies a bet into the store's memory. One INSERT … SELECT then takes all that are
 * there, and SQLite asks for each value as it builds the row: nothing is bound, and no list of
 * parameters has to be as long as what is held back. Takes a fifth less of the processor than rows
 * of parameters do.
 *
 * The table is there once (it is eponymous: no CREATE), belongs to this connection alone, and knows
 * no other table.
 */
#include "store/sqlite/sqlite_store.h"

#include <string.h>

/* ---- Holding back ---------------------------------------------------------------------------- */

static struct sorteo_text copy_text(struct held_bets *held, struct sorteo_text text)
{
    char *copy = held->text + held->text_used;

    if (text.len > 0)
        memcpy(copy, text.bytes, text.len);
    held->text_used += text.len;
    return (struct sorteo_text){ .bytes = copy, .len = text.len };
}

/* Is there room for a text of each of these lengths, one after the other? */
static bool text_fits(const struct held_bets *held, const struct sorteo_bet *bet)
{
    size_t room = HELD_TEXT_MAX - held->text_used;

#define TEXT(name, ...)                                                                                                \
    if (bet->name.len > room)                                                                                          \
        return false;                                                                                                  \
    room -= bet->name.len;
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, TEXT)
#undef TEXT
    return true;
}

bool held_add(struct held_bets *held, uint32_t round, const struct sorteo_bet *bet)
{
    struct held_bet *row;

    if (held->count == HELD_BETS_MAX || !text_fits(held, bet))
        return false;
    row = &held->rows[held->count++];
    *row = (struct held_bet){ .round = round, .bet = *bet };
#define TEXT(name, ...) row->bet.name = copy_text(held, bet->name);
    BET_FIELDS(BET_FIELD_NOTHING, TEXT, TEXT)
#undef TEXT
    return true;
}

void held_clear(struct held_bets *held)
{
    held->count = held->likely = 0;
    held->text_used = 0;
}

/* ---- The table ------------------------------------------------------------------------------- */

static const char declaration[] = "CREATE TABLE held_bets (round, agency" BET_FIELD_NAMES ")";

struct held_table {
    sqlite3_vtab base; /* must be first */
    const struct held_bets *held;
};

struct held_cursor {
    sqlite3_vtab_cursor base; /* must be first */
    const struct held_bets *held;
    size_t row;
};

static int table_connect(sqlite3 *db, void *held, int count, const char *const *arguments, sqlite3_vtab **out,
                         char **error)
{
    struct held_table *table;
    int result = sqlite3_declare_vtab(db, declaration);

    (void)count;
    (void)arguments;
    (void)error;
    if (result != SQLITE_OK)
        return result;
    table = sqlite3_malloc(sizeof *table);
    if (table == NULL)
        return SQLITE_NOMEM;
    *table = (struct held_table){ .held = held };
    *out = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* There is one way to read it: from the first row to the last. */
static int table_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedRows = HELD_BETS_MAX;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct held_cursor *cursor = sqlite3_malloc(sizeof *cursor);

    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct held_cursor){ .held = ((struct held_table *)table)->held };
    *out = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int cursor_first(sqlite3_vtab_cursor *cursor, int plan, const char *plan_name, int count, sqlite3_value **values)
{
    (void)plan;
    (void)plan_name;
    (void)count;
    (void)values;
    ((struct held_cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *cursor)
{
    ((struct held_cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int cursor_is_behind(sqlite3_vtab_cursor *base)
{
    const struct held_cursor *cursor = (const struct held_cursor *)base;

    return cursor->row >= cursor->held->count;
}

/* The text stays where it is until the INSERT has returned, so SQLite need not copy it. */
static void give_text(sqlite3_context *context, struct sorteo_text text)
{
    sqlite3_result_text(context, text.bytes, (int)text.len, SQLITE_STATIC);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct held_cursor *cursor = (const struct held_cursor *)base;
    const struct held_bet *row = &cursor->held->rows[cursor->row];

    switch ((enum column)column) {
    case COLUMN_OF_ROUND:
        sqlite3_result_int64(context, row->round);
        break;
    case COLUMN_OF_AGENCY:
        sqlite3_result_int64(context, row->bet.agency);
        break;
#define INTEGER(name, field, ...)                                                                                      \
    case COLUMN_OF_##field:                                                                                            \
        sqlite3_result_int64(context, (sqlite3_int64)row->bet.name);                                                   \
        break;
#define TEXT(name, field, ...)                                                                                         \
    case COLUMN_OF_##field:                                                                                            \
        give_text(context, row->bet.name);                                                                             \
        break;
        BET_FIELDS(INTEGER, TEXT, TEXT)
#undef TEXT
#undef INTEGER
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = (sqlite3_int64)((struct held_cursor *)cursor)->row;
    return SQLITE_OK;
}

/* No xCreate: the table is there without being made. */
static const sqlite3_module held_module = {
    .xConnect = table_connect,
    .xDisconnect = table_disconnect,
    .xBestIndex = table_plan,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_first,
    .xNext = cursor_next,
    .xEof = cursor_is_behind,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

enum store_code held_register(struct sqlite_store *store)
{
    if (sqlite3_create_module(store->db, "held_bets", &held_module, &store->held) != SQLITE_OK)
        return sqlite_fail(store, "set up the table of bets held back");
    return STORE_OK;
}
