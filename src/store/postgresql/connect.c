/*
 * The connection: how it is made, what its session is set to, and what the server at its other end
 * must be.
 *
 * Knows no table. What stays after a crash is PostgreSQL's doing: whether its settings allow that
 * is looked at here for each new connection, and in place.c for each transaction.
 */
#include "store/postgresql/postgresql_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST_VERSION 130000

static const char connect_what[] = "set up the session";

/* The newest history of a primary that this process has written to. After a failover it has a
 * higher number; a primary of a lower one was left behind, and what it takes would be lost. */
static int64_t newest_timeline;

/* ---- Its name for people --------------------------------------------------------------------- */

static const char *option_of(const PQconninfoOption *options, const char *keyword, const char *otherwise)
{
    for (; options != NULL && options->keyword != NULL; options++)
        if (strcmp(options->keyword, keyword) == 0 && options->val != NULL && options->val[0] != '\0')
            return options->val;
    return otherwise;
}

/* An "@" or "/" in a password ends it for libpq, which takes the rest for a host, a port or a
 * database, and says so. What follows a "?" is parameters. */
static bool is_split_as_meant(const char *path)
{
    const char *begin = strstr(path, "://") + strlen("://");
    const char *first = begin + strcspn(begin, "@/");
    const char *last = memrchr(begin, '@', (size_t)(first - begin) + strcspn(first, "?"));

    return last == NULL || last == first || memchr(begin, ':', (size_t)(last - begin)) == NULL;
}

/* Before there is a connection: without anything that may be a password. */
static void name_as_given(struct postgresql_store *store)
{
    char *error = NULL;
    PQconninfoOption *options = is_split_as_meant(store->path) ? PQconninfoParse(store->path, &error) : NULL;
    const char *service = option_of(options, "service", "");

    snprintf(store->name, sizeof store->name, "PostgreSQL (host %s, database %s%s%s)",
             option_of(options, "host", option_of(options, "hostaddr", "by default")),
             option_of(options, "dbname", "by default"), service[0] != '\0' ? ", service " : "", service);
    PQconninfoFree(options);
    PQfreemem(error);
}

static void name_as_found(struct postgresql_store *store)
{
    snprintf(store->name, sizeof store->name, "PostgreSQL (host %s, port %s, database %s)", PQhost(store->connection),
             PQport(store->connection), PQdb(store->connection));
}

/* ---- Connecting ------------------------------------------------------------------------------ */

/* Without libpq's own words, which quote what they are about: it may be a password. */
static enum store_code check_path(struct postgresql_store *store)
{
    PQconninfoOption *options = PQconninfoParse(store->path, NULL);
    const bool is_good = options != NULL;

    PQconninfoFree(options);
    if (!is_good)
        return postgresql_refuse(store, STORE_REFUSED,
                                 "cannot be reached: its connection string is none: look for misspelt parameters, and "
                                 "write %% in a password as %%25");
    if (!is_split_as_meant(store->path))
        return postgresql_refuse(store, STORE_REFUSED,
                                 "cannot be reached: its connection string has an @ or / too many: write them as %%40 "
                                 "and %%2F in a password");
    return STORE_OK;
}

static void drop_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

/* A wait for a standby that was cancelled is no error to PostgreSQL: the transaction is there, but
 * not where it has to be. */
static void note_warning(void *context, const PGresult *notice)
{
    struct postgresql_store *store = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

    store->is_doubted |= severity != NULL && strcmp(severity, "WARNING") == 0;
}

/* What comes before dbname may be overridden by the path, what comes after it not. */
static PGconn *dial(struct postgresql_store *store)
{
    const char *const keywords[] = { "application_name",
                                     "connect_timeout",
                                     "keepalives_idle",
                                     "keepalives_interval",
                                     "keepalives_count",
                                     "tcp_user_timeout",
                                     "gssencmode",
                                     "target_session_attrs",
                                     "dbname",
                                     "client_encoding",
                                     NULL };
    const char *const values[] = { "sorteo",    "5",     "5",       "2",
                                   "2",         "10000", "disable", store->read_only ? "any" : "read-write",
                                   store->path, "UTF8",  NULL };

    return PQconnectdbParams(keywords, values, 1);
}

static enum store_code reach(struct postgresql_store *store)
{
    const char *reason;

    postgresql_disconnect(store);
    store->connection = dial(store);
    if (store->connection == NULL)
        return postgresql_refuse(store, STORE_FAILED, "cannot be reached: out of memory");
    if (PQstatus(store->connection) != CONNECTION_OK) {
        reason = PQerrorMessage(store->connection);
        return postgresql_refuse(store, STORE_FAILED, "cannot be used: %s%s", reason,
                                 strstr(reason, "session is read-only") == NULL
                                     ? ""
                                     : ": name every host of the cluster, so that its primary is found");
    }
    name_as_found(store);
    (void)PQsetNoticeReceiver(store->connection, store->read_only ? drop_notice : note_warning, store);
    return STORE_OK;
}

/* ---- The session ----------------------------------------------------------------------------- */

