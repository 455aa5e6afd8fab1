/*
 * Who finished an agency that did not come, and when: kept for later questions.
 *
 * Knows no rules about when that may be done.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>

enum store_code postgresql_finish_put(struct store *base, const struct finish_record *record)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char sql[] =
        "INSERT INTO finishes (round, agency, bets, uid, \"user\", host) VALUES ($1, $2, $3, $4, $5, $6)";
    static const char what[] = "record who finished an agency";
    char round[24], agency[24], bets[24], uid[24];
    const char *const values[] = { round, agency, bets, uid, record->user, record->host };
    PGresult *result;

    if (postgresql_check_write(store, what) != STORE_OK)
        return STORE_FAILED;
    snprintf(round, sizeof round, "%" PRIu32, record->round);
    snprintf(agency, sizeof agency, "%u", record->agency);
    snprintf(bets, sizeof bets, "%" PRIu64, record->bets);
    snprintf(uid, sizeof uid, "%" PRId64, record->uid);
    result = PQexecParams(store->connection, sql, 6, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return postgresql_fail(store, what, result);
    PQclear(result);
    return STORE_OK;
}

enum store_code postgresql_each_finish(struct store *base,
                                       bool (*row)(void *context, const struct finish_record *record), void *context)
{
    struct postgresql_store *store = postgresql_store_of(base);
    static const char sql[] = "SELECT round, agency, to_char(at, 'YYYY-MM-DD HH24:MI:SS'), bets, uid, \"user\", host "
                              "FROM finishes ORDER BY round, agency";
    static const char what[] = "read who finished agencies";
    PGresult *rows;
    bool goes_on = true;

    if (postgresql_check_read(store, what) != STORE_OK)
        return STORE_FAILED;
    rows = postgresql_query(store, sql, what, NULL, 0);
    if (rows == NULL)
        return STORE_FAILED;
    for (int i = 0; i < PQntuples(rows) && goes_on; i++) {
        const struct finish_record record = { .round = (uint32_t)postgresql_integer(rows, i, 0),
                                              .agency = (uint8_t)postgresql_integer(rows, i, 1),
                                              .at = PQgetvalue(rows, i, 2),
                                              .bets = (uint64_t)postgresql_integer(rows, i, 3),
                                              .uid = postgresql_integer(rows, i, 4),
                                              .user = PQgetvalue(rows, i, 5),
                                              .host = PQgetvalue(rows, i, 6) };
        goes_on = row(context, &record);
    }
    PQclear(rows);
    return STORE_OK;
}
