/*
 * The place of a server in its database: one row of `servers`, which says whose it is, and which
 * transaction was its last.
 *
 * Two servers that wrote into one lottery would each know only half of it. So whoever takes the
 * place raises its incarnation, and each transaction's first statement finds its own incarnation or
 * fails: from that moment on, no other server can write. A server whose session lives is not
 * replaced. The row also says what became of a transaction whose answer to COMMIT was lost.
 *
 * Knows no bets and no rounds.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/system.h"

#define POLL_MS 50
#define RESOLVE_MS 8000u /* a committer that is silent for 20 s is killed */

static const char take_what[] = "take the place among its servers";

/* What this process took last, or tried to: if the row says so, then the session that seems to live
 * is an earlier one of our own. By chance, no other server's number is the same. */
static struct {
    pid_t process; /* a new one has not tried anything */
    int64_t incarnation;
} tried;

static bool have_tried(int64_t incarnation)
{
    return tried.process == getpid() && tried.incarnation == incarnation;
}

/* ---- Taking it ------------------------------------------------------------------------------- */

enum holder { INCARNATION, LAST_GROUP, BACKEND, ADDRESS, SINCE, LIVES };

/* Locks the row: a transaction of its holder's that is under way ends first. Where what another
 * role does cannot be seen, the start of its session is null: then its number must do. */
static PGresult *read_holder(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT incarnation, last_group, backend, coalesce(address, 'this machine'), since::timestamptz(0), "
        "EXISTS (SELECT FROM pg_stat_activity AS session WHERE session.pid = servers.backend "
        "AND session.pid <> pg_backend_pid() "
        "AND (session.backend_start IS NULL OR session.backend_start = servers.backend_start)) "
        "FROM servers WHERE server = 1 FOR UPDATE";
    PGresult *result;

    if (postgresql_execute(store, "BEGIN", take_what) != STORE_OK)
        return NULL;
    result = postgresql_query(store, sql, take_what, NULL, 0);
    if (result == NULL || PQntuples(result) == 1)
        return result;
    PQclear(result);
    (void)postgresql_refuse(store, STORE_FAILED, "has no row in the table servers: restore a copy of it");
    return NULL;
}

static int64_t next_incarnation(int64_t before)
{
    uint32_t chance = 0;

    if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
        chance = (uint32_t)clock_ns();
    return before + 1 + chance;
}

static enum store_code become_holder(struct postgresql_store *store, int64_t incarnation, int64_t last_group)
{
    static const char sql[] =
        "UPDATE servers SET incarnation = $1, last_group = $2, backend = pg_backend_pid(), "
        "backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()), "
        "address = host(inet_client_addr()), since = now() WHERE server = 1";

    tried.process = getpid();
    tried.incarnation = incarnation;
    if (POSTGRESQL_RUN(store, sql, take_what, incarnation, last_group) != STORE_OK)
        return STORE_FAILED;
    store->is_doubted = false;
    if (postgresql_execute(store, "COMMIT", take_what) != STORE_OK)
        return STORE_FAILED;
    if (store->is_doubted)
        return postgresql_fail_because(store, take_what, "the standby that has to confirm did not");
    store->incarnation = incarnation;
    store->group = last_group;
    return STORE_OK;
}

static bool is_anothers(const PGresult *holder)
{
    return PQgetvalue(holder, 0, LIVES)[0] == 't' && !have_tried(postgresql_integer(holder, 0, INCARNATION));
}

/* NONE, with the row's lock given up. */
static enum store_code leave_it(struct postgresql_store *store, const PGresult *holder)
{
    enum store_code code = postgresql_execute(store, "ROLLBACK", take_what);

    if (code != STORE_OK)
        return code;
    return postgresql_refuse(store, STORE_NONE,
                             "is in use by another server or tool (from %s, since %s, session %s): stop that one "
                             "first; several servers cannot share it yet",
                             PQgetvalue(holder, 0, ADDRESS), PQgetvalue(holder, 0, SINCE),
                             PQgetvalue(holder, 0, BACKEND));
}

/* NONE: another server has it. */
static enum store_code try_to_take(struct postgresql_store *store)
{
    PGresult *holder = read_holder(store);

    if (holder == NULL)
        return STORE_FAILED;
    enum store_code code = is_anothers(holder)
                               ? leave_it(store, holder)
                               : become_holder(store, next_incarnation(postgresql_integer(holder, 0, INCARNATION)), 0);
    PQclear(holder);
    return code;
}

enum store_code place_take(struct postgresql_store *store, const struct store_options *options)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
    uint64_t begin_ms = clock_ms();
    enum store_code code;

    while ((code = try_to_take(store)) == STORE_NONE && clock_ms() - begin_ms < options->lock_wait_ms)
        nanosleep(&pause, NULL);
    return code == STORE_OK ? STORE_OK : STORE_FAILED;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

/* With BEGIN in one message. The settings may change with a reload, so they are asked for again. */
enum store_code place_begin_group(struct postgresql_store *store)
{
    static const char what[] = "begin a transaction";
    char sql[320];
    PGresult *result;

    snprintf(sql, sizeof sql,
             "BEGIN; UPDATE servers SET last_group = %" PRId64 " WHERE server = 1 AND incarnation = %" PRId64
             " RETURNING current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'",
             store->group + 1, store->incarnation);
    result = PQexec(store->connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return postgresql_fail(store, what, result);
    const bool is_ours = PQntuples(result) == 1;
    const bool is_durable = is_ours && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    if (!is_ours) {
        (void)postgresql_fail_because(store, what, "another server has taken the place of this one");
        store->condition = STORE_BROKEN;
        return STORE_FAILED;
    }
    if (!is_durable)
        return postgresql_fail_because(store, what, "fsync or full_page_writes was turned off there: turn it on");
    store->group++;
    return STORE_OK;
}

/* ---- A lost answer --------------------------------------------------------------------------- */

/* The row's lock is waited for, so the old session has ended, or will find that its incarnation is
 * over. Our own COMMIT also makes sure of what an earlier one wrote: it is confirmed after it.
 * REFUSED: another server has the place. */
static enum store_code ask_row(struct postgresql_store *store)
{
    const int64_t group = store->group;
    PGresult *row = read_holder(store);

    if (row == NULL)
        return STORE_UNKNOWN;
    const int64_t incarnation = postgresql_integer(row, 0, INCARNATION);
    const int64_t last_group = postgresql_integer(row, 0, LAST_GROUP);
    PQclear(row);
    if (incarnation != store->incarnation && !have_tried(incarnation))
        return postgresql_refuse(store, STORE_REFUSED, "was taken over by another server");
    store->incarnation = incarnation;
    if (become_holder(store, next_incarnation(incarnation), last_group) != STORE_OK)
        return STORE_UNKNOWN;
    return last_group == group ? STORE_OK : STORE_FAILED;
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
