/*
 * The tables of the store in PostgreSQL: made by several servers at once, brought up to date, and
 * refused where they are not those of this lottery or would not last.
 */
#include "unit/store/postgresql_fixture.h"

/* ---- Made by several at once ----------------------------------------------------------------- */

static void store_many(const char *path)
{
    const struct store_options options = { .path = path, .agencies = AGENCIES };
    struct store *store = NULL;
    struct store_error error = { "" };

    assert_int_equal(store_open(&options, &store, &error), STORE_OK); /* as many make the tables as can */
    for (unsigned i = 0; i < 50; i++)
        store_some(store, 1, 1, i, 2);
    store_close(store);
}

static void servers_that_make_the_tables_at_once_all_store(void **state)
{
    struct fixture *fixture = *state;
    pid_t pids[4];

    for (unsigned i = 0; i < 4; i++)
        pids[i] = meanwhile(fixture, store_many);
    for (unsigned i = 0; i < 4; i++)
        expect_done(pids[i]);
    assert_int_equal(count_bets(open_store(fixture)), 400);
    assert_int_equal(administer(fixture->path, "SELECT max(id) FROM bets"), 400);
    assert_int_equal(administer(fixture->path, "SELECT count(DISTINCT incarnation) - count(*) FROM servers"), 0);
}

/* ---- Older versions -------------------------------------------------------------------------- */

#define BECOME_VERSION_1                                                                                               \
    "ALTER TABLE lottery DROP COLUMN change; ALTER TABLE servers DROP COLUMN number; ALTER TABLE rounds DROP COLUMN "  \
    "drawn_by, DROP COLUMN opened_with; DROP TABLE speakers; DELETE FROM servers; UPDATE lottery SET version = 1; "    \
    "INSERT INTO servers (server, incarnation, last_group) VALUES (1, 5, 5)"

static void store_of_version_1_is_brought_up_to_date(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_store(fixture), 1, 1, 1, 3);
    store_close(fixture->store);
    fixture->store = NULL;
    administer(fixture->path, BECOME_VERSION_1);
    store_some(open_store(fixture), 1, 1, 4, 3);
    assert_int_equal(count_bets(reopen_store(fixture)), 6);
    assert_int_equal(administer(fixture->path, "SELECT version FROM lottery"), 4);
    assert_int_equal(administer(fixture->path, "SELECT count(*) FROM servers WHERE incarnation = 5"), 0);
}

/* Its transactions wait for nobody. */
static void server_of_version_1_that_lives_is_not_joined(void **state)
{
    struct fixture *fixture = *state;
    PGconn *older;

    store_close(open_store(fixture));
    fixture->store = NULL;
    administer(fixture->path, BECOME_VERSION_1);
    older = connect_to(fixture->path);
    PQclear(PQexec(older, "UPDATE servers SET backend = pg_backend_pid(), backend_start = (SELECT backend_start FROM "
                          "pg_stat_activity WHERE pid = pg_backend_pid())"));
    assert_refused(fixture->path, STORE_FAILED, "another server or tool, of an older version");
    assert_int_equal(administer(fixture->path, "SELECT version FROM lottery"), 1);
    PQfinish(older);
    store_some(open_store(fixture), 1, 1, 1, 3); /* which waits for the end of its session */
}

/* ---- Tables that are refused ----------------------------------------------------------------- */

static void tables_of_another_program_are_left_alone(void **state)
{
    struct fixture *fixture = *state;

    administer(fixture->path, "CREATE TABLE customers (id integer)");
    assert_refused(fixture->path, STORE_REFUSED, "tables of another program");
    administer(fixture->path, "DROP TABLE customers; CREATE TABLE lottery (prize text)");
    assert_refused(fixture->path, STORE_REFUSED, "lottery of another program");
    assert_int_equal(administer(fixture->path, "SELECT count(*) FROM information_schema.tables WHERE table_schema = "
                                               "current_schema()"),
                     1);
}

static void store_that_was_made_otherwise_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };

    assert_int_equal(open_as(fixture->path, (struct store_options){ .agencies = 3, .dialect = "wide" }, &error),
                     STORE_OK);
    assert_refused(fixture->path, STORE_REFUSED, "was made for 3 agencies, not for 5");
    assert_int_equal(open_as(fixture->path, (struct store_options){ .dialect = "keyed" }, &error), STORE_REFUSED);
    assert_non_null(strstr(error.text, "was made for the dialect wide"));
    assert_int_equal(open_as(fixture->path, (struct store_options){ .dialect = "keyed", .change_dialect = true },
                             &error),
                     STORE_OK);
    assert_int_equal(open_as(fixture->path, (struct store_options){ .dialect = "keyed" }, &error), STORE_OK);
    administer(fixture->path, "UPDATE lottery SET version = 99");
    assert_int_equal(open_as(fixture->path, (struct store_options){ .agencies = 3 }, &error), STORE_REFUSED);
    assert_non_null(strstr(error.text, "schema version 99"));
}

static void store_with_too_few_bets_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct agency_state open = { .round = 1, .bets = 3 };
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1, 3);
    OK(store, store_begin(store));
    OK(store, store_agency_put(store, 1, &open));
    OK(store, store_commit(store));
    reopen_store(fixture);
    store_close(fixture->store);
    fixture->store = NULL;
    administer(fixture->path, "DELETE FROM bets WHERE id = 2");
    assert_refused(fixture->path, STORE_REFUSED, "agency 1 has 3 bets in round 1, and 2 are there");
}

/* What is answered must be there when the session is not, and after a crash. */
static void tables_that_do_not_last_are_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[160];

    snprintf(path, sizeof path, "postgresql://sorteo@/%s?host=%s&options=-csearch_path%%3Dpg_temp", fixture->folder,
             cluster.folder);
    assert_refused(path, STORE_REFUSED, "would lose its table agencies");
    assert_refused(path, STORE_REFUSED, "which is temporary or unlogged");
    open_store(fixture);
    store_close(fixture->store);
    fixture->store = NULL;
    administer(fixture->path, "ALTER TABLE keys SET UNLOGGED");
    assert_refused(fixture->path, STORE_REFUSED, "would lose its table keys");
    administer(fixture->path, "ALTER TABLE keys SET LOGGED");
    store_some(open_store(fixture), 1, 1, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(servers_that_make_the_tables_at_once_all_store),
                                        POSTGRESQL_TEST(store_of_version_1_is_brought_up_to_date),
                                        POSTGRESQL_TEST(server_of_version_1_that_lives_is_not_joined),
                                        POSTGRESQL_TEST(tables_of_another_program_are_left_alone),
                                        POSTGRESQL_TEST(store_that_was_made_otherwise_is_refused),
                                        POSTGRESQL_TEST(store_with_too_few_bets_is_refused),
                                        DATABASE_TEST(tables_that_do_not_last_are_refused) };

    return run_postgresql_tests("store_postgresql_tables", tests, sizeof tests / sizeof *tests);
}
