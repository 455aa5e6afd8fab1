/*
 * Several servers of one store in PostgreSQL: their transactions follow one another, and each knows
 * of what the others wrote.
 */
#include "unit/store/postgresql_fixture.h"

#include "base/system.h"

static bool is_changed(struct store *store)
{
    bool changed = false;

    for (const uint64_t since_ms = clock_ms(); !changed && clock_ms() - since_ms < patience_ms();)
        OK(store, store_look(store, &changed));
    return changed;
}

static void begin_and_say_whether_overtaken(struct store *store, bool wanted)
{
    OK(store, store_begin(store));
    assert_int_equal(store_is_overtaken(store), wanted);
}

static void what_another_server_changed_is_seen_in_the_next_transaction(void **state)
{
    struct fixture *fixture = *state;
    struct store *first = open_store(fixture);
    struct store *second = open_second(fixture);
    const struct agency_state waiting = { .round = 1, .phase = AGENCY_WAITING };
    struct agency_state read;

    store_some(first, 1, 1, 1, 1);
    begin_and_say_whether_overtaken(first, false);
    OK(first, store_commit(first));
    begin_and_say_whether_overtaken(second, true);
    OK(second, store_agency_put(second, 2, &waiting));
    OK(second, store_commit(second));
    assert_true(is_changed(first)); /* also before its next transaction … */
    OK(first, store_agency_get(first, 2, &read));
    assert_int_equal(read.phase, AGENCY_WAITING);
    begin_and_say_whether_overtaken(first, true); /* … which does not rely on that */
    OK(first, store_rollback(first));
    begin_and_say_whether_overtaken(first, true); /* nothing was committed since */
    OK(first, store_commit(first));
    begin_and_say_whether_overtaken(first, false);
    OK(first, store_commit(first));
    store_close(second);
}

