/*
 * Queries and errors, which every part of the PostgreSQL store needs.
 *
 * Knows no table.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_MAX 8

/* ---- Errors ---------------------------------------------------------------------------------- */

/* After an error PostgreSQL takes nothing more of the transaction; nor do we, until
 * store_rollback. */
static void note_failure(struct postgresql_store *store)
{
    store->is_cut_off |= store->connection == NULL || PQstatus(store->connection) != CONNECTION_OK;
    if (store->is_cut_off)
        store->condition = STORE_BROKEN;
    else if (store->condition == STORE_IN_TRANSACTION)
        store->condition = STORE_TRANSACTION_FAILED;
}

/* What PostgreSQL says has lines, and ends with one. */
static void keep_to_one_line(struct store_error *error)
{
    size_t len = strlen(error->text);

    while (len > 0 && (error->text[len - 1] == '\n' || error->text[len - 1] == ' '))
        error->text[--len] = '\0';
    for (char *byte = error->text; *byte != '\0'; byte++)
        if (*byte == '\n' || *byte == '\r' || *byte == '\t')
            *byte = ' ';
}

static void explain(struct postgresql_store *store, const char *what, const char *why)
{
    note_failure(store);
    snprintf(store->error.text, sizeof store->error.text, "cannot %s in %s: %s", what, store->name, why);
    keep_to_one_line(&store->error);
}

/* Without "ERROR:" and the place in the SQL, which say nothing to an operator. */
static const char *message_of(const struct postgresql_store *store, const PGresult *result)
{
    const char *primary = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (primary != NULL && !store->is_cut_off)
        return primary;
    return PQerrorMessage(store->connection); /* it has the end of the connection, too */
}

/* What PostgreSQL itself says has a code. libpq may take the connection for good for a while after
 * it could not send. */
enum store_code postgresql_fail(struct postgresql_store *store, const char *what, PGresult *result)
{
    store->is_cut_off |= result == NULL || PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL;
    explain(store, what, message_of(store, result));
    PQclear(result);
    return STORE_FAILED;
}

enum store_code postgresql_fail_because(struct postgresql_store *store, const char *what, const char *format, ...)
{
    char reason[240];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    explain(store, what, reason);
    return STORE_FAILED;
}

enum store_code postgresql_refuse(struct postgresql_store *store, enum store_code code, const char *format, ...)
{
    int len = snprintf(store->error.text, sizeof store->error.text, "%s ", store->name);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(store->error.text + len, sizeof store->error.text - (size_t)len, format, arguments);
    va_end(arguments);
    keep_to_one_line(&store->error);
    return code;
}

enum store_code postgresql_check_write(struct postgresql_store *store, const char *what)
{
    if (store->condition == STORE_IN_TRANSACTION)
        return STORE_OK;
    if (store->condition == STORE_IDLE)
        return postgresql_fail_because(store, what, "no transaction was begun");
    return STORE_FAILED; /* the first failure is the one to tell */
}

enum store_code postgresql_check_read(struct postgresql_store *store, const char *what)
{
    (void)what;
    return store->condition == STORE_IDLE || store->condition == STORE_IN_TRANSACTION ? STORE_OK : STORE_FAILED;
}

/* ---- Queries --------------------------------------------------------------------------------- */

static bool is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

enum store_code postgresql_execute(struct postgresql_store *store, const char *sql, const char *what)
{
    PGresult *result = PQexec(store->connection, sql);

    if (!is_good(result))
        return postgresql_fail(store, what, result);
    PQclear(result);
    return STORE_OK;
}

PGresult *postgresql_query(struct postgresql_store *store, const char *sql, const char *what, const int64_t *values,
                           int count)
{
    char texts[VALUES_MAX][24];
    const char *parameters[VALUES_MAX];
    PGresult *result;

    for (int i = 0; i < count; i++) {
        snprintf(texts[i], sizeof texts[i], "%" PRId64, values[i]);
        parameters[i] = texts[i];
    }
    result = PQexecParams(store->connection, sql, count, NULL, parameters, NULL, NULL, 0);
    if (is_good(result))
        return result;
    (void)postgresql_fail(store, what, result);
    return NULL;
}

enum store_code postgresql_run(struct postgresql_store *store, const char *sql, const char *what, const int64_t *values,
                               int count)
{
    PGresult *result = postgresql_query(store, sql, what, values, count);

    PQclear(result);
    return result != NULL ? STORE_OK : STORE_FAILED;
}

int64_t postgresql_integer(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10); /* null is an empty text */
}

/* ---- COPY ------------------------------------------------------------------------------------ */

/* The last reply, after which the connection takes the next command. */
static PGresult *last_reply(struct postgresql_store *store)
{
    PGresult *last = NULL, *next;

    while ((next = PQgetResult(store->connection)) != NULL) {
        if (last != NULL && !is_good(last)) {
            PQclear(next);
            continue; /* the first failure is the one to tell */
        }
        PQclear(last);
        last = next;
        if (PQresultStatus(last) == PGRES_COPY_IN)
            break; /* it would come again and again */
    }
    return last;
}

static PGresult *send_rows(struct postgresql_store *store, struct rows *rows)
{
    const char *left = (const char *)rows->bytes;

    for (size_t len = rows->len; len > 0;) {
        int piece = len < INT_MAX ? (int)len : INT_MAX;
        if (PQputCopyData(store->connection, left, piece) != 1)
            return NULL;
        left += piece;
        len -= (size_t)piece;
    }
    if (PQputCopyEnd(store->connection, NULL) != 1)
        return NULL;
    return last_reply(store);
}

enum store_code postgresql_copy(struct postgresql_store *store, const char *sql, const char *what, struct rows *rows)
{
    PGresult *result;
    size_t count = rows->count;

    if (count == 0)
        return STORE_OK;
    rows_end(rows);
    if (rows->out_of_memory)
        return postgresql_fail_because(store, what, "out of memory");
    result = PQexec(store->connection, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        return postgresql_fail(store, what, result);
    PQclear(result);
    result = send_rows(store, rows);
    rows_clear(rows);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return postgresql_fail(store, what, result);
    size_t taken = (size_t)strtoull(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    if (taken != count) /* a trigger that is not ours */
        return postgresql_fail_because(store, what, "%zu of %zu rows were taken", taken, count);
    return STORE_OK;
}
