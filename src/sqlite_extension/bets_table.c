/*
 * The table as SQLite's planner and its queries see it; see bets_table.h, and
 * https://sqlite.org/vtab.html for what each function is to do.
 *
 * It is there once (it is eponymous: no CREATE), can only be read, and as in a call of a function
 * can be given the name of another database of the connection: sorteo_bets('old').
 */
#include "sqlite_extension/bets_table.h"

#include "codec/bet_fields.h"
#include "sqlite_extension/bets_source.h"

/* ---- Columns --------------------------------------------------------------------------------- */

#define INTEGER_COLUMN(name, ...) ", " #name " INTEGER"
#define TEXT_COLUMN(name, ...) ", " #name " TEXT"
#define HIDDEN_NAME "schema"
static const char declaration[] =
    "CREATE TABLE sorteo_bets (id INTEGER, round INTEGER, agency INTEGER" BET_FIELDS(INTEGER_COLUMN, TEXT_COLUMN,
                                                                                     TEXT_COLUMN) ", " HIDDEN_NAME
                                                                                                  " TEXT HIDDEN)";

enum bets_column { COLUMN_ROWID = -1, COLUMN_ID, COLUMN_ROUND, COLUMN_AGENCY, COLUMN_FIELDS };
#define COLUMN_SCHEMA (COLUMN_FIELDS + BET_FIELD_COUNT)

/* ---- The table ------------------------------------------------------------------------------- */

struct bets_table {
    sqlite3_vtab base; /* must be first */
    sqlite3 *db;
    bool is_reading; /* a statement of a cursor is under way */
};

struct bets_cursor {
    sqlite3_vtab_cursor base; /* must be first */
    struct bets_source source;
};

static int table_connect(sqlite3 *db, void *nothing, int count, const char *const *arguments, sqlite3_vtab **out,
                         char **error)
{
    struct bets_table *table;
    int code = sqlite3_declare_vtab(db, declaration);

    (void)nothing;
    (void)count;
    (void)arguments;
    (void)error;
    if (code != SQLITE_OK)
        return code;
    table = sqlite3_malloc(sizeof *table);
    if (table == NULL)
        return SQLITE_NOMEM;
    *table = (struct bets_table){ .db = db };
    *out = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* ---- Planning -------------------------------------------------------------------------------- */

/* The name of the database, if one is given, comes after the filter's values. */
#define PLAN_SCHEMA (1u << FILTER_COUNT)
#define PLAN_COUNT (FILTER_COUNT + 1)

/* The bit of what a condition of the query can be used for; 0: nothing. */
static unsigned use_of(const struct sqlite3_index_constraint *constraint)
{
    const bool is_equal = constraint->op == SQLITE_INDEX_CONSTRAINT_EQ;

    if (constraint->iColumn == COLUMN_SCHEMA)
        return is_equal ? PLAN_SCHEMA : 0;
    if (constraint->iColumn == COLUMN_ROUND)
        return is_equal ? FILTER_ROUND : 0;
    if (constraint->iColumn == COLUMN_AGENCY)
        return is_equal ? FILTER_AGENCY : 0;
    if (constraint->iColumn > COLUMN_ID)
        return 0;
    switch (constraint->op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return FILTER_ID;
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
        return FILTER_FROM;
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
        return FILTER_TO;
    default:
        return 0;
    }
}

/* Which condition is used for each bit; -1: none. False if there is one that must be used, and
 * cannot be in this plan. */
static bool choose(const sqlite3_index_info *info, int chosen[PLAN_COUNT])
{
    for (int bit = 0; bit < PLAN_COUNT; bit++)
        chosen[bit] = -1;
    for (int i = 0; i < info->nConstraint; i++) {
        const unsigned use = use_of(&info->aConstraint[i]);

        if (use == PLAN_SCHEMA && !info->aConstraint[i].usable)
            return false;
        for (int bit = 0; bit < PLAN_COUNT; bit++)
            if (use == 1u << bit && info->aConstraint[i].usable && chosen[bit] < 0)
                chosen[bit] = i;
    }
    return true;
}

/* Of a million bets, as far as anybody knows: reading some of them costs what has to be decoded. */
static void estimate(sqlite3_index_info *info, unsigned plan)
{
    double bets = 1e6;

    for (unsigned bit = FILTER_FROM; bit <= FILTER_AGENCY; bit <<= 1)
        if (plan & bit)
            bets /= 4;
    if (plan & FILTER_ID)
        bets = 1;
    info->estimatedRows = (sqlite3_int64)bets;
    info->estimatedCost = bets + 100;
}

static bool is_in_order_of_ids(const sqlite3_index_info *info)
{
    return info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= COLUMN_ID && !info->aOrderBy[0].desc;
}

static int table_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    int chosen[PLAN_COUNT], values = 0;

    (void)table;
    if (!choose(info, chosen))
        return SQLITE_CONSTRAINT;
    info->idxNum = 0;
    for (int bit = 0; bit < PLAN_COUNT; bit++) {
        if (chosen[bit] >= 0) {
            info->idxNum |= 1 << bit;
            info->aConstraintUsage[chosen[bit]].argvIndex = ++values;
            info->aConstraintUsage[chosen[bit]].omit = 1u << bit == PLAN_SCHEMA;
        }
    }
    info->orderByConsumed = is_in_order_of_ids(info);
    estimate(info, (unsigned)info->idxNum);
    return SQLITE_OK;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    struct bets_cursor *cursor = sqlite3_malloc(sizeof *cursor);

    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct bets_cursor){ .source = { .db = ((struct bets_table *)table)->db } };
    *out = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    struct bets_cursor *cursor = (struct bets_cursor *)base;

    bets_source_end(&cursor->source);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Gives SQLite the source's words for a failure. */
