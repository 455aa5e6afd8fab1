/* See bets_source.h. */
#include "sqlite_extension/bets_source.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "codec/bet_fields.h"
#include "store/sqlite/schema_version.h"

/* ---- Errors ---------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static int fail(struct bets_source *source, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    sqlite3_free(source->error);
    source->error = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    return source->error == NULL ? SQLITE_NOMEM : code;
}

/* What SQLite itself says. */
static int fail_by_sqlite(struct bets_source *source)
{
    return fail(source, sqlite3_extended_errcode(source->db), "cannot read the bets of %s: %s", source->schema,
                sqlite3_errmsg(source->db));
}

/* ---- Is it a store? -------------------------------------------------------------------------- */

/* The integer that a PRAGMA of the database yields. */
static int read_pragma(struct bets_source *source, const char *name, int64_t *value)
{
    char *sql = sqlite3_mprintf("PRAGMA \"%w\".%s", source->schema, name);
    sqlite3_stmt *statement = NULL;
    int code = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(source->db, sql, -1, &statement, NULL);

    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else if (code != SQLITE_NOMEM)
        code = fail_by_sqlite(source);
    sqlite3_finalize(statement);
    sqlite3_free(sql);
    return code;
}

static int check_version(struct bets_source *source, int64_t version)
{
    const int64_t schema = version & SCHEMA_VERSION_MASK;

    if (version >> SHAPE_SHIFT != BET_SHAPE)
        return fail(source, SQLITE_ERROR,
                    "%s has bets with other fields than this extension's: load the one of the "
                    "programs that made it",
                    source->schema);
    if (schema < 1 || schema > SCHEMA_VERSION)
        return fail(source, SQLITE_ERROR, "%s has schema version %d, and this extension knows the versions 1 to %d",
                    source->schema, (int)schema, SCHEMA_VERSION);
    source->has_frames = schema >= SCHEMA_VERSION_WITH_FRAMES;
    return SQLITE_OK;
}

static int identify(struct bets_source *source)
{
    int64_t application = 0, version = 0;
    int code = read_pragma(source, "application_id", &application);

    if (code == SQLITE_OK)
        code = read_pragma(source, "user_version", &version);
    if (code != SQLITE_OK)
        return code;
    if (application != APPLICATION_ID)
        return fail(source, SQLITE_ERROR, "%s is not the store of a sorteo server (application_id %d)", source->schema,
                    (int)application);
    return check_version(source, version);
}

/* ---- Statements ------------------------------------------------------------------------------ */

#define BET_COLUMNS "id, round, agency" BET_FIELD_NAMES

/* The condition of each bit, with a parameter of its number, %w being the database. SQLite looks
 * again at all that is read, so they may let through more, but not less. */
static const char *const conditions_of_rows[FILTER_COUNT] = { "id = ?1", "id >= ?2", "id <= ?3", "round = ?4",
                                                              "agency = ?5" };
static const char *const conditions_of_frames[FILTER_COUNT] = {
    "id = (SELECT max(id) FROM \"%w\".frames WHERE id <= ?1)",
    "id >= ifnull((SELECT max(id) FROM \"%w\".frames WHERE id <= ?2), ?2)", "id <= ?3", "round = ?4", "agency = ?5"
};

/* "SELECT columns FROM table WHERE conditions" */
static char *query(const struct bets_source *source, const char *columns, const char *table,
                   const char *const conditions[FILTER_COUNT])
{
    sqlite3_str *sql = sqlite3_str_new(source->db);

    sqlite3_str_appendf(sql, "SELECT %s FROM \"%w\".%s WHERE 1", columns, source->schema, table);
    for (int bit = 0; bit < FILTER_COUNT; bit++) {
        if (source->filter & 1u << bit) {
            sqlite3_str_appendall(sql, " AND ");
            sqlite3_str_appendf(sql, conditions[bit], source->schema);
        }
    }
    sqlite3_str_appendall(sql, " ORDER BY id");
    return sqlite3_str_finish(sql);
}

/* Frees `sql`. */
static int prepare(struct bets_source *source, char *sql, sqlite3_stmt **out)
{
    const int code = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(source->db, sql, -1, out, NULL);

    sqlite3_free(sql);
    return code == SQLITE_OK || code == SQLITE_NOMEM ? code : fail_by_sqlite(source);
}

static void forget_statements(struct bets_source *source)
{
    sqlite3_finalize(source->rows);
    sqlite3_finalize(source->frames);
    source->rows = source->frames = NULL;
}

static int prepare_all(struct bets_source *source, const char *schema, unsigned filter)
{
    int code;

    forget_statements(source);
    sqlite3_free(source->schema);
    source->schema = sqlite3_mprintf("%s", schema);
    source->filter = filter;
    if (source->schema == NULL)
        return SQLITE_NOMEM;
    code = identify(source);
    if (code == SQLITE_OK)
        code = prepare(source, query(source, BET_COLUMNS, source->has_frames ? "bet_rows" : "bets", conditions_of_rows),
                       &source->rows);
    if (code == SQLITE_OK && source->has_frames)
        code = prepare(source, query(source, FRAME_COLUMNS, "frames", conditions_of_frames), &source->frames);
    if (code != SQLITE_OK)
        forget_statements(source);
    return code;
}

