/*
 * How the store connects to PostgreSQL: which paths lead there, which users and databases are
 * refused, which settings and files count.
 */
#include "unit/store/postgresql_fixture.h"

#include "base/system.h"
#include "store/postgresql/postgresql_store.h"

/* ---- Paths and users ------------------------------------------------------------------------- */

static void path_is_told_from_a_file(void **state)
{
    (void)state;
    assert_true(store_is_remote("postgresql://host/database"));
    assert_true(store_is_remote("postgres://host/database"));
    assert_false(store_is_remote("bets.db"));
    assert_false(store_is_remote("postgresql.db"));
    assert_false(store_is_remote("/var/postgresql://bets.db"));
}

static void path_that_leads_nowhere_is_refused_without_its_password(void **state)
{
    static const struct {
        const char *path;
        enum store_code code;
        const char *text;
    } cases[] = { { "postgresql://sorteo:secret@h/d?what=1", STORE_REFUSED, "its connection string is none" },
                  { "postgresql://sorteo:secret@[::1/d", STORE_REFUSED, "its connection string is none" },
                  { "postgresql://sorteo:%secret@h/d", STORE_REFUSED, "its connection string is none" },
                  { "postgresql://h/d?password=%secret", STORE_REFUSED, "its connection string is none" },
                  { "postgresql://h/d?password:secret", STORE_REFUSED, "its connection string is none" },
                  { "postgresql://sorteo:secret/s@h/d", STORE_REFUSED, "has an @ or / too many" },
                  { "postgresql://sorteo:@secret@h/d", STORE_REFUSED, "has an @ or / too many" },
                  { "postgresql://sorteo:p@secret:secret@h/d", STORE_REFUSED, "has an @ or / too many" },
                  { "postgresql://sorteo:secret@127.0.0.1:1/d", STORE_FAILED, "Connection refused" },
                  { "postgresql://sorteo:secret@nowhere.invalid/d", STORE_FAILED, "nowhere.invalid" },
                  { "postgresql://sorteo:secret@/d?host=/nowhere", STORE_FAILED, "No such file" },
                  { "postgresql://sorteo@/d:?host=/no@where", STORE_FAILED, "No such file" } };
    struct store_error error = { "" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(cases[i].path, cases[i].code, cases[i].text);
        (void)open_as(cases[i].path, (struct store_options){ .agencies = 1 }, &error);
        assert_null(strstr(error.text, "secret"));
    }
}

static void user_who_may_not_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char sql[160], path[160];

    administer(fixture->path, "CREATE ROLE locked LOGIN PASSWORD 'right'; CREATE ROLE weak LOGIN");
    /* A password costs thousands of digests: under valgrind that may take more than 5 s. */
    snprintf(path, sizeof path, "postgresql://locked:wrong@/postgres?host=%s&connect_timeout=60", cluster.folder);
    assert_refused(path, STORE_FAILED, "password authentication failed");
    snprintf(path, sizeof path, "postgresql://weak@%s", strchr(fixture->path, '@') + 1);
    assert_refused(path, STORE_FAILED, "has no schema for the lottery that this user can see");
    snprintf(sql, sizeof sql, "GRANT USAGE ON SCHEMA %s TO weak", fixture->folder);
    administer(fixture->path, sql);
    assert_refused(path, STORE_FAILED, "permission denied for schema");
    snprintf(path, sizeof path, "postgresql://sorteo@/nothing?host=%s", cluster.folder);
    assert_refused(path, STORE_FAILED, "database \"nothing\" does not exist");
}

/* An export that lacks bets would say nothing of it. */
static void bets_that_a_policy_hides_are_missed(void **state)
{
    struct fixture *fixture = *state;
    struct store_error error = { "" };
    char sql[320], path[160];

    store_some(open_store(fixture), 1, 1, 1, 4);
    snprintf(sql, sizeof sql,
             "CREATE ROLE half; GRANT USAGE ON SCHEMA %s TO half; GRANT SELECT ON ALL TABLES IN SCHEMA %s TO half",
             fixture->folder, fixture->folder);
    administer(fixture->path, sql);
    snprintf(path, sizeof path, "%.90s%%20-crole%%3Dhalf", fixture->path);
    assert_int_equal(open_as(path, (struct store_options){ .read_only = true }, &error), STORE_OK);
    administer(fixture->path, "ALTER TABLE bets ENABLE ROW LEVEL SECURITY;"
                              "CREATE POLICY half ON bets USING (document % 2 = 0)");
    assert_int_equal(open_as(path, (struct store_options){ .read_only = true }, &error), STORE_FAILED);
    assert_non_null(strstr(error.text, "row-level security policy"));
}

