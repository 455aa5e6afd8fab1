/*
 * Frames that are held back, as a table that SQL can read: held_frames.
 *
 * Appending copies a frame, or a piece of one, into the store's memory. One INSERT … SELECT then
 * takes all that are there, and SQLite asks for each value as it builds the row: nothing is bound,
 * and no list of parameters has to be as long as what is held back.
 *
 * The table is there once (it is eponymous: no CREATE), belongs to this connection alone, and knows
 * no other table.
 */
#include "store/sqlite/sqlite_store.h"

#include <string.h>

/* ---- Holding back ---------------------------------------------------------------------------- */

static const uint8_t *copy_bytes(struct held_frames *held, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = held->bytes + held->bytes_used;

    memcpy(copy, bytes, len);
    held->bytes_used += len;
    return copy;
}

bool held_add(struct held_frames *held, const struct frame_row *row)
{
    struct frame_row *kept;

    if (held->count == HELD_ROWS_MAX || row->head_len + row->len > HELD_BYTES_MAX - held->bytes_used)
        return false;
    kept = &held->rows[held->count++];
    *kept = *row;
    kept->head = copy_bytes(held, row->head, row->head_len);
    kept->bytes = copy_bytes(held, row->bytes, row->len);
    return true;
}

void held_clear(struct held_frames *held)
{
    held->count = 0;
    held->bytes_used = 0;
}

/* ---- The table ------------------------------------------------------------------------------- */

static const char declaration[] = "CREATE TABLE held_frames (" FRAME_COLUMNS ")";

struct held_table {
    sqlite3_vtab base; /* must be first */
    const struct held_frames *held;
};

struct held_cursor {
    sqlite3_vtab_cursor base; /* must be first */
    const struct held_frames *held;
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
    info->estimatedRows = HELD_ROWS_MAX;
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

/* What is given stays where it is until the INSERT has returned, so SQLite need not copy it. */
static void give_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

static void give_blob(sqlite3_context *context, const uint8_t *bytes, size_t len)
{
    sqlite3_result_blob64(context, bytes, len, SQLITE_STATIC);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct held_cursor *cursor = (const struct held_cursor *)base;
    const struct frame_row *row = &cursor->held->rows[cursor->row];

    switch ((enum frame_column)column) {
    case FRAME_ID:
        sqlite3_result_int64(context, row->id);
        break;
    case FRAME_BETS:
        sqlite3_result_int64(context, row->bets);
        break;
    case FRAME_ROUND:
        sqlite3_result_int64(context, row->round);
        break;
    case FRAME_AGENCY:
        sqlite3_result_int64(context, row->agency);
        break;
    case FRAME_SKIP:
        sqlite3_result_int64(context, row->skip);
        break;
    case FRAME_LENGTH_SIZE:
        sqlite3_result_int64(context, row->length_size);
        break;
    case FRAME_DIALECT:
        give_text(context, sorteo_dialect_name(row->dialect));
        break;
    case FRAME_KIND:
        give_text(context, frame_part_names[row->part]);
        break;
    case FRAME_HEAD:
        give_blob(context, row->head, row->head_len);
        break;
    case FRAME_BYTES:
        give_blob(context, row->bytes, row->len);
        break;
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
    if (sqlite3_create_module(store->db, "held_frames", &held_module, &store->held) != SQLITE_OK)
        return sqlite_fail(store, "set up the table of frames held back");
    return STORE_OK;
}
