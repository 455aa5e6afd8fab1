/*
 * The places of servers in a store in PostgreSQL: who may take one, and what becomes of it when its
 * server is gone. A reader needs none.
 */
#include "unit/store/postgresql_fixture.h"

static void servers_have_a_place_each_and_leave_it_to_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct store *first = open_store(fixture);
    struct store *second = open_second(fixture);

    assert_int_equal(administer(fixture->path, "SELECT count(DISTINCT incarnation) FROM servers"), 2);
    store_some(first, 1, 1, 1, 3);
    store_some(second, 1, 2, 1, 3);
    store_some(first, 1, 1, 4, 3);
    store_close(second);
    wait_until(fixture->path, "SELECT (count(*) = 1)::int FROM pg_stat_activity JOIN servers ON pid = backend");
    store_close(open_second(fixture));
    assert_int_equal(administer(fixture->path, "SELECT count(*) FROM servers"), 2);
    assert_int_equal(count_bets(first), 9);
    assert_int_equal(administer(fixture->path, "SELECT max(id) FROM bets"), 9);
}

static void server_with_another_number_is_refused_while_one_lives(void **state)
{
    struct fixture *fixture = *state;
    struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .dialect = "wide", .likely_number = 7, .is_server = true
    };
    struct store *tool = open_store(fixture); /* draws none */
    struct store *first = NULL;
    struct store_error error = { "" };

    OK(first, store_open(&options, &first, &error));
    options.likely_number = 8;
    assert_int_equal(open_as(fixture->path, options, &error), STORE_FAILED);
    assert_non_null(strstr(error.text, "whose winning number is 7"));
    options.likely_number = 7;
    assert_int_equal(open_as(fixture->path, options, &error), STORE_OK);
    options.dialect = "keyed";
    options.change_dialect = true;
    assert_int_equal(open_as(fixture->path, options, &error), STORE_FAILED);
    assert_non_null(strstr(error.text, "stop it before the dialect is changed"));
    store_close(first);
    store_close(tool);
    fixture->store = NULL;
    options.likely_number = 8;
    options.lock_wait_ms = patience_ms(); /* until their sessions have ended */
    assert_int_equal(open_as(fixture->path, options, &error), STORE_OK);
}

static void largest_incarnation_is_not_the_last(void **state)
{
    struct fixture *fixture = *state;

    store_some(open_store(fixture), 1, 1, 1, 1);
    store_close(fixture->store);
    fixture->store = NULL;
    wait_until(fixture->path, "SELECT (count(*) = 0)::int FROM pg_stat_activity JOIN servers ON pid = backend");
    administer(fixture->path, "UPDATE servers SET incarnation = 9223372036854775807");
    store_some(open_store(fixture), 1, 1, 2, 1);
    assert_int_equal(administer(fixture->path, "SELECT count(*) FROM servers WHERE incarnation > 0"), 1);
    assert_int_equal(administer(fixture->path, "SELECT count(*) FROM servers WHERE incarnation > 1099511627776"), 0);
}

static void hold_and_die(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1, 3);
    OK(fixture->store, store_begin(fixture->store));
}

static void place_of_a_killed_server_is_free(void **state)
{
    struct fixture *fixture = *state;

    assert_true(run_and_die(hold_and_die, fixture));
    assert_int_equal(count_bets(open_store(fixture)), 3);
}

/* As if it had been cut off for long, and another one had taken its place. */
static void server_whose_place_was_taken_stores_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1, 3);
    administer(fixture->path, "UPDATE servers SET incarnation = incarnation + 1");
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "another server has taken the place"));
    assert_int_equal(store_rollback(store), STORE_FAILED);
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(count_bets(reopen_store(fixture)), 3);
}

static void reader_needs_no_place(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = { .path = fixture->path, .read_only = true };
    const struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store *reader = NULL;
    struct store_error error;

    open_store(fixture);
    store_some(fixture->store, 1, 1, 1, 3);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, append_bets(fixture->store, 1, &bet, 1));
    assert_int_equal(store_open(&options, &reader, &error), STORE_OK);
    assert_int_equal(count_bets(reader), 3);
    assert_int_equal(store_agencies(reader), AGENCIES);
    OK(fixture->store, store_commit(fixture->store));
    assert_int_equal(count_bets(reader), 4);
    store_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(servers_have_a_place_each_and_leave_it_to_the_next),
                                        POSTGRESQL_TEST(server_with_another_number_is_refused_while_one_lives),
                                        POSTGRESQL_TEST(largest_incarnation_is_not_the_last),
                                        POSTGRESQL_TEST(place_of_a_killed_server_is_free),
                                        POSTGRESQL_TEST(server_whose_place_was_taken_stores_nothing),
                                        POSTGRESQL_TEST(reader_needs_no_place) };

    return run_postgresql_tests("store_postgresql_places", tests, sizeof tests / sizeof *tests);
}
