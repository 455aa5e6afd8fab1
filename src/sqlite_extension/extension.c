/*
 * What SQLite calls when it loads libsorteo_sqlite.so. It makes the function's name of the file's:
 * without "lib", and only its letters up to the first dot.
 */
#include <sqlite3ext.h>

#include "sqlite_extension/bets_table.h"

SQLITE_EXTENSION_INIT1

int sqlite3_sorteosqlite_init(sqlite3 *db, char **error, const sqlite3_api_routines *routines);

__attribute__((visibility("default"))) int sqlite3_sorteosqlite_init(sqlite3 *db, char **error,
                                                                     const sqlite3_api_routines *routines)
{
    (void)error;
    SQLITE_EXTENSION_INIT2(routines);
    return bets_table_register(db);
}