/* No setting of the role's or the database's counts: none ends a draw, or an export whose reader is
 * slow, and none asks a standby for serializable transactions, which it has not. Some time limits
 * are of a later version than the oldest that is used. A policy that hides bets from the role is an
 * error, and not an export without them. */
static enum store_code set_up_all(struct postgresql_store *store)
{
    static const char settings[] =
        "SET statement_timeout = 0; SET default_transaction_isolation = 'read committed';"
        "SET default_transaction_deferrable = off; SET row_security = off; SET bytea_output = hex;"
        "SET timezone = 'UTC'; SET client_min_messages = warning";
    static const char no_limits[] =
        "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN "
        "('lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')";
    enum store_code code = postgresql_execute(store, settings, connect_what);

    return code == STORE_OK ? postgresql_execute(store, no_limits, connect_what) : code;
}

/* A server that lost its power, or stands still, in a transaction gives its locks up before others
 * have waited too long for them. */
static enum store_code set_up(struct postgresql_store *store)
{
    static const char for_writers[] = "SET synchronous_commit = on; SET lock_timeout = '10s';"
                                      "SET idle_in_transaction_session_timeout = '6s'; SET tcp_keepalives_idle = 3;"
                                      "SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;"
                                      "SET tcp_user_timeout = 10000; LISTEN " DRAWN_CHANNEL;
    enum store_code code = set_up_all(store);

    return code == STORE_OK && !store->read_only ? postgresql_execute(store, for_writers, connect_what) : code;
}

/* ---- What the server must be ----------------------------------------------------------------- */

enum setting { VERSION, ENCODING, FSYNC, FULL_PAGES, READ_ONLY, SETTINGS };

static enum store_code check_settings(struct postgresql_store *store, const PGresult *is)
{
    if (postgresql_integer(is, 0, VERSION) < OLDEST_VERSION)
        return postgresql_refuse(store, STORE_REFUSED, "is of version %" PRId64 ": 13 is the oldest that can be used",
                                 postgresql_integer(is, 0, VERSION) / 10000);
    if (strcmp(PQgetvalue(is, 0, ENCODING), "UTF8") != 0)
        return postgresql_refuse(store, STORE_REFUSED,
                                 "has the encoding %s, which has not every name: make a database with ENCODING 'UTF8'",
                                 PQgetvalue(is, 0, ENCODING));
    if (store->read_only)
        return STORE_OK;
    if (strcmp(PQgetvalue(is, 0, READ_ONLY), "off") != 0)
        return postgresql_refuse(store, STORE_FAILED,
                                 "is read-only: a standby, or set so (default_transaction_read_only)");
    store->is_unsafe = strcmp(PQgetvalue(is, 0, FSYNC), "on") != 0 || strcmp(PQgetvalue(is, 0, FULL_PAGES), "on") != 0;
    if (store->is_unsafe && !store->may_lose)
        return postgresql_refuse(store, STORE_REFUSED,
                                 "would lose bets in a crash: set fsync and full_page_writes to on there, or, if bets "
                                 "may be lost, use --allow-unsafe-store");
    return STORE_OK;
}

static enum store_code check_timeline(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int::bigint, " STORE_CLOCK_US;
    PGresult *result;

    store_clock_begin(&store->clock);
    result = postgresql_query(store, sql, connect_what, NULL, 0);
    if (result == NULL)
        return STORE_FAILED;
    int64_t timeline = postgresql_integer(result, 0, 0);
    if (timeline != store->timeline)
        store_clock_forget(&store->clock); /* that of the primary before */
    store->timeline = timeline;
    store_clock_end(&store->clock, postgresql_integer(result, 0, 1));
    PQclear(result);
    if (timeline < newest_timeline)
        return postgresql_refuse(store, STORE_FAILED,
                                 "is a primary that was left behind (timeline %" PRId64 ", after %" PRId64
                                 " was used): stop it",
                                 timeline, newest_timeline);
    newest_timeline = timeline;
    return STORE_OK;
}

static enum store_code check_server(struct postgresql_store *store)
{
    static const char sql[] =
        "SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_setting('fsync'), "
        "current_setting('full_page_writes'), current_setting('transaction_read_only')";
    PGresult *result = postgresql_query(store, sql, connect_what, NULL, 0);

    if (result == NULL)
        return STORE_FAILED;
    enum store_code code = check_settings(store, result);
    PQclear(result);
    return code == STORE_OK && !store->read_only ? check_timeline(store) : code;
}

enum store_code postgresql_connect(struct postgresql_store *store)
{
    enum store_code code;

    name_as_given(store);
    code = check_path(store);
    if (code == STORE_OK)
        code = reach(store);
    if (code == STORE_OK)
        code = set_up(store);
    return code == STORE_OK ? check_server(store) : code;
}

void postgresql_disconnect(struct postgresql_store *store)
{
    PQfinish(store->connection); /* NULL is allowed */
    store->connection = NULL;
    store->is_cut_off = false;
    store->reads_keys = false;
    store->is_doubted = false;
    /* after a failover, what we saw of others may be gone: it is read again */
    store->change = store->seen = store->looked = CHANGE_UNKNOWN;
}
