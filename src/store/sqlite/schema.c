/*
 * The schema: what the tables are, whose database a file is, and how an empty one becomes a store.
 *
 * People read these tables with the sqlite3 shell (".schema" shows the comments) when the server is
 * down. Any change here needs a new SCHEMA_VERSION and a migration from the previous one: see
 * schema_update.
 */
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "store/sqlite/bets_columns.h"

#define QUOTED_NAME(name, ...) ", '" #name "'"
#define QUOTED_NAMES BET_FIELDS(QUOTED_NAME, QUOTED_NAME, QUOTED_NAME)
#define ROW_OF_NAME(name, ...) ", ('" #name "')"
#define ROWS_OF_NAMES BET_FIELDS(ROW_OF_NAME, ROW_OF_NAME, ROW_OF_NAME)

/* Version 1. */
static const char first_tables[] =
    "CREATE TABLE lottery (  -- one row: what was fixed when the store was made\n"
    "    only      INTEGER PRIMARY KEY CHECK (only = 1),\n"
    "    agencies  INTEGER NOT NULL CHECK (agencies BETWEEN 1 AND 255),  -- numbered 1 to this\n"
    "    made_at   TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP  -- UTC\n"
    ") STRICT;\n"

    "CREATE TABLE agencies (  -- where each agency stands; one without a row is open in round 1 and has no bets\n"
    "    agency           INTEGER PRIMARY KEY CHECK (agency BETWEEN 0 AND 255),\n"
    "    round            INTEGER NOT NULL CHECK (round >= 1),  -- that it is in\n"
    "    phase            TEXT NOT NULL CHECK (phase IN ('open', 'waiting', 'drawn')),\n"
    "    announced        INTEGER NOT NULL,  -- 1: drawn, and its winners are being or were sent\n"
    "    may_close_empty  INTEGER NOT NULL,  -- 1: its next finish closes the round, bets or not\n"
    "    bets             INTEGER NOT NULL CHECK (bets >= 0)  -- of this round\n"
    ") STRICT;\n"

    "CREATE TABLE rounds (  -- each round that has a bet or was drawn\n"
    "    round           INTEGER PRIMARY KEY CHECK (round >= 1),\n"
    "    first_bet       INTEGER,  -- bets.id of its first bet, from which the draw looks on; null: no bet\n"
    "    winning_number  INTEGER CHECK (winning_number BETWEEN 0 AND 65535),  -- null: not drawn yet\n"
    "    winners         INTEGER  -- how many, in all agencies; null: not drawn yet\n"
    ") STRICT;\n"

    "CREATE TABLE bets (  -- in the order in which they were stored; no index, on purpose: this is the hot path\n"
    "    id         INTEGER PRIMARY KEY,\n"
    "    round      INTEGER NOT NULL,\n"
    "    agency     INTEGER NOT NULL CHECK (agency BETWEEN 0 AND 255)" BETS_COLUMNS ") STRICT;\n"

    "CREATE TABLE winners (  -- what each draw yielded\n"
    "    round     INTEGER NOT NULL,\n"
    "    agency    INTEGER NOT NULL,\n"
    "    position  INTEGER NOT NULL,  -- 1 and up in each round and agency, in the order of bets.id\n"
    "    bet       INTEGER NOT NULL,  -- bets.id\n"
    "    document  INTEGER NOT NULL,  -- of that bet, here again so that a page of winners is one range\n"
    "    PRIMARY KEY (round, agency, position)\n"
    ") STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE keys (  -- idempotency keys of the keyed dialect, kept for ever\n"
    "    agency  INTEGER NOT NULL,\n"
    "    key     INTEGER NOT NULL,  -- the 64 bits of an unsigned number: from 2^63 on it shows less 2^64\n"
    "    frame   TEXT NOT NULL CHECK (frame IN ('single', 'batch', 'finish')),\n"
    "    digest  BLOB NOT NULL CHECK (length(digest) = 16),  -- of the frame's bytes\n"
    "    round   INTEGER NOT NULL,  -- that its bets belong to, or that its finish closed or asked for\n"
    "    PRIMARY KEY (agency, key)\n"
    ") STRICT, WITHOUT ROWID;\n"

    "CREATE VIEW winning_bets AS  -- the winners with all that their bets say\n"
    "    SELECT winners.round, winners.agency, winners.position" WINNING_BETS_COLUMNS
    "    FROM winners JOIN bets ON bets.id = winners.bet;\n";

