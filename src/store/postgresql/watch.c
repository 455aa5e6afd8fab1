/*
 * What other servers have changed: found out from the count of transactions in the lottery's row.
 *
 * A transaction knows it for certain, as it has that row's lock (place.c). Between transactions the
 * count is looked at now and then: when a NOTIFY says that it pays, and each second in any case,
 * since a NOTIFY may be lost with its session.
 */
#include "store/postgresql/postgresql_store.h"

#include "base/system.h"

#define LOOK_MS 1000u

static const char look_what[] = "see what other servers have stored";

/* ---- In a transaction ------------------------------------------------------------------------ */

bool watch_is_behind(const struct postgresql_store *store)
{
    return store->change != store->seen + 1;
}

static enum store_code find_next_bet(struct postgresql_store *store)
{
    PGresult *result = postgresql_query(store, "SELECT coalesce(max(id), 0) + 1 FROM bets", "count the bets", NULL, 0);

    if (result == NULL)
        return STORE_FAILED;
    store->next_bet = postgresql_integer(result, 0, 0);
    PQclear(result);
    return STORE_OK;
}

static enum store_code read_others(struct postgresql_store *store)
{
    enum store_code code = postgresql_read_agencies(store);

    return code == STORE_OK ? postgresql_read_speakers(store) : code;
}

/* Another server may have drawn the round that we stored into. */
enum store_code watch_catch_up(struct postgresql_store *store)
{
    enum store_code code = find_next_bet(store);

    store->ready_round = 0;
    return code == STORE_OK ? read_others(store) : code;
}

bool postgresql_is_overtaken(const struct store *base)
{
    const struct postgresql_store *store = (const struct postgresql_store *)base;

    return store->condition == STORE_IN_TRANSACTION && watch_is_behind(store);
}

/* ---- Between transactions -------------------------------------------------------------------- */

/* What has come so far; nothing is waited for. A connection that has ended shows when it is
 * used. */
static bool is_told(struct postgresql_store *store)
{
    bool told = PQconsumeInput(store->connection) == 0;
    PGnotify *notice;

    while ((notice = PQnotifies(store->connection)) != NULL) {
        PQfreemem(notice);
        told = true;
    }
    return told;
}

static PGresult *ask_once(struct postgresql_store *store)
{
    static const char sql[] = "SELECT change, " STORE_CLOCK_US " FROM lottery";
    PGresult *result;

    store_clock_begin(&store->clock);
    result = postgresql_query(store, sql, look_what, NULL, 0);
    if (result != NULL)
        store_clock_end(&store->clock, postgresql_integer(result, 0, 1));
    return result;
}

static PGresult *ask_change(struct postgresql_store *store)
{
    PGresult *result = ask_once(store);

    if (result != NULL || !store->is_cut_off || place_resolve(store) != STORE_OK)
        return result;
    store->condition = STORE_IDLE; /* connected again, as for a transaction */
    return ask_once(store);
}

enum store_code postgresql_look(struct store *base, bool *changed)
{
    struct postgresql_store *store = postgresql_store_of(base);
    PGresult *result;

    *changed = false;
    if (store->condition != STORE_IDLE)
        return store->condition == STORE_IN_TRANSACTION ? STORE_OK : STORE_FAILED;
    if (!is_told(store) && clock_ms() - store->looked_ms < LOOK_MS)
        return STORE_OK;
    store->looked_ms = clock_ms();
    result = ask_change(store);
    if (result == NULL)
        return STORE_FAILED;
    const int64_t change = postgresql_integer(result, 0, 0);
    PQclear(result);
    *changed = change != store->seen && change != store->looked;
    store->looked = change;
    return *changed ? read_others(store) : STORE_OK;
}
