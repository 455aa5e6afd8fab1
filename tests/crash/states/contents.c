/* What a store holds: see contents.h. */
#include "contents.h"

#include <string.h>
#include <xxhash.h>

#include "store/sqlite/sqlite_store.h"

static const char *const queries[] = {
    "SELECT agencies FROM lottery",          "SELECT * FROM agencies ORDER BY agency",
    "SELECT * FROM rounds ORDER BY round",   "SELECT * FROM bet_rows ORDER BY id",
    "SELECT * FROM frames ORDER BY id",      "SELECT * FROM winners ORDER BY round, agency, position",
    "SELECT * FROM candidates ORDER BY bet", "SELECT * FROM keys ORDER BY agency, key"
};

/* With its length before each value, so that no two rows give the same bytes. */
static uint64_t add_row(uint64_t digest, sqlite3_stmt *statement)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const void *bytes = sqlite3_column_blob(statement, i);
        const int shape[] = { sqlite3_column_type(statement, i), sqlite3_column_bytes(statement, i) };

        digest = XXH64(shape, sizeof shape, digest);
        digest = XXH64(bytes, (size_t)shape[1], digest);
    }
    return digest;
}

bool contents_add(sqlite3 *db, const char *query, int64_t parameter, uint64_t *digest)
{
    sqlite3_stmt *statement = NULL;
    uint64_t sum = XXH64(query, strlen(query), *digest);
    int result = sqlite3_prepare_v2(db, query, -1, &statement, NULL);

    if (result == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 0)
        result = sqlite3_bind_int64(statement, 1, parameter);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(statement);
        if (result == SQLITE_ROW)
            sum = add_row(sum, statement);
    }
    sqlite3_finalize(statement);
    *digest = sum;
    return result == SQLITE_DONE;
}

bool contents_digest(struct store *store, uint64_t *digest)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (!contents_add(sqlite_store_of(store)->db, queries[i], 0, &sum))
            return false;
    *digest = sum;
    return true;
}

bool contents_are_sound(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    bool sound = sqlite3_prepare_v2(sqlite_store_of(store)->db, "PRAGMA integrity_check(1)", -1, &statement, NULL) ==
                     SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;

    sqlite3_finalize(statement);
    return sound;
}
