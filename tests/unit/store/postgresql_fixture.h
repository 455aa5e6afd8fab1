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

/* Until sql yields a number that is not 0. */
static inline void wait_until(const char *path, const char *sql)
{
    const struct timespec pause = { .tv_nsec = 10000000 };

    while (administer(path, sql) == 0)
        nanosleep(&pause, NULL);
}

/* The cluster itself. */
static inline const char *whole_cluster(void)
{
    static char path[96];

    snprintf(path, sizeof path, "postgresql://sorteo@/postgres?host=%s", cluster.folder);
    return path;
}

/* Settings of the whole cluster, in force when this returns. */
static inline void configure(const char *sql, const char *is_in_force)
{
    administer(whole_cluster(), sql);
    administer(whole_cluster(), "SELECT pg_reload_conf()");
    wait_until(whole_cluster(), is_in_force);
}

/* The sessions of the store of a test. */
#define OF_THE_STORE "datname = current_database() AND application_name = 'sorteo'"

/* What an administrator does while the test waits in a call on the store. */
static inline pid_t meanwhile(const struct fixture *fixture, void (*act)(const char *path))
{
    pid_t pid = fork_for_test();

    if (pid == 0) {
        act(fixture->path);
        _exit(0);
    }
    return pid;
}

static inline void expect_done(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
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

/* ---- Opening --------------------------------------------------------------------------------- */

static inline enum store_code open_as(const char *path, struct store_options options, struct store_error *error)
{
    struct store *store = NULL;
    enum store_code code;

    options.path = path;
    code = store_open(&options, &store, error);
    store_close(code == STORE_OK ? store : NULL);
    return code;
}

/* A second server of the same store, in this process. */
static inline struct store *open_second(const struct fixture *fixture)
{
    const struct store_options options = { .path = fixture->path, .agencies = AGENCIES };
    struct store *store = NULL;
    struct store_error error = { "" };

    if (store_open(&options, &store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return store;
}

static inline void assert_refused(const char *path, enum store_code wanted, const char *text)
{
    struct store_error error = { "" };
    const enum store_code code = open_as(path, (struct store_options){ .agencies = AGENCIES }, &error);

    if (code != wanted || strstr(error.text, text) == NULL)
        fail_msg("code %d instead of %d, or not \"%s\": %s", (int)code, (int)wanted, text, error.text);
    assert_null(strchr(error.text, '\n'));
}

/* ---- All tests of a program ------------------------------------------------------------------ */

/* In place of a program's tests where there is no PostgreSQL. */
static inline void postgresql_is_not_here(void **state)
{
    (void)state;
    print_message("PostgreSQL's server is not here, or did not start: nothing of it is tested\n");
    skip();
}

/* What main returns. */
static inline int run_postgresql_tests(const char *group, const struct CMUnitTest *tests, size_t count)
{
    const struct CMUnitTest skipped[] = { cmocka_unit_test(postgresql_is_not_here) };
    int failed;

    alarm(900); /* a test that failed may leave COMMIT waiting for ever */
    failed = start_cluster() ? _cmocka_run_group_tests(group, tests, count, NULL, NULL)
                             : _cmocka_run_group_tests(group, skipped, 1, NULL, NULL);
    return failed + (stop_cluster() != 0);
}

#endif