/* A round that another server has drawn takes no bet of a server that stored into it before. */
static void round_that_another_server_drew_takes_no_bets(void **state)
{
    struct fixture *fixture = *state;
    struct store *first = open_store(fixture);
    struct store *second = open_second(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store_draw draw;

    store_some(first, 1, 1, 1, 3);
    OK(second, store_begin(second));
    assert_int_equal(draw_whole(second, 1, 2), 1);
    OK(second, store_commit(second));
    OK(first, store_begin(first));
    assert_int_equal(append_bets(first, 1, &bet, 1), STORE_FAILED);
    OK(first, store_rollback(first));
    OK(first, store_draw_get(first, 1, &draw));
    assert_true(draw.done);
    assert_int_equal(administer(fixture->path, "UPDATE rounds SET drawn_by = drawn_by + 1 RETURNING 1"), 1);
    OK(first, store_draw_get(first, 1, &draw));
    assert_true(draw.elsewhere);
    store_close(second);
}

/* Both stores are of this process: what the table says is made another's. */
static void speaker_of_another_server_is_known_in_the_next_transaction(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const uint64_t accepted = clock_ns(), long_ago = 1;

    OK(store, store_begin(store));
    OK(store, store_speaker_put(store, 1, 255, accepted));
    OK(store, store_commit(store));
    assert_false(store_another_speaks(store, 1, 255));
    administer(fixture->path, "UPDATE speakers SET process = process + 1; UPDATE lottery SET change = change + 1");
    OK(store, store_begin(store));
    assert_true(store_another_speaks(store, 1, 255));
    assert_false(store_another_speaks(store, 0, 255));
    assert_true(store_is_surely_older(store, 1, 255, long_ago));
    assert_false(store_is_surely_older(store, 1, 255, accepted)); /* it may be the same moment */
    assert_false(store_is_surely_older(store, 1, 255, clock_ns()));
    OK(store, store_commit(store));
    OK(store, store_begin(store)); /* which reads nothing again */
    OK(store, store_speaker_put(store, 1, 255, clock_ns()));
    OK(store, store_rollback(store)); /* so it does not speak */
    OK(store, store_begin(store));
    assert_true(store_another_speaks(store, 1, 255));
    OK(store, store_commit(store));
    administer(fixture->path, "UPDATE speakers SET timeline = timeline - 1; UPDATE lottery SET change = change + 1");
    OK(store, store_begin(store));
    assert_false(store_is_surely_older(store, 1, 255, long_ago)); /* by the clock of another primary */
    OK(store, store_commit(store));
}

/* Its transaction begins while one is under way, has to wait for it, and then knows of it. */
static void store_as_well(const char *path)
{
    const struct store_options options = { .path = path, .agencies = AGENCIES };
    struct store *store = NULL;
    struct store_error error = { "" };

    OK(store, store_open(&options, &store, &error));
    store_some(store, 1, 2, 10, 1);
    wait_until(path, "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE " AND state = 'idle in transaction'");
    OK(store, store_begin(store));
    assert_true(store_is_overtaken(store));
    assert_int_equal(count_bets(store), 4);
    OK(store, store_rollback(store));
    store_some(store, 1, 2, 20, 3);
    store_close(store);
}

static void transactions_of_two_servers_follow_one_another(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bets[] = { bet_of(1, 1, 1), bet_of(1, 2, 1), bet_of(1, 3, 1) };

    pid_t pid = meanwhile(fixture, store_as_well);
    wait_until(fixture->path, "SELECT count(*) FROM bets");
    OK(store, store_begin(store));
    assert_true(store_is_overtaken(store));
    wait_until(fixture->path, "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE
                              " AND wait_event_type = 'Lock' AND query LIKE '%UPDATE lottery%'");
    OK(store, append_bets(store, 1, bets, 3));
    OK(store, store_commit(store));
    expect_done(pid);
    store_some(store, 1, 1, 20, 2);
    assert_int_equal(administer(fixture->path, "SELECT max(id) FROM bets"), 9);
}

/* As one does whose machine was suspended. */
static void stand_still_in_a_transaction(const char *path)
{
    const struct store_options options = { .path = path, .agencies = AGENCIES };
    const struct sorteo_bet bet = bet_of(2, 1, 1);
    struct store *store = NULL;
    struct store_error error = { "" };

    OK(store, store_open(&options, &store, &error));
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    pause();
}

static void server_that_stands_still_is_not_waited_for_too_long(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);

    pid_t pid = meanwhile(fixture, stand_still_in_a_transaction);
    wait_until(fixture->path, "SELECT count(*) FROM pg_stat_activity WHERE " OF_THE_STORE
                              " AND state = 'idle in transaction' AND query NOT LIKE 'SELECT%'");
    store_some(store, 1, 1, 1, 3);
    assert_int_equal(count_bets(store), 3);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* ---- The winning number ---------------------------------------------------------------------- */

static struct store *open_with_number(const struct fixture *fixture, uint16_t number)
{
    const struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .is_server = true, .likely_number = number
    };
    struct store *store = NULL;
    struct store_error error = { "" };

    if (store_open(&options, &store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return store;
}

static void draw_and_expect(struct store *store, uint32_t round, uint16_t given, uint16_t wanted)
{
    struct store_draw draw = { .done = false };

    OK(store, store_begin(store));
    OK(store, store_draw(store, round, given, &draw));
    OK(store, store_commit(store));
    assert_true(draw.done);
    assert_int_equal(draw.number, wanted);
}

/* Protocol, section 11. */
static void round_is_drawn_with_the_number_that_it_was_opened_with(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_with_number(fixture, 7);

    assert_null(store_warning(store));
    store_some(store, 1, 1, 1, 3);
    store_close(store);
    store = open_with_number(fixture, 9);
    assert_non_null(store_warning(store));
    assert_non_null(strstr(store_warning(store), "round 1 was opened with the winning number 7, and is drawn with it; "
                                                 "9 is for the rounds after it"));
    store_close(store);
    administer(fixture->path, "UPDATE rounds SET winning_number = 7"); /* its draw has begun */
    store = open_with_number(fixture, 9);
    assert_non_null(store_warning(store));
    draw_and_expect(store, 1, 9, 7);
    store_some(store, 2, 1, 4, 3);
    draw_and_expect(store, 2, 9, 9);
    draw_and_expect(store, 3, 9, 9); /* nobody bet in it */
    store_close(store);
    store = open_with_number(fixture, 11);
    assert_null(store_warning(store));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(what_another_server_changed_is_seen_in_the_next_transaction),
                                        POSTGRESQL_TEST(round_that_another_server_drew_takes_no_bets),
                                        POSTGRESQL_TEST(transactions_of_two_servers_follow_one_another),
                                        POSTGRESQL_TEST(server_that_stands_still_is_not_waited_for_too_long),
                                        POSTGRESQL_TEST(round_is_drawn_with_the_number_that_it_was_opened_with),
                                        POSTGRESQL_TEST(speaker_of_another_server_is_known_in_the_next_transaction) };

    return run_postgresql_tests("store_postgresql_servers", tests, sizeof tests / sizeof *tests);
}