/* A join begins many times, and each time asks the same of the same database. */
static bool is_prepared(const struct bets_source *source, const char *schema, unsigned filter)
{
    return source->rows != NULL && source->filter == filter && strcmp(source->schema, schema) == 0;
}

/* The values as they are: a column is compared with them as in the query. */
static int bind(struct bets_source *source, sqlite3_stmt *statement, sqlite3_value **values)
{
    int code = SQLITE_OK;

    if (statement == NULL)
        return SQLITE_OK;
    sqlite3_reset(statement);
    for (int bit = 0; bit < FILTER_COUNT && code == SQLITE_OK; bit++)
        if (source->filter & 1u << bit)
            code = sqlite3_bind_value(statement, bit + 1, *values++);
    return code;
}

/* ---- Bets ------------------------------------------------------------------------------------ */

static int read_row(struct bets_source *source)
{
    const int code = sqlite3_step(source->rows);

    if (code == SQLITE_ROW) {
        source->id = sqlite3_column_int64(source->rows, 0);
        source->next = source->id < INT64_MAX ? source->id + 1 : INT64_MAX;
        return SQLITE_OK;
    }
    source->place = FROM_FRAMES;
    return code == SQLITE_DONE ? SQLITE_OK : fail_by_sqlite(source);
}

static int damaged(struct bets_source *source)
{
    return fail(source, SQLITE_CORRUPT_VTAB, "the frame of bet %" PRId64 " in %s is damaged: restore a copy",
                source->frame.row.id, source->schema);
}

/* With a condition, frames are left out. */
static bool is_gap_seen(const struct bets_source *source)
{
    return source->is_next_known && (source->filter & (FILTER_ROUND | FILTER_AGENCY)) == 0;
}

/* The ids of its bets follow those before. */
static int check_place(struct bets_source *source)
{
    const int64_t id = source->frame.row.id;

    if (id < source->next)
        return fail(source, SQLITE_CORRUPT_VTAB,
                    "the frame of bet %" PRId64 " in %s has ids of the bets before it: "
                    "restore a copy",
                    id, source->schema);
    if (id > source->next && is_gap_seen(source))
        return fail(source, SQLITE_CORRUPT_VTAB,
                    "the bets %" PRId64 " to %" PRId64 " are missing in %s: restore a copy", source->next, id - 1,
                    source->schema);
    source->next = id + source->frame.row.bets;
    source->is_next_known = true;
    return SQLITE_OK;
}

/* Goes to a frame's first bet, or to the end. */
static int begin_frame(struct bets_source *source)
{
    const int code = source->frames == NULL ? SQLITE_DONE : sqlite3_step(source->frames);

    if (code == SQLITE_DONE)
        source->place = FROM_NOTHING;
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? SQLITE_OK : fail_by_sqlite(source);
    if (!frame_of_columns(source->frames, &source->frame.row) || !frame_reader_begin(&source->frame))
        return damaged(source);
    return check_place(source);
}

static int read_bet_of_frame(struct bets_source *source)
{
    int code = SQLITE_OK;

    do {
        if (!frame_reader_has_more(&source->frame))
            code = begin_frame(source);
        if (code != SQLITE_OK || source->place == FROM_NOTHING)
            return code;
        if (!frame_reader_next(&source->frame, &source->id, &source->bet))
            return damaged(source);
    } while (source->id < source->first);
    if (source->id > source->last)
        source->place = FROM_NOTHING;
    return code;
}

int bets_source_next(struct bets_source *source)
{
    int code = source->place == FROM_ROWS ? read_row(source) : SQLITE_OK;

    if (code == SQLITE_OK && source->place == FROM_FRAMES)
        code = read_bet_of_frame(source);
    return code;
}

/* ---- Beginning and ending -------------------------------------------------------------------- */

static bool is_integer(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_INTEGER;
}

/* A bet of the first or the last frame that is not asked for is only decoded. */
static void set_limits(struct bets_source *source, sqlite3_value **values)
{
    source->first = INT64_MIN;
    source->last = INT64_MAX;
    for (int bit = 0; bit < FILTER_COUNT; bit++) {
        const unsigned used = source->filter & 1u << bit;

        if (used == 0)
            continue;
        if (used & (FILTER_ID | FILTER_FROM) && is_integer(*values) && sqlite3_value_int64(*values) > source->first)
            source->first = sqlite3_value_int64(*values);
        if (used & (FILTER_ID | FILTER_TO) && is_integer(*values) && sqlite3_value_int64(*values) < source->last)
            source->last = sqlite3_value_int64(*values);
        values++;
    }
}

int bets_source_begin(struct bets_source *source, const char *schema, unsigned filter, sqlite3_value **values)
{
    int code = is_prepared(source, schema, filter) ? SQLITE_OK : prepare_all(source, schema, filter);

    if (code == SQLITE_OK)
        code = bind(source, source->rows, values);
    if (code == SQLITE_OK)
        code = bind(source, source->frames, values);
    if (code != SQLITE_OK)
        return code;
    set_limits(source, values);
    source->place = FROM_ROWS;
    source->frame = (struct frame_reader){ .next = 0 };
    source->next = INT64_MIN;
    source->is_next_known = false;
    return bets_source_next(source);
}

void bets_source_end(struct bets_source *source)
{
    forget_statements(source);
    sqlite3_free(source->schema);
    sqlite3_free(source->error);
}
