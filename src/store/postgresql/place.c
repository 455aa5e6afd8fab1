/*
 * The places of servers in their database: each has a row of its own in `servers`, which says whose
 * it is, and which transaction was its last.
 *
 * Every transaction of every server first locks the row of `lottery` and counts it on, so they
 * follow one another: whoever has begun one knows whether others have changed anything since its
 * own last one, and nobody changes anything until it has ended. Its second statement finds its
 * incarnation in its own row, or it fails: so a server that was cut off, and whose place another
 * one has taken, can store nothing any more. The row also says what became of a transaction whose
 * answer to COMMIT was lost.
 *
 * A server that starts takes the first place whose session does not live, or makes a new one. Locks
 * are always taken in the same order, the lottery's row first, so nobody waits in a circle.
 *
 * Knows no bets and no rounds.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <sys/random.h>
#include <time.h>

#include "base/fault.h"
#include "base/system.h"

#define POLL_MS 50
#define RESOLVE_MS 8000u /* a committer that is silent for 20 s is killed */
#define PLACES_MAX INT16_MAX

static const char take_what[] = "take a place among its servers";

int64_t postgresql_process(void)
{
    static int64_t number;

    while (number == 0)
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
            number = (int64_t)clock_ns();
    return number;
}

/* ---- Taking one ------------------------------------------------------------------------------ */

enum holder { SERVER, INCARNATION, LAST_GROUP, BACKEND, ADDRESS, SINCE, NUMBER, LIVES };

/* Every place, with the lottery's row locked: whoever had it has ended its transaction. Where what
 * another role does cannot be seen, the start of its session is null: then its number must do. */
static PGresult *read_holders(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT server, incarnation, last_group, backend, coalesce(address, 'this machine'), since::timestamptz(0), "
        "number, EXISTS (SELECT FROM pg_stat_activity AS session WHERE session.pid = servers.backend "
        "AND session.pid <> pg_backend_pid() "
        "AND (session.backend_start IS NULL OR session.backend_start = servers.backend_start)) "
        "FROM servers ORDER BY server";

    return postgresql_query(store, sql, take_what, NULL, 0);
}

/* What was promised to agencies under one incarnation is never taken for another's: they differ by
 * chance, too, and an administrator's largest number is no end of them. */
static int64_t next_incarnation(int64_t before)
{
    uint32_t chance = 0;

    if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
        chance = (uint32_t)clock_ns();
    return (before < 0 || before > INT64_MAX - 1 - UINT32_MAX ? 0 : before) + 1 + chance;
}

static enum store_code become_holder(struct postgresql_store *store, int64_t server, int64_t incarnation,
                                     int64_t last_group)
{
    static const char sql[] =
        "INSERT INTO servers (server, incarnation, last_group, number, backend, backend_start, address, since) "
        "SELECT $1, $2, $3, nullif($4, -1), pid, backend_start, host(inet_client_addr()), now() "
        "FROM pg_stat_activity WHERE pid = pg_backend_pid() ON CONFLICT (server) DO UPDATE SET "
        "incarnation = excluded.incarnation, last_group = excluded.last_group, number = excluded.number, "
        "backend = excluded.backend, backend_start = excluded.backend_start, address = excluded.address, "
        "since = excluded.since";

    store->tried = incarnation;
    if (POSTGRESQL_RUN(store, sql, take_what, server, incarnation, last_group, store->number) != STORE_OK)
        return STORE_FAILED;
    store->is_doubted = false;
    if (postgresql_execute(store, "COMMIT", take_what) != STORE_OK)
        return STORE_FAILED;
    if (store->is_doubted)
        return postgresql_fail_because(store, take_what, "the standby that has to confirm did not");
    store->place = server;
    store->incarnation = incarnation;
    store->group = last_group;
    return STORE_OK;
}

/* NONE, with the locks given up. */
static enum store_code leave_it(struct postgresql_store *store)
{
    const struct store_error why = store->error;
    enum store_code code = postgresql_execute(store, "ROLLBACK", take_what);

    if (code != STORE_OK)
        return code;
    store->error = why;
    return STORE_NONE;
}

static bool lives(const PGresult *holders, int row)
{
    return PQgetvalue(holders, row, LIVES)[0] == 't';
}

/* All servers of a lottery draw the same number and speak the same dialect. REFUSED if one that
 * lives does not agree with this one. */
static enum store_code check_agreement(struct postgresql_store *store, const PGresult *holders)
{
    for (int row = 0; row < PQntuples(holders); row++) {
        const bool has_number = store->number >= 0 && !PQgetisnull(holders, row, NUMBER);
        if (!lives(holders, row) || postgresql_integer(holders, row, SERVER) == store->place)
            continue;
        if (has_number && postgresql_integer(holders, row, NUMBER) != store->number)
            return postgresql_refuse(store, STORE_REFUSED,
                                     "is in use by another server (from %s, since %s, session %s), whose winning "
                                     "number is %s: start with that one, or stop the other server first",
                                     PQgetvalue(holders, row, ADDRESS), PQgetvalue(holders, row, SINCE),
                                     PQgetvalue(holders, row, BACKEND), PQgetvalue(holders, row, NUMBER));
        if (store->changes_dialect)
            return postgresql_refuse(store, STORE_REFUSED,
                                     "is in use by another server (from %s, since %s, session %s): stop it before the "
                                     "dialect is changed",
                                     PQgetvalue(holders, row, ADDRESS), PQgetvalue(holders, row, SINCE),
                                     PQgetvalue(holders, row, BACKEND));
    }
    return STORE_OK;
}

/* The first that nobody has. */
static enum store_code take_free_place(struct postgresql_store *store, const PGresult *holders)
{
    const int count = PQntuples(holders);
    int row = 0;

