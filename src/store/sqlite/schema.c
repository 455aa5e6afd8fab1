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

#include "base/fault.h"

#define SCHEMA_VERSION 2
#define APPLICATION_ID 0x534f5254 /* "SORT": `file` and PRAGMA application_id show it */

static const char schema[] =
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
    "    agency     INTEGER NOT NULL CHECK (agency BETWEEN 0 AND 255),\n"
    "    name       TEXT NOT NULL,\n"
    "    surname    TEXT NOT NULL,\n"
    "    document   INTEGER NOT NULL CHECK (document BETWEEN 0 AND 4294967295),\n"
    "    birthdate  TEXT NOT NULL,  -- YYYY-MM-DD\n"
    "    number     INTEGER NOT NULL CHECK (number BETWEEN 0 AND 65535)\n"
    ") STRICT;\n"

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
    "    SELECT winners.round, winners.agency, winners.position, bets.name, bets.surname, bets.document,\n"
    "           bets.birthdate, bets.number\n"
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

static enum store_code refuse(struct sqlite_store *store, const char *format, int64_t found)
{
    (void)sqlite_fail_because(store, "keep bets", format, found);
    return STORE_REFUSED;
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
        return refuse(store, "it is a database of another program (application_id %" PRId64 "): choose another path",
                      application);
    if (version < 1 || version > SCHEMA_VERSION)
        return refuse(store,
                      "it has schema version %" PRId64 " and this program knows only the versions 1 and 2: use the "
                      "program that made it, or choose another path",
                      version);
    store->version = (int)version;
    return STORE_OK;
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
             agencies, APPLICATION_ID, SCHEMA_VERSION);
    code = sqlite_execute(store, "BEGIN IMMEDIATE", what);
    if (code == STORE_OK)
        code = sqlite_execute(store, schema, what);
    FAULT_POINT("schema-made");
    if (code == STORE_OK)
        code = sqlite_execute(store, finishes, what);
    if (code == STORE_OK)
        code = sqlite_execute(store, sql, what);
    store->version = SCHEMA_VERSION;
    return code;
}

enum store_code schema_update(struct sqlite_store *store)
{
    static const char what[] = "bring the tables up to date";
    enum store_code code;

    if (store->version == SCHEMA_VERSION)
        return STORE_OK;
    code = sqlite_execute(store, "BEGIN IMMEDIATE", what);
    if (code == STORE_OK)
        code = sqlite_execute(store, finishes, what);
    if (code == STORE_OK)
        code = sqlite_execute(store, "PRAGMA user_version = 2; COMMIT", what);
    if (code == STORE_OK)
        store->version = SCHEMA_VERSION;
    return code;
}

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
        return refuse(store, "it says that it is for %" PRId64 " agencies, so it is damaged: restore a copy", value);
    *agencies = (uint8_t)value;
    return STORE_OK;
}
