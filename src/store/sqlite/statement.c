/*
 * Statements and errors, which every part of the SQLite store needs.
 *
 * Knows no table.
 */
#include "store/sqlite/sqlite_store.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* SQLite ends a transaction by itself after some errors; further writes would then be stored one by
 * one. So that they cannot be, a failure inside a transaction closes it to everything but
 * store_rollback. */
static void note_failure(struct sqlite_store *store)
{
    if (store->condition == STORE_IN_TRANSACTION)
        store->condition = STORE_TRANSACTION_FAILED;
}

/* SQLite's own words may quote what a file has, a line's end included. */
static void keep_to_one_line(struct store_error *error)
{
    for (char *byte = error->text; *byte != '\0'; byte++)
        if (*byte == '\n' || *byte == '\r')
            *byte = ' ';
}

enum store_code sqlite_explain(struct store_error *error, enum store_code code, const char *path, const char *format,
                               ...)
{
    va_list arguments;
    int len = snprintf(error->text, sizeof error->text, "%.*s ", PATH_SHOWN_MAX, path);

    va_start(arguments, format);
    vsnprintf(error->text + len, sizeof error->text - (size_t)len, format, arguments);
    va_end(arguments);
    keep_to_one_line(error);
    return code;
}

enum store_code sqlite_refuse(struct sqlite_store *store, enum store_code code, const char *format, ...)
{
    char reason[240];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return sqlite_explain(&store->error, code, store->path, "%s", reason);
}

enum store_code sqlite_fail(struct sqlite_store *store, const char *what)
{
    int system_error = sqlite3_system_errno(store->db);
    int code = sqlite3_errcode(store->db) & 0xff;
    bool of_system = system_error != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL);

    store->busy = code == SQLITE_BUSY;
    note_failure(store);
    snprintf(store->error.text, sizeof store->error.text, "cannot %s in %.*s: %s%s%s", what, PATH_SHOWN_MAX,
             store->path, sqlite3_errmsg(store->db), of_system ? ": " : "", of_system ? strerror(system_error) : "");
    keep_to_one_line(&store->error);
    return STORE_FAILED;
}

enum store_code sqlite_fail_because(struct sqlite_store *store, const char *what, const char *format, ...)
{
    char reason[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    store->busy = false;
    note_failure(store);
    snprintf(store->error.text, sizeof store->error.text, "cannot %s in %.*s: %s", what, PATH_SHOWN_MAX, store->path,
             reason);
    return STORE_FAILED;
}

enum store_code sqlite_check_write(struct sqlite_store *store, const char *what)
{
    switch (store->condition) {
    case STORE_IN_TRANSACTION:
        return sqlite3_get_autocommit(store->db) == 0 ? STORE_OK
                                                      : sqlite_fail_because(store, what, "the transaction had ended");
    case STORE_IDLE:
        return sqlite_fail_because(store, what, "no transaction was begun");
    case STORE_TRANSACTION_FAILED: /* the first failure is the one to tell */
    case STORE_BROKEN:
        break;
    }
    return STORE_FAILED;
}

enum store_code sqlite_check_read(struct sqlite_store *store, const char *what)
{
    return store->condition == STORE_IDLE ? STORE_OK : sqlite_check_write(store, what);
}

sqlite3_stmt *statement_get(struct sqlite_store *store, enum statement_id id, const char *sql, const char *what)
{
    sqlite3_stmt **statement = &store->statements[id];

    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK)
        (void)sqlite_fail(store, what);
    return *statement;
}

void statement_bind(sqlite3_stmt *statement, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++) {
        int result = sqlite3_bind_int64(statement, i + 1, values[i]);
        assert(result == SQLITE_OK); /* fails only for a parameter that is not there */
        (void)result;
    }
}

enum store_code statement_run(struct sqlite_store *store, sqlite3_stmt *statement, const char *what)
{
    enum store_code code = sqlite3_step(statement) == SQLITE_DONE ? STORE_OK : sqlite_fail(store, what);

    sqlite3_reset(statement);
    return code;
}

enum store_code statement_row(struct sqlite_store *store, sqlite3_stmt *statement, const char *what)
{
    enum store_code code;
    int result = sqlite3_step(statement);

    if (result == SQLITE_ROW)
        return STORE_OK;
    code = result == SQLITE_DONE ? STORE_NONE : sqlite_fail(store, what);
    sqlite3_reset(statement);
    return code;
}

enum store_code sqlite_execute(struct sqlite_store *store, const char *sql, const char *what)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STORE_OK : sqlite_fail(store, what);
}

enum store_code sqlite_query_integer(struct sqlite_store *store, const char *sql, const char *what, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    enum store_code code;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_fail(store, what);
    code = statement_row(store, statement, what);
    if (code == STORE_OK)
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code;
}
