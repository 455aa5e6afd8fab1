/*
 * The state of each agency, and the keys that it has used.
 *
 * Knows no rules about either: it returns what was put.
 */
#include "store/sqlite/sqlite_store.h"

#include <string.h>

static const char *const phase_names[] = {
    [AGENCY_OPEN] = "open", [AGENCY_WAITING] = "waiting", [AGENCY_DRAWN] = "drawn", NULL
};
static const char *const use_names[] = {
    [KEY_SINGLE] = "single", [KEY_BATCH] = "batch", [KEY_FINISH] = "finish", NULL
};

/* The index of the name in column `column`; the schema admits no other. */
static unsigned column_name(sqlite3_stmt *statement, int column, const char *const names[])
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    unsigned i = 0;

    while (text != NULL && names[i] != NULL && strcmp(names[i], text) != 0)
        i++;
    return i;
}

/* ---- Agencies -------------------------------------------------------------------------------- */

/* Reads the row into *state; false if it holds what no store_agency_put has written. */
static bool agency_read(sqlite3_stmt *statement, struct agency_state *state)
{
    unsigned phase = column_name(statement, 1, phase_names);

    if (phase > AGENCY_DRAWN)
        return false;
    *state = (struct agency_state){ .round = (uint32_t)sqlite3_column_int64(statement, 0),
                                    .phase = (enum agency_phase)phase,
                                    .announced = sqlite3_column_int(statement, 2) != 0,
                                    .may_close_empty = sqlite3_column_int(statement, 3) != 0,
                                    .bets = (uint64_t)sqlite3_column_int64(statement, 4) };
    return true;
}

enum store_code sqlite_agency_get(struct store *base, uint8_t agency, struct agency_state *state)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] = "SELECT round, phase, announced, may_close_empty, bets FROM agencies WHERE agency = ?1";
    static const char what[] = "read where an agency stands";
    sqlite3_stmt *statement;
    enum store_code code = sqlite_check_read(store, what);
    bool valid;

    if (code != STORE_OK)
        return code;
    statement = statement_get(store, STATEMENT_AGENCY_GET, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, agency);
    code = statement_row(store, statement, what);
    if (code == STORE_FAILED)
        return code;
    if (code == STORE_NONE) {
        *state = (struct agency_state){ .round = 1, .phase = AGENCY_OPEN };
        return STORE_OK;
    }
    valid = agency_read(statement, state);
    sqlite3_reset(statement);
    return valid ? STORE_OK : sqlite_fail_because(store, what, "agency %d has an unknown phase", agency);
}

enum store_code sqlite_agency_put(struct store *base, uint8_t agency, const struct agency_state *state)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] =
        "INSERT OR REPLACE INTO agencies (agency, round, announced, may_close_empty, bets, phase) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static const char what[] = "write where an agency stands";
    sqlite3_stmt *statement;

    if (sqlite_check_write(store, what) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_AGENCY_PUT, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, agency, state->round, state->announced, state->may_close_empty, (int64_t)state->bets);
    if (sqlite3_bind_text(statement, 6, phase_names[state->phase], -1, SQLITE_STATIC) != SQLITE_OK)
        return sqlite_fail(store, what);
    return statement_run(store, statement, what);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* SQLite's integers are signed: a key keeps its 64 bits, whatever they are. */
static int64_t key_integer(uint64_t key)
{
    int64_t integer;

    memcpy(&integer, &key, sizeof integer);
    return integer;
}

#define DIGEST_LEN 16

/* Big-endian, so that the digits are the same on every machine. */
static void digest_write(const uint64_t digest[2], uint8_t bytes[static DIGEST_LEN])
{
    for (int i = 0; i < DIGEST_LEN; i++)
        bytes[i] = (uint8_t)(digest[i / 8] >> (56 - 8 * (i % 8)));
}

static void digest_read(const uint8_t bytes[static DIGEST_LEN], uint64_t digest[2])
{
    digest[0] = digest[1] = 0;
    for (int i = 0; i < DIGEST_LEN; i++)
        digest[i / 8] = digest[i / 8] << 8 | bytes[i];
}

static bool key_read(sqlite3_stmt *statement, struct key_record *record)
{
    unsigned use = column_name(statement, 0, use_names);
    const uint8_t *digest = sqlite3_column_blob(statement, 1);

    if (use > KEY_FINISH || digest == NULL || sqlite3_column_bytes(statement, 1) != DIGEST_LEN)
        return false;
    record->use = (enum key_use)use;
    digest_read(digest, record->digest);
    record->round = (uint32_t)sqlite3_column_int64(statement, 2);
    return true;
}

enum store_code sqlite_key_get(struct store *base, uint8_t agency, uint64_t key, struct key_record *record)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] = "SELECT frame, digest, round FROM keys WHERE agency = ?1 AND key = ?2";
    static const char what[] = "read a key";
    sqlite3_stmt *statement;
    enum store_code code = sqlite_check_read(store, what);
    bool valid;

    if (code != STORE_OK)
        return code;
    statement = statement_get(store, STATEMENT_KEY_GET, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    STATEMENT_BIND(statement, agency, key_integer(key));
    code = statement_row(store, statement, what);
    if (code != STORE_OK)
        return code;
    valid = key_read(statement, record);
    sqlite3_reset(statement);
    return valid ? STORE_OK : sqlite_fail_because(store, what, "a key of agency %d is damaged", agency);
}

enum store_code sqlite_key_put(struct store *base, uint8_t agency, uint64_t key, const struct key_record *record)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] = "INSERT INTO keys (agency, key, round, frame, digest) VALUES (?1, ?2, ?3, ?4, ?5)";
    static const char what[] = "write a key";
    uint8_t digest[DIGEST_LEN];
    sqlite3_stmt *statement;

    if (sqlite_check_write(store, what) != STORE_OK)
        return STORE_FAILED;
    statement = statement_get(store, STATEMENT_KEY_PUT, sql, what);
    if (statement == NULL)
        return STORE_FAILED;
    digest_write(record->digest, digest);
    STATEMENT_BIND(statement, agency, key_integer(key), record->round);
    if (sqlite3_bind_text(statement, 4, use_names[record->use], -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_blob(statement, 5, digest, DIGEST_LEN, SQLITE_TRANSIENT) != SQLITE_OK)
        return sqlite_fail(store, what);
    return statement_run(store, statement, what);
}
