/*
 * For tests of the store in PostgreSQL: a cluster of their own for all tests of a program, which
 * ends with it, and a schema or a database for each test. What a test does as an administrator goes
 * through libpq, beside the store.
 */
#ifndef TESTS_POSTGRESQL_FIXTURE_H
#define TESTS_POSTGRESQL_FIXTURE_H

#include "unit/store/store_fixture.h"

#include <libpq-fe.h>

static struct {
    char folder[26];
    FILE *keeper; /* the cluster ends when this is closed */
    unsigned places;
} cluster;

/* ---- The cluster ----------------------------------------------------------------------------- */

static inline bool cluster_is_ready(void)
{
    char path[96];

    snprintf(path, sizeof path, "%s/ready", cluster.folder);
    return access(path, F_OK) == 0;
}

static inline bool keeper_has_ended(void)
{
    char path[96];

    snprintf(path, sizeof path, "%s/ended", cluster.folder);
    return access(path, F_OK) == 0;
}

/* False if PostgreSQL is not here, or if it failed; that counts when it is stopped. */
static inline bool start_cluster(void)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    char command[256];

    /* in memory, where that is possible: every commit is synced */
    snprintf(cluster.folder, sizeof cluster.folder, "%s/sorteo-XXXXXX",
             access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : P_tmpdir);
    if (mkdtemp(cluster.folder) == NULL)
        return false;
    snprintf(command, sizeof command,
             "tests/tools/postgresql-cluster %s || { status=$?; touch %s/ended; test $status = 77; }", cluster.folder,
             cluster.folder);
    cluster.keeper = popen(command, "we");
    for (unsigned tries = 0; cluster.keeper != NULL && tries < 6000; tries++) {
        if (cluster_is_ready())
            return true;
        if (keeper_has_ended())
            break;
        nanosleep(&pause, NULL);
    }
    return false;
}

/* Not 0: it failed. */
static inline int stop_cluster(void)
{
    char path[96];
    int status = cluster.keeper == NULL ? 1 : pclose(cluster.keeper);

    snprintf(path, sizeof path, "%s/ended", cluster.folder);
    if (status == 0 && unlink(path) == 0)
        rmdir(cluster.folder);
    return status;
}

/* ---- As an administrator --------------------------------------------------------------------- */

static inline PGconn *connect_to(const char *path)
{
    PGconn *connection = PQconnectdb(path);

    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(connection));
    return connection;
}

/* The first value that sql yields, as an integer; 0 if it yields none. */
static inline int64_t administer(const char *path, const char *sql)
{
    PGconn *connection = connect_to(path);
    PGresult *result = PQexec(connection, sql);
    int64_t value = 0;

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
        value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(connection);
    return value;
}

/* The cluster itself. */
static inline const char *whole_cluster(void)
{
    static char path[96];

    snprintf(path, sizeof path, "postgresql://sorteo@/postgres?host=%s", cluster.folder);
    return path;
}

/* ---- A place for each test ------------------------------------------------------------------- */

/* A fixture without a folder, whose path is a URI. Its folder is the name of a schema or of a
 * database. */
static inline struct fixture *new_place(const char *kind)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char sql[128];

    assert_non_null(fixture);
    memset(&disk, 0, sizeof disk);
    snprintf(fixture->folder, sizeof fixture->folder, "test%u", ++cluster.places);
    snprintf(sql, sizeof sql, "CREATE %s %s", kind, fixture->folder);
    administer(whole_cluster(), sql);
    return fixture;
}

/* Much faster to make than a database. */
static inline int setup_schema(void **state)
{
    struct fixture *fixture = new_place("SCHEMA");

    snprintf(fixture->path, sizeof fixture->path,
             "postgresql://sorteo@/postgres?host=%.25s&options=-csearch_path%%3D%.8s", cluster.folder, fixture->folder);
    *state = fixture;
    return 0;
}

static inline int setup_database(void **state)
{
    struct fixture *fixture = new_place("DATABASE");

    snprintf(fixture->path, sizeof fixture->path, "postgresql://sorteo@/%.8s?host=%.25s", fixture->folder,
             cluster.folder);
    *state = fixture;
    return 0;
}

static inline int teardown_place(void **state)
{
    struct fixture *fixture = *state;

    store_close(fixture->store);
    free(fixture);
    return 0;
}

#define POSTGRESQL_TEST(name) cmocka_unit_test_setup_teardown(name, setup_schema, teardown_place)
#define DATABASE_TEST(name) cmocka_unit_test_setup_teardown(name, setup_database, teardown_place)

/* In place of a program's tests where there is no PostgreSQL. */
static inline void postgresql_is_not_here(void **state)
{
    (void)state;
    print_message("PostgreSQL's server is not here, or did not start: nothing of it is tested\n");
    skip();
}

#endif