    while (row < count && lives(holders, row))
        row++;
    if (row < count)
        return become_holder(store, postgresql_integer(holders, row, SERVER),
                             next_incarnation(postgresql_integer(holders, row, INCARNATION)), 0);
    const int64_t last = count == 0 ? 0 : postgresql_integer(holders, count - 1, SERVER);
    if (last >= PLACES_MAX)
        return postgresql_fail_because(store, take_what, "there are %d: no more fit", count);
    return become_holder(store, last + 1, next_incarnation(0), 0);
}

/* NONE: a server that lives does not agree. */
static enum store_code try_to_take(struct postgresql_store *store, const struct store_options *options)
{
    enum store_code code = schema_bring_up(store);
    PGresult *holders;

    if (code == STORE_OK)
        code = postgresql_execute(store, "BEGIN", take_what);
    if (code == STORE_OK)
        code = schema_settle(store, options); /* which locks the lottery's row */
    if (code != STORE_OK)
        return code;
    holders = read_holders(store);
    if (holders == NULL)
        return STORE_FAILED;
    code = check_agreement(store, holders) == STORE_OK ? take_free_place(store, holders) : leave_it(store);
    PQclear(holders);
    return code;
}

enum store_code place_take(struct postgresql_store *store, const struct store_options *options)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
    uint64_t begin_ms = clock_ms();
    enum store_code code;

    store->number = options->is_server ? options->likely_number : -1;
    while ((code = try_to_take(store, options)) == STORE_NONE && clock_ms() - begin_ms < options->lock_wait_ms)
        nanosleep(&pause, NULL);
    return code == STORE_NONE ? STORE_FAILED : code;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

/* All in one message. The count is read by a statement after the one that got the lock, so that it
 * is what the last transaction of any server left. The settings may change with a reload, so they
 * are asked for again. */
enum store_code place_begin_group(struct postgresql_store *store)
{
    static const char what[] = "begin a transaction";
    char sql[400];
    PGresult *result;

    snprintf(sql, sizeof sql,
             "BEGIN; UPDATE lottery SET change = change + 1;"
             "UPDATE servers SET last_group = %" PRId64 " WHERE server = %" PRId64 " AND incarnation = %" PRId64
             " RETURNING current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on', "
             "(SELECT change FROM lottery)",
             store->group + 1, store->place, store->incarnation);
    result = PQexec(store->connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return postgresql_fail(store, what, result);
    const bool is_ours = PQntuples(result) == 1;
    const bool is_durable = is_ours && PQgetvalue(result, 0, 0)[0] == 't';
    store->change = is_ours ? postgresql_integer(result, 0, 1) : CHANGE_UNKNOWN;
    PQclear(result);
    if (!is_ours) {
        (void)postgresql_fail_because(store, what, "another server has taken the place of this one");
        store->condition = STORE_BROKEN;
        return STORE_FAILED;
    }
    if (!is_durable && !store->may_lose)
        return postgresql_fail_because(store, what, "fsync or full_page_writes was turned off there: turn it on");
    store->group++;
    return STORE_OK;
}

/* ---- A lost answer --------------------------------------------------------------------------- */

/* Our row among them, or -1. */
static int find_own(const struct postgresql_store *store, const PGresult *holders)
{
    for (int row = 0; row < PQntuples(holders); row++)
        if (postgresql_integer(holders, row, SERVER) == store->place)
            return row;
    return -1;
}

/* What it says of our last group: OK, it is stored, or FAILED. REFUSED: another server has the
 * place, or one with other settings has started meanwhile. */
static enum store_code ask_own(struct postgresql_store *store, const PGresult *holders)
{
    const int64_t group = store->group;
    const int row = find_own(store, holders);

    if (row < 0)
        return postgresql_refuse(store, STORE_REFUSED, "has no row of this server in its table servers any more");
    const int64_t incarnation = postgresql_integer(holders, row, INCARNATION);
    const int64_t last_group = postgresql_integer(holders, row, LAST_GROUP);
    if (incarnation != store->incarnation && incarnation != store->tried)
        return postgresql_refuse(store, STORE_REFUSED, "has another server in the place of this one");
    if (check_agreement(store, holders) != STORE_OK)
        return STORE_REFUSED;
    store->incarnation = incarnation;
    if (become_holder(store, store->place, next_incarnation(incarnation), last_group) != STORE_OK)
        return STORE_UNKNOWN;
    return last_group == group ? STORE_OK : STORE_FAILED;
}

/* The lottery's row is waited for, so the old session has ended its transaction, or will find that
 * its incarnation is over. Our own COMMIT also makes sure of what an earlier one wrote: it is
 * confirmed after it. */
static enum store_code ask_row(struct postgresql_store *store)
{
    static const char lock[] = "BEGIN; SELECT FROM lottery FOR UPDATE";
    PGresult *holders;

    if (postgresql_execute(store, lock, take_what) != STORE_OK)
        return STORE_UNKNOWN;
    holders = read_holders(store);
    if (holders == NULL)
        return STORE_UNKNOWN;
    enum store_code code = ask_own(store, holders);
    PQclear(holders);
    return code == STORE_REFUSED && leave_it(store) != STORE_NONE ? STORE_UNKNOWN : code;
}

enum store_code place_resolve(struct postgresql_store *store)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
    uint64_t begin_ms = clock_ms();
    enum store_code code = STORE_UNKNOWN;

    FAULT_POINT("answer-lost");
    while (code == STORE_UNKNOWN && clock_ms() - begin_ms < RESOLVE_MS) {
        if (postgresql_connect(store) == STORE_OK)
            code = ask_row(store);
        if (code == STORE_UNKNOWN)
            nanosleep(&pause, NULL);
    }
    return code == STORE_REFUSED ? STORE_UNKNOWN : code;
}