/* New in version 2. */
static const char finishes[] =
    "CREATE TABLE finishes (  -- agencies that did not come, and were finished by hand (sorteo finish)\n"
    "    round   INTEGER NOT NULL,\n"
    "    agency  INTEGER NOT NULL,\n"
    "    at      TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,  -- UTC\n"
    "    bets    INTEGER NOT NULL,  -- of the agency in this round, stored by then\n"
    "    uid     INTEGER NOT NULL,  -- who did it\n"
    "    user    TEXT NOT NULL,\n"
    "    host    TEXT NOT NULL,\n"
    "    PRIMARY KEY (round, agency)\n"
    ") STRICT, WITHOUT ROWID;\n";

/* New in version 3. */
static const char dialect_and_log[] =
    "ALTER TABLE lottery ADD COLUMN dialect TEXT;\n"

    "CREATE TABLE log (  -- one row: which log, the -wal file of the same name, belongs to this file\n"
    "    only    INTEGER PRIMARY KEY CHECK (only = 1),\n"
    "    needed  INTEGER NOT NULL CHECK (needed IN (0, 1)),  -- 0: it was closed, and is whole without a log\n"
    "    number  INTEGER NOT NULL,  -- of the latest log, by chance\n"
    "    before  INTEGER NOT NULL,  -- the number of the one before, all of which is in this file; 2^62: none\n"
    "    salt    INTEGER NOT NULL  -- 2^32 more than the latest log's own, from its header; 2^33: not known yet\n"
    ") STRICT;\n"
    "INSERT INTO log (only, needed, number, before, salt)\n"
    "    VALUES (1, 0, (random() >> 2) | (1 << 62), 1 << 62, 1 << 33);\n";

/* New in version 4: a draw in pieces. A round with a winning number and without its count of
 * winners is being drawn. */
static const char draw_in_pieces[] =
    "ALTER TABLE rounds ADD COLUMN candidates_of INTEGER;\n"

    "CREATE TABLE candidates (  -- the bets of the round that is not drawn yet which have rounds.candidates_of\n"
    "    bet  INTEGER PRIMARY KEY  -- bets.id\n"
    ") STRICT;\n"

    "DROP VIEW winning_bets;\n"
    "CREATE VIEW winning_bets AS  -- the winners of drawn rounds with all that their bets say\n"
    "    SELECT winners.round, winners.agency, winners.position" WINNING_BETS_COLUMNS
    "    FROM winners JOIN bets ON bets.id = winners.bet\n"
    "    WHERE winners.round IN (SELECT round FROM rounds WHERE rounds.winners IS NOT NULL);\n";

/* What makes each version of the one before; the last one: see frames_schema.c. */
static const char *const steps[SCHEMA_VERSION] = { first_tables, finishes, dialect_and_log, draw_in_pieces, NULL };

/* Makes the version after that one in a database. False on failure. */
static bool take_step(sqlite3 *db, int version)
{
    char *last = steps[version] == NULL ? schema_with_frames() : NULL;
    const char *sql = last != NULL ? last : steps[version];
    bool taken = sql != NULL && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_free(last);
    return taken;
}

/* ---- Which fields do its bets have? ---------------------------------------------------------- */

#define USER_VERSION (BET_SHAPE << SHAPE_SHIFT | SCHEMA_VERSION)

/* Names of columns, one after the other; an empty text if there are none. */
static enum store_code list_columns(struct sqlite_store *store, const char *sql, char *names, size_t cap)
{
    static const char what[] = "read the columns of bets";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    code = statement_row(store, statement, what);
    if (code == STORE_OK)
        snprintf(names, cap, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return code;
}

/* Bets with other fields than this program's: says which. */
static enum store_code refuse_fields(struct sqlite_store *store, int64_t version)
{
    char more[120] = "", fewer[120] = "";

