/*
 * Sessions with PostgreSQL that end: between transactions, in one, and at its COMMIT, whose answer
 * is lost.
 */
#include "unit/store/postgresql_fixture.h"

/* ---- Sessions that end ----------------------------------------------------------------------- */

/* It is over when this returns. */
static void end_session(const char *path)
{
    assert_int_equal(administer(path, "SELECT count(CASE WHEN " OF_THE_STORE " THEN pg_terminate_backend(pid, 30000) "
                                      "END) FROM pg_stat_activity"),
                     1);
}

static void session_that_ended_between_transactions_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1, 3);
    end_session(fixture->path);
    store_some(store, 1, 1, 4, 3);
    assert_int_equal(count_bets(reopen_store(fixture)), 6);
}

static bool end_session_at_a_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    const struct fixture *fixture = context;

    (void)round;
    (void)bet;
    if (administer(fixture->path, "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE) > 0)
        end_session(fixture->path);
    return true;
}

/* As when a file of rows follows the store: what is stored next is not refused for it. */
static void session_that_ends_before_or_while_bets_are_read_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct store_filter all = { .round = 0 };

    store_some(store, 1, 1, 1, 100);
    end_session(fixture->path);
    assert_int_equal(count_bets(store), 100);
    assert_int_equal(store_each(store, &all, end_session_at_a_row, fixture), STORE_FAILED);
    store_some(store, 1, 1, 101, 3);
    assert_int_equal(store_each(store, &all, end_session_at_a_row, fixture), STORE_FAILED);
    assert_int_equal(count_bets(store), 103);
}

static void session_that_ends_in_a_transaction_leaves_nothing_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    end_session(fixture->path);
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_int_equal(store_rollback(store), STORE_FAILED);
    assert_int_equal(count_bets(reopen_store(fixture)), 0);
}

/* ---- Answers to COMMIT that are lost --------------------------------------------------------- */

#define COMMITS "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE " AND query = 'COMMIT' AND "

/* COMMIT waits for a standby that does not exist, when all of it is in the log already. */
static void demand_a_standby(void)
{
    configure("ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
              "SELECT (current_setting('synchronous_standby_names') = 'nobody')::int");
}

static void demand_none(void)
{
    configure("ALTER SYSTEM RESET synchronous_standby_names",
              "SELECT (current_setting('synchronous_standby_names') = '')::int");
}

/* Whatever became of the test: nothing more could be committed. */
static int teardown_standby(void **state)
{
    demand_none();
    return teardown_place(state);
}

#define STANDBY_TEST(name) cmocka_unit_test_setup_teardown(name, setup_schema, teardown_standby)

static void end_session_at_commit(const char *path)
{
    wait_until(path, COMMITS "wait_event = 'SyncRep'");
    end_session(path);
    demand_none();
}

static void answer_lost_after_the_commit_is_found_to_be_stored(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 3);
    demand_a_standby();
    pid_t pid = meanwhile(fixture, end_session_at_commit);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_commit(store));
    expect_done(pid);
    store_some(store, 1, 1, 10, 2);
    assert_int_equal(count_bets(reopen_store(fixture)), 6);
}

static void end_session_before_it_is_stored(const char *path)
{
    wait_until(path, COMMITS "wait_event = 'PgSleep'");
    end_session(path);
    administer(path, "DROP TRIGGER planted ON bets");
}

/* COMMIT first runs what was put off until then. */
static void answer_lost_before_the_commit_is_found_not_to_be_stored(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    store_some(store, 1, 1, 1, 3);
    administer(fixture->path,
               "CREATE FUNCTION dream() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; "
               "END'; CREATE CONSTRAINT TRIGGER planted AFTER INSERT ON bets DEFERRABLE INITIALLY DEFERRED FOR EACH "
               "ROW EXECUTE FUNCTION dream()");
    pid_t pid = meanwhile(fixture, end_session_before_it_is_stored);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "cannot commit"));
    expect_done(pid);
    OK(store, store_rollback(store));
    store_some(store, 1, 1, 10, 2);
    assert_int_equal(count_bets(reopen_store(fixture)), 5);
}

static void cancel_the_wait(const char *path)
{
    wait_until(path, COMMITS "wait_event = 'SyncRep'");
    administer(path, "SELECT count(CASE WHEN " OF_THE_STORE " THEN pg_cancel_backend(pid) END) FROM pg_stat_activity");
    wait_until(path, "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE
                     " AND wait_event = 'SyncRep' AND xact_start < clock_timestamp() AND "
                     "backend_start > (SELECT since FROM servers)");
    demand_none();
}

/* PostgreSQL calls it a warning: the standby has not confirmed, and nobody may be told that it did.
 * */
static void wait_for_a_standby_that_is_cancelled_is_no_answer(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    demand_a_standby();
    pid_t pid = meanwhile(fixture, cancel_the_wait);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_commit(store)); /* a later commit, which waited, confirmed it */
    expect_done(pid);
    assert_int_equal(count_bets(reopen_store(fixture)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(session_that_ended_between_transactions_is_replaced),
                                        POSTGRESQL_TEST(session_that_ends_before_or_while_bets_are_read_is_replaced),
                                        POSTGRESQL_TEST(session_that_ends_in_a_transaction_leaves_nothing_of_it),
                                        STANDBY_TEST(answer_lost_after_the_commit_is_found_to_be_stored),
                                        POSTGRESQL_TEST(answer_lost_before_the_commit_is_found_not_to_be_stored),
                                        STANDBY_TEST(wait_for_a_standby_that_is_cancelled_is_no_answer) };

    return run_postgresql_tests("store_postgresql_sessions", tests, sizeof tests / sizeof *tests);
}
