/*
 * Who finished an agency that did not come, and when: kept for later questions.
 *
 * Knows no rules about when that may be done.
 */
#include "store/sqlite/sqlite_store.h"

enum store_code sqlite_finish_put(struct store *base, const struct finish_record *record)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] =
        "INSERT INTO finishes (round, agency, bets, uid, user, host) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static const char what[] = "record who finished an agency";
    sqlite3_stmt *statement = NULL;
    enum store_code code = sqlite_check_write(store, what);

    if (code != STORE_OK)
        return code;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    STATEMENT_BIND(statement, record->round, record->agency, (int64_t)record->bets, record->uid);
    if (sqlite3_bind_text(statement, 5, record->user, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(statement, 6, record->host, -1, SQLITE_STATIC) != SQLITE_OK)
        code = sqlite_fail(store, what);
    else
        code = statement_run(store, statement, what);
    sqlite3_finalize(statement);
    return code;
}

enum store_code sqlite_each_finish(struct store *base, bool (*row)(void *context, const struct finish_record *record),
                                   void *context)
{
    struct sqlite_store *store = sqlite_store_of(base);
    static const char sql[] = "SELECT round, agency, at, bets, uid, user, host FROM finishes ORDER BY round, agency";
    static const char what[] = "read who finished agencies";
    sqlite3_stmt *statement = NULL;
    enum store_code code = sqlite_check_read(store, what);

    if (code != STORE_OK || !schema_has_finishes(store))
        return code;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    while ((code = statement_row(store, statement, what)) == STORE_OK) {
        const struct finish_record record = { .round = (uint32_t)sqlite3_column_int64(statement, 0),
                                              .agency = (uint8_t)sqlite3_column_int(statement, 1),
                                              .at = (const char *)sqlite3_column_text(statement, 2),
                                              .bets = (uint64_t)sqlite3_column_int64(statement, 3),
                                              .uid = sqlite3_column_int64(statement, 4),
                                              .user = (const char *)sqlite3_column_text(statement, 5),
                                              .host = (const char *)sqlite3_column_text(statement, 6) };
        if (!row(context, &record))
            break;
    }
    sqlite3_finalize(statement);
    return code == STORE_FAILED ? STORE_FAILED : STORE_OK;
}