/* ---- Databases and their settings ------------------------------------------------------------ */

static void database_of_another_encoding_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char sql[160], path[160];

    snprintf(sql, sizeof sql, "CREATE DATABASE %s_latin ENCODING 'LATIN1' TEMPLATE template0", fixture->folder);
    administer(whole_cluster(), sql);
    snprintf(path, sizeof path, "postgresql://sorteo@/%s_latin?host=%s", fixture->folder, cluster.folder);
    assert_refused(path, STORE_REFUSED, "has the encoding LATIN1");
}

static void set_in_database(const struct fixture *fixture, const char *setting)
{
    char sql[160];

    snprintf(sql, sizeof sql, "ALTER DATABASE %s SET %s", fixture->folder, setting);
    administer(whole_cluster(), sql);
}

static void read_only_database_is_not_written(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options reads = { .read_only = true };
    struct store_error error = { "" };

    open_store(fixture);
    store_close(fixture->store);
    fixture->store = NULL;
    set_in_database(fixture, "default_transaction_read_only = on");
    assert_refused(fixture->path, STORE_FAILED, "read-only");
    assert_int_equal(open_as(fixture->path, reads, &error), STORE_OK);
}

static void administrators_settings_do_not_count(void **state)
{
    struct fixture *fixture = *state;

    open_store(fixture);
    store_close(fixture->store);
    fixture->store = NULL;
    set_in_database(fixture, "statement_timeout = '7min'");
    set_in_database(fixture, "idle_in_transaction_session_timeout = '7min'");
    set_in_database(fixture, "lock_timeout = '7min'");
    set_in_database(fixture, "synchronous_commit = off");
    administer(fixture->path,
               "CREATE TABLE seen AS SELECT '' AS settings;"
               "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE seen SET settings = "
               "concat_ws('' '', current_setting(''statement_timeout''), "
               "current_setting(''idle_in_transaction_session_timeout''), current_setting(''lock_timeout''), "
               "current_setting(''synchronous_commit'')); RETURN NULL; END';"
               "CREATE TRIGGER planted AFTER INSERT ON bets EXECUTE FUNCTION look()");
    store_some(open_store(fixture), 1, 1, 1, 1);
    assert_int_equal(administer(fixture->path, "SELECT (settings = '0 6s 10s on')::int FROM seen"), 1);
}

/* Asked in the reader's own session. */
static void administrators_settings_do_not_count_for_readers(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = { .path = fixture->path, .read_only = true };
    struct store *reader = NULL;
    struct store_error error = { "" };
    PGresult *settings;

    open_store(fixture);
    set_in_database(fixture, "statement_timeout = '7min'");
    set_in_database(fixture, "idle_in_transaction_session_timeout = '7min'");
    set_in_database(fixture, "lock_timeout = '7min'");
    set_in_database(fixture, "default_transaction_isolation = serializable");
    set_in_database(fixture, "default_transaction_deferrable = on");
    OK(fixture->store, store_open(&options, &reader, &error));
    settings = postgresql_query(postgresql_store_of(reader),
                                "SELECT concat_ws(' ', current_setting('statement_timeout'), "
                                "current_setting('idle_in_transaction_session_timeout'), "
                                "current_setting('lock_timeout'), current_setting('default_transaction_isolation'), "
                                "current_setting('default_transaction_deferrable'))",
                                "read settings", NULL, 0);
    assert_non_null(settings);
    assert_string_equal(PQgetvalue(settings, 0, 0), "0 0 0 read committed off");
    PQclear(settings);
    store_close(reader);
}