    if (list_columns(store,
                     "SELECT ifnull(group_concat(name, ', '), '') FROM pragma_table_info('bets') WHERE name NOT IN "
                     "('id', 'round', 'agency'" QUOTED_NAMES ")",
                     more, sizeof more) != STORE_OK ||
        list_columns(store,
                     "WITH ours (name) AS (VALUES ('agency')" ROWS_OF_NAMES
                     ") SELECT ifnull(group_concat(name, ', '), '') FROM ours WHERE name NOT IN (SELECT name FROM "
                     "pragma_table_info('bets'))",
                     fewer, sizeof fewer) != STORE_OK)
        return STORE_FAILED;
    if (more[0] == '\0' && fewer[0] == '\0')
        return sqlite_refuse(store, STORE_REFUSED,
                             "has schema version %" PRId64 ": its bets have the fields of this program's, in another "
                             "order or of other sizes: use the program that made it, or choose another path",
                             version);
    return sqlite_refuse(store, STORE_REFUSED,
                         "has bets with other fields than this program's (more: %s; fewer: %s): use the program that "
                         "made it, or choose another path",
                         more[0] != '\0' ? more : "none", fewer[0] != '\0' ? fewer : "none");
}

enum store_code schema_identify(struct sqlite_store *store)
{
    static const char what[] = "read the kind of database";
    int64_t application = 0, version = 0, tables = 0;

    if (sqlite_query_integer(store, "PRAGMA application_id", what, &application) != STORE_OK ||
        sqlite_query_integer(store, "PRAGMA user_version", what, &version) != STORE_OK ||
        sqlite_query_integer(store, "SELECT count(*) FROM sqlite_schema", what, &tables) != STORE_OK) {
        if ((sqlite3_errcode(store->db) & 0xff) == SQLITE_NOTADB)
            return STORE_REFUSED;
        return STORE_FAILED;
    }
    if (application == 0 && version == 0 && tables == 0)
        return STORE_NONE;
    if (application != APPLICATION_ID)
        return sqlite_refuse(store, STORE_REFUSED,
                             "is a database of another program (application_id %" PRId64 "): choose another path",
                             application);
    if (version >> SHAPE_SHIFT != BET_SHAPE)
        return refuse_fields(store, version);
    version &= SCHEMA_VERSION_MASK;
    if (version < 1 || version > SCHEMA_VERSION)
        return sqlite_refuse(store, STORE_REFUSED,
                             "has schema version %" PRId64 " and this program knows only the versions 1 to %d: use the "
                             "program that made it, or choose another path",
                             version, SCHEMA_VERSION);
    store->version = (int)version;
    return STORE_OK;
}

/* ---- Making and updating --------------------------------------------------------------------- */

/* Makes the tables of `to` of those of `from`; 0: nothing is there. */
static enum store_code take_steps(struct sqlite_store *store, int from, int to, const char *what)
{
    enum store_code code = STORE_OK;

    for (int version = from; version < to && code == STORE_OK; version++) {
        if (!take_step(store->db, version))
            code = sqlite_fail(store, what);
        FAULT_POINT("schema-made");
    }
    return code;
}

/* application_id and user_version stand in the first page, so they come and go with the
 * transaction. */
enum store_code schema_create(struct sqlite_store *store, uint8_t agencies)
{
    static const char what[] = "make the tables";
    char sql[256];
    enum store_code code;

    snprintf(sql, sizeof sql,
             "INSERT INTO lottery (only, agencies) VALUES (1, %d);"
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             agencies, APPLICATION_ID, USER_VERSION);
    code = sqlite_execute(store, "BEGIN IMMEDIATE", what);
    if (code == STORE_OK)
        code = take_steps(store, 0, SCHEMA_VERSION, what);
    if (code == STORE_OK)
        code = sqlite_execute(store, sql, what);
    store->version = SCHEMA_VERSION;
    return code;
}

enum store_code schema_update(struct sqlite_store *store)
{
    static const char what[] = "bring the tables up to date";
    char sql[64];
    enum store_code code;

    if (store->version == SCHEMA_VERSION)
        return STORE_OK;
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d; COMMIT", USER_VERSION);
    code = sqlite_execute(store, "BEGIN IMMEDIATE", what);
    if (code == STORE_OK)
        code = tie_update(store);
    if (code == STORE_OK)
        code = take_steps(store, store->version, SCHEMA_VERSION, what);
    if (code == STORE_OK)
        code = sqlite_execute(store, sql, what);
    if (code == STORE_OK)
        store->version = SCHEMA_VERSION;
    return code;
}

/* ---- Are they ours? -------------------------------------------------------------------------- */

/* One of ours, as it was made: is it there, word for word? */
static enum store_code check_object(struct sqlite_store *store, sqlite3_stmt *wanted, sqlite3_stmt *found)
{
    static const char what[] = "compare the tables";
    enum store_code code;