static int tell(struct bets_cursor *cursor, int code)
{
    sqlite3_vtab *table = cursor->base.pVtab;

    if (cursor->source.error != NULL) {
        sqlite3_free(table->zErrMsg);
        table->zErrMsg = cursor->source.error;
        cursor->source.error = NULL;
    }
    return code;
}

/* A foreign database may have a view in the place of a table, and that may read this table again:
 * without an end, if it was let. */
static int begin(struct bets_cursor *cursor, const char *schema, unsigned filter, sqlite3_value **values)
{
    struct bets_table *table = (struct bets_table *)cursor->base.pVtab;
    int code;

    if (table->is_reading) {
        cursor->source.error = sqlite3_mprintf("a table of the store is a view that reads sorteo_bets");
        return SQLITE_ERROR;
    }
    table->is_reading = true;
    code = bets_source_begin(&cursor->source, schema, filter, values);
    table->is_reading = false;
    return code;
}

static int cursor_first(sqlite3_vtab_cursor *base, int plan, const char *nothing, int count, sqlite3_value **values)
{
    struct bets_cursor *cursor = (struct bets_cursor *)base;
    const unsigned filter = (unsigned)plan & ~PLAN_SCHEMA;
    const char *schema = "main";

    (void)nothing;
    if ((unsigned)plan & PLAN_SCHEMA)
        schema = (const char *)sqlite3_value_text(values[count - 1]);
    if (schema == NULL)
        schema = "";
    return tell(cursor, begin(cursor, schema, filter, values));
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    struct bets_cursor *cursor = (struct bets_cursor *)base;
    struct bets_table *table = (struct bets_table *)base->pVtab;
    int code;

    table->is_reading = true;
    code = bets_source_next(&cursor->source);
    table->is_reading = false;
    return tell(cursor, code);
}

static int cursor_is_at_end(sqlite3_vtab_cursor *base)
{
    return ((struct bets_cursor *)base)->source.place == FROM_NOTHING;
}

/* SQLite copies a text: the frame's bytes are gone when the next one is read, and a query may hold
 * on to a value (max(name)). */
static void give_field(sqlite3_context *context, const struct bet_field *field, const struct sorteo_bet *bet)
{
    struct sorteo_text text;

    if (field->kind == PROTOCOL_INTEGER) {
        sqlite3_result_int64(context, (sqlite3_int64)bet_integer(field, bet));
        return;
    }
    text = bet_text(field, bet);
    sqlite3_result_text(context, text.len > 0 ? text.bytes : "", (int)text.len, SQLITE_TRANSIENT);
}

static void give_column_of_frame(sqlite3_context *context, const struct bets_source *source, int column)
{
    if (column == COLUMN_ID)
        sqlite3_result_int64(context, source->id);
    else if (column == COLUMN_ROUND)
        sqlite3_result_int64(context, source->frame.row.round);
    else if (column == COLUMN_AGENCY)
        sqlite3_result_int64(context, source->frame.row.agency);
    else
        give_field(context, &bet_fields[column - COLUMN_FIELDS], &source->bet);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct bets_source *source = &((struct bets_cursor *)base)->source;

    if (column == COLUMN_SCHEMA)
        sqlite3_result_text(context, source->schema, -1, SQLITE_TRANSIENT);
    else if (source->place == FROM_ROWS)
        sqlite3_result_value(context, sqlite3_column_value(source->rows, column));
    else
        give_column_of_frame(context, source, column);
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = ((struct bets_cursor *)cursor)->source.id;
    return SQLITE_OK;
}

/* No xCreate: the table is there without being made. */
static const sqlite3_module bets_module = {
    .xConnect = table_connect,
    .xDisconnect = table_disconnect,
    .xBestIndex = table_plan,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_first,
    .xNext = cursor_next,
    .xEof = cursor_is_at_end,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

int bets_table_register(sqlite3 *db)
{
    return sqlite3_create_module(db, "sorteo_bets", &bets_module, NULL);
}