/* Where bets may be lost: it stores three. */
static bool is_used_with_a_warning(struct fixture *fixture)
{
    const struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .may_lose = true, .lock_wait_ms = patience_ms()
    };
    struct store_error error = { "" };
    struct store *store = NULL;

    if (store_open(&options, &store, &error) != STORE_OK)
        return false;
    store_some(store, 1, 1, 4, 3);
    const bool is_warned = store_warning(store) != NULL && strstr(store_warning(store), "fsync") != NULL;
    store_close(store);
    return is_warned;
}

static void database_that_loses_what_it_has_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1, 3);
    configure("ALTER SYSTEM SET fsync = off", "SELECT (current_setting('fsync') = 'off')::int");
    enum store_code code = STORE_OK;
    for (const uint64_t since_ms = clock_ms(); code == STORE_OK && clock_ms() - since_ms < patience_ms();) {
        code = store_begin(store); /* until its session has read the setting */
        if (code == STORE_OK)
            OK(store, store_rollback(store));
    }
    const bool is_told = strstr(store_error_text(store), "fsync or full_page_writes was turned off") != NULL;
    OK(store, store_rollback(store));
    store_close(store);
    fixture->store = NULL;
    struct store_error error = { "" };
    code = open_as(fixture->path, (struct store_options){ .agencies = AGENCIES }, &error);
    const bool is_warned = is_used_with_a_warning(fixture);
    configure("ALTER SYSTEM RESET fsync", "SELECT (current_setting('fsync') = 'on')::int");
    assert_true(is_told);
    assert_int_equal(code, STORE_REFUSED);
    assert_non_null(strstr(error.text, "set fsync and full_page_writes to on"));
    assert_true(is_warned);
    store = open_store(fixture);
    assert_null(store_warning(store));
    assert_int_equal(count_bets(store), 6);
}

/* ---- Files ----------------------------------------------------------------------------------- */

static bool reads(const char *path, const char *wanted)
{
    char *names[STORE_READS_MAX];
    const size_t count = store_reads(path, names);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        found |= strcmp(names[i], wanted) == 0;
        free(names[i]);
    }
    return found;
}

/* Otherwise the sandbox keeps them from the process that connects. */
static void files_that_connecting_reads_are_known(void **state)
{
    char services[64];
    FILE *file;

    (void)state;
    snprintf(services, sizeof services, "%s/services", cluster.folder);
    file = fopen(services, "w");
    assert_non_null(file);
    fputs("[lottery]\npassfile=/of/the/service\n", file);
    assert_int_equal(fclose(file), 0);
    setenv("PGSERVICEFILE", services, 1);
    setenv("PGSSLROOTCERT", "/of/a/variable", 1);
    setenv("PGPASSFILE", "relative", 1);
    assert_true(reads("postgresql://h/d", services));
    assert_true(reads("postgresql://h/d", "/of/a/variable"));
    assert_true(reads("postgresql://h/d", "relative"));
    assert_true(reads("postgresql://h/d?sslcert=/of/the/path", "/of/the/path"));
    assert_false(reads("postgresql://h/d", "/of/the/service"));
    unsetenv("PGPASSFILE");
    assert_true(reads("postgresql:///?service=lottery", "/of/the/service"));
    unsetenv("PGSERVICEFILE");
    unsetenv("PGSERVICE");
    unsetenv("PGSSLROOTCERT");
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(path_is_told_from_a_file),
                                        POSTGRESQL_TEST(path_that_leads_nowhere_is_refused_without_its_password),
                                        POSTGRESQL_TEST(user_who_may_not_is_refused),
                                        POSTGRESQL_TEST(bets_that_a_policy_hides_are_missed),
                                        POSTGRESQL_TEST(database_of_another_encoding_is_refused),
                                        DATABASE_TEST(read_only_database_is_not_written),
                                        DATABASE_TEST(administrators_settings_do_not_count),
                                        DATABASE_TEST(administrators_settings_do_not_count_for_readers),
                                        POSTGRESQL_TEST(database_that_loses_what_it_has_is_refused),
                                        POSTGRESQL_TEST(files_that_connecting_reads_are_known) };

    return run_postgresql_tests("store_postgresql_connecting", tests, sizeof tests / sizeof *tests);
}