    for (int i = 0; i < 3; i++)
        if (sqlite3_bind_value(found, i + 1, sqlite3_column_value(wanted, i)) != SQLITE_OK)
            return sqlite_fail(store, what);
    code = statement_row(store, found, what);
    if (code != STORE_NONE) {
        sqlite3_reset(found);
        return code;
    }
    return sqlite_refuse(store, STORE_REFUSED, "has another %s %s than this program's version %d: restore a copy of it",
                         sqlite3_column_text(wanted, 0), sqlite3_column_text(wanted, 1), store->version);
}

static enum store_code check_objects(struct sqlite_store *store, sqlite3 *model)
{
    static const char what[] = "compare the tables";
    sqlite3_stmt *wanted = NULL, *found = NULL;
    enum store_code code = STORE_OK;
    int result;

    if (sqlite3_prepare_v2(model, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL", -1, &wanted,
                           NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(store->db, "SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2 AND sql = ?3", -1,
                           &found, NULL) != SQLITE_OK)
        code = sqlite_fail(store, what);
    while (code == STORE_OK && (result = sqlite3_step(wanted)) != SQLITE_DONE)
        code =
            result == SQLITE_ROW ? check_object(store, wanted, found) : sqlite_fail_because(store, what, "no memory");
    sqlite3_finalize(wanted);
    sqlite3_finalize(found);
    return code;
}

/* The tables of a version, made in memory; NULL on failure. They are made once for a process, which
 * may open a store many times, and belong to it until it ends: that takes longer than all else that
 * opening a small store does. */
static sqlite3 *model_of(struct sqlite_store *store, int version, const char *what)
{
    static sqlite3 *models[SCHEMA_VERSION + 1];
    sqlite3 *model = NULL;
    enum store_code code = STORE_OK;

    if (models[version] != NULL)
        return models[version];
    if (sqlite3_open_v2(":memory:", &model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK)
        code = sqlite_fail_because(store, what, "no memory");
    for (int step = 0; step < version && code == STORE_OK; step++)
        if (!take_step(model, step))
            code = sqlite_fail_because(store, what, "%s", sqlite3_errmsg(model));
    if (code == STORE_OK)
        return models[version] = model;
    sqlite3_close(model);
    return NULL;
}

/* The tables are compared with the model's by their text. What people add beside them (a view, an
 * index) is theirs. */
enum store_code schema_check(struct sqlite_store *store)
{
    sqlite3 *model = model_of(store, store->version, "compare the tables");

    return model == NULL ? STORE_FAILED : check_objects(store, model);
}

/* ---- What was fixed when it was made --------------------------------------------------------- */

bool schema_has_finishes(const struct sqlite_store *store)
{
    return store->version >= 2;
}

enum store_code schema_agencies(struct sqlite_store *store, uint8_t *agencies)
{
    int64_t value = 0;
    enum store_code code =
        sqlite_query_integer(store, "SELECT agencies FROM lottery", "read the number of agencies", &value);

    if (code == STORE_FAILED)
        return code;
    if (code == STORE_NONE || value < 1 || value > UINT8_MAX)
        return sqlite_refuse(store, STORE_REFUSED,
                             "says that it is for %" PRId64 " agencies, so it is damaged: restore a copy of it", value);
    *agencies = (uint8_t)value;
    return STORE_OK;
}

enum store_code schema_check_dialect(struct sqlite_store *store, const char *wanted, bool may_change, bool *write)
{
    static const char what[] = "read the dialect";
    sqlite3_stmt *statement = NULL;
    enum store_code code;
    const char *has;

    *write = true;
    if (store->version < SCHEMA_VERSION_WITH_DIALECT)
        return STORE_OK;
    if (sqlite3_prepare_v2(store->db, "SELECT dialect FROM lottery", -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    code = statement_row(store, statement, what);
    has = code == STORE_OK ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    *write = has == NULL || strcmp(has, wanted) != 0;
    if (code == STORE_OK && has != NULL && *write && !may_change)
        code =
            sqlite_refuse(store, STORE_REFUSED,
                          "was made for the dialect %.20s, not for %s: start with --dialect %.20s; or, to change it, "
                          "with --change-dialect; or choose another path",
                          has, wanted, has);
    sqlite3_finalize(statement);
    return code;
}

enum store_code schema_write_dialect(struct sqlite_store *store, const char *dialect)
{
    static const char what[] = "write the dialect";
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, "UPDATE lottery SET dialect = ?1", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_bind_text(statement, 1, dialect, -1, SQLITE_STATIC) != SQLITE_OK)
        code = sqlite_fail(store, what);
    else
        code = statement_run(store, statement, what);
    sqlite3_finalize(statement);
    return code;
}
