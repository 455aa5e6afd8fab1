/*
 * The store in PostgreSQL, in what no other store has: whose place it is, answers to COMMIT that
 * are lost, sessions that end, databases that may not be used. What all stores promise is in
 * test_contract.c.
 */
#include "unit/store/postgresql_fixture.h"

#include "base/system.h"
#include "store/postgresql/postgresql_store.h"

/* What an administrator does while the test waits in a call on the store. */
static pid_t meanwhile(const struct fixture *fixture, void (*act)(const char *path))
{
    pid_t pid = fork_for_test();

    if (pid == 0) {
        act(fixture->path);
        _exit(0);
    }
    return pid;
}

static void expect_done(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static uint64_t patience_ms(void)
{
    const char *given = getenv("TEST_PATIENCE");

    return 1000 * (given != NULL ? strtoull(given, NULL, 10) : 60);
}

/* Until sql yields a number that is not 0. */
static void wait_until(const char *path, const char *sql)
{
    const struct timespec pause = { .tv_nsec = 10000000 };

    while (administer(path, sql) == 0)
        nanosleep(&pause, NULL);
}

#define OF_THE_STORE "datname = current_database() AND application_name = 'sorteo'"

/* Settings of the whole cluster, in force when this returns. */
static void configure(const char *sql, const char *is_in_force)
{
    administer(whole_cluster(), sql);
    administer(whole_cluster(), "SELECT pg_reload_conf()");
    wait_until(whole_cluster(), is_in_force);
}

static enum store_code open_as(const char *path, struct store_options options, struct store_error *error)
{
    struct store *store = NULL;
    enum store_code code;

    options.path = path;
    code = store_open(&options, &store, error);
    store_close(code == STORE_OK ? store : NULL);
    return code;
}

static void assert_refused(const char *path, enum store_code wanted, const char *text)
{
    struct store_error error = { "" };
    const enum store_code code = open_as(path, (struct store_options){ .agencies = AGENCIES }, &error);

    if (code != wanted || strstr(error.text, text) == NULL)
        fail_msg("code %d instead of %d, or not \"%s\": %s", (int)code, (int)wanted, text, error.text);
    assert_null(strchr(error.text, '\n'));
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static const struct sorteo_bet *expected;

static bool expect_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    const struct sorteo_bet *wanted = &expected[(*(unsigned *)context)++];

    assert_int_equal(round, 4294967295u);
    assert_int_equal(bet->agency, wanted->agency);
    assert_int_equal(bet->document, wanted->document);
    assert_int_equal(bet->number, wanted->number);
    assert_int_equal(bet->name.len, wanted->name.len);
    assert_memory_equal(bet->name.bytes, wanted->name.bytes, wanted->name.len);
    assert_memory_equal(bet->surname.bytes, wanted->surname.bytes, wanted->surname.len);
    assert_memory_equal(bet->birthdate.bytes, wanted->birthdate.bytes, wanted->birthdate.len);
    return true;
}

static void append_keeps_every_field(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bets[] = { bet_of(1, 30904465, 2201), bet_of(255, UINT32_MAX, UINT16_MAX), bet_of(0, 0, 0) };
    const struct store_filter all = { .round = 0 };
    unsigned seen = 0;

    bets[1].name = text_of("Tiago Nicolás \"el 9\", O'Higgins; \\N -- ''");
    bets[1].surname = text_of("Ñandú 山田 Ωμέγα 🎲");
    bets[2].name = text_of("");
    OK(store, store_begin(store));
    OK(store, append_bets(store, 4294967295u, bets, 3));
    OK(store, store_commit(store));
    expected = bets;
    OK(store, store_each(reopen_store(*state), &all, expect_row, &seen));
    assert_int_equal(seen, 3);
}

/* More than one COPY takes at once, and more than a reader gets at once. */
static void append_keeps_many_and_their_numbers_have_no_gap(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet lost = bet_of(1, 1, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &lost, 1));
    OK(store, store_rollback(store));
    store_some(store, 1, 1, 1, 30000);
    store_some(store, 1, 2, 1, 1);
    assert_int_equal(count_bets(store), 30001);
    assert_int_equal(administer(fixture->path, "SELECT max(id) FROM bets"), 30001);
    assert_int_equal(administer(fixture->path, "SELECT first_bet FROM rounds"), 1);
}

static void rows_that_a_trigger_takes_away_are_missed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct sorteo_bet bet = bet_of(1, 1, 1);

    administer(fixture->path, "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                              "CREATE TRIGGER planted BEFORE INSERT ON bets FOR EACH ROW EXECUTE FUNCTION nothing()");
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "0 of 1 rows were taken"));
    OK(store, store_rollback(store));
}

static void key_is_put_once(void **state)
{
    struct store *store = open_store(*state);
    const struct key_record first = { .use = KEY_BATCH, .digest = { 1, 1 }, .round = 1 };
    struct key_record read;

    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key++) {
        OK(store, store_begin(store));
        OK(store, store_key_put(store, 1, key, &first));
        assert_int_equal(store_key_put(store, 1, key, &first), STORE_FAILED); /* of this transaction */
        OK(store, store_rollback(store));
        key += HELD_KEYS_MAX / 2;
    }
    OK(store, store_begin(store));
    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key++)
        OK(store, store_key_put(store, 1, key, &first));
    OK(store, store_commit(store));
    for (uint64_t key = 0; key < 2 * HELD_KEYS_MAX; key += 100)
        OK(store, store_key_get(store, 1, key, &read));
    OK(store, store_begin(store)); /* of an earlier one */
    OK(store, store_key_put(store, 1, 5, &first));
    assert_int_equal(store_commit(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(store_key_get(store, 1, 5, &read), STORE_OK);
}

static void people_see_what_is_there(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = open_store(fixture);
    const struct agency_state waiting = { .round = 1, .phase = AGENCY_WAITING, .bets = 3 };

    store_some(store, 1, 1, 100, 3);
    OK(store, store_begin(store));
    OK(store, store_agency_put(store, 1, &waiting));
    assert_int_equal(draw_whole(store, 1, 2), 1);
    OK(store, store_commit(store));
    assert_int_equal(administer(fixture->path, "SELECT document FROM winning_bets WHERE surname = 'Lorca'"), 102);
    assert_int_equal(administer(fixture->path, "SELECT winners * 100 + winning_number FROM rounds"), 102);
    assert_int_equal(administer(fixture->path, "SELECT bets FROM agencies WHERE phase = 'waiting'"), 3);
}

/* ---- Whose place it is ----------------------------------------------------------------------- */

/* A second server of the same store, in this process. */
static struct store *open_second(const struct fixture *fixture)
{
    const struct store_options options = { .path = fixture->path, .agencies = AGENCIES };
    struct store *store = NULL;
    struct store_error error = { "" };

    if (store_open(&options, &store, &error) != STORE_OK)
        fail_msg("%s", error.text);
    return store;
}

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
                              " AND wait_event_type = 'Lock' AND query LIKE 'BEGIN; UPDATE lottery%'");
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

/* ---- Older versions -------------------------------------------------------------------------- */

#define BECOME_VERSION_1                                                                                               \
    "ALTER TABLE lottery DROP COLUMN change; ALTER TABLE servers DROP COLUMN number; ALTER TABLE rounds DROP COLUMN "  \
    "drawn_by; DROP TABLE speakers; DELETE FROM servers; UPDATE lottery SET version = 1; "                             \
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
    assert_int_equal(administer(fixture->path, "SELECT version FROM lottery"), 3);
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

/* ---- What may not be used -------------------------------------------------------------------- */

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
    snprintf(path, sizeof path, "postgresql://locked:wrong@/postgres?host=%s", cluster.folder);
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
    configure("ALTER SYSTEM RESET fsync", "SELECT (current_setting('fsync') = 'on')::int");
    assert_true(is_told);
    assert_int_equal(code, STORE_REFUSED);
    assert_non_null(strstr(error.text, "set fsync and full_page_writes to on"));
}

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

static void copy_is_left_to_pg_dump(void **state)
{
    struct store *store = open_store(*state);
    struct store_copy *copy = NULL;
    struct store_error error = { "" };

    assert_int_equal(store_copy_begin(store, -1, &copy, &error), STORE_FAILED);
    assert_non_null(strstr(error.text, "use pg_dump"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { POSTGRESQL_TEST(append_keeps_every_field),
                                        POSTGRESQL_TEST(append_keeps_many_and_their_numbers_have_no_gap),
                                        POSTGRESQL_TEST(rows_that_a_trigger_takes_away_are_missed),
                                        POSTGRESQL_TEST(key_is_put_once),
                                        POSTGRESQL_TEST(people_see_what_is_there),
                                        POSTGRESQL_TEST(servers_have_a_place_each_and_leave_it_to_the_next),
                                        POSTGRESQL_TEST(what_another_server_changed_is_seen_in_the_next_transaction),
                                        POSTGRESQL_TEST(round_that_another_server_drew_takes_no_bets),
                                        POSTGRESQL_TEST(transactions_of_two_servers_follow_one_another),
                                        POSTGRESQL_TEST(server_that_stands_still_is_not_waited_for_too_long),
                                        POSTGRESQL_TEST(speaker_of_another_server_is_known_in_the_next_transaction),
                                        POSTGRESQL_TEST(servers_that_make_the_tables_at_once_all_store),
                                        POSTGRESQL_TEST(server_with_another_number_is_refused_while_one_lives),
                                        POSTGRESQL_TEST(largest_incarnation_is_not_the_last),
                                        POSTGRESQL_TEST(store_of_version_1_is_brought_up_to_date),
                                        POSTGRESQL_TEST(server_of_version_1_that_lives_is_not_joined),
                                        POSTGRESQL_TEST(place_of_a_killed_server_is_free),
                                        POSTGRESQL_TEST(server_whose_place_was_taken_stores_nothing),
                                        POSTGRESQL_TEST(reader_needs_no_place),
                                        POSTGRESQL_TEST(session_that_ended_between_transactions_is_replaced),
                                        POSTGRESQL_TEST(session_that_ends_before_or_while_bets_are_read_is_replaced),
                                        POSTGRESQL_TEST(session_that_ends_in_a_transaction_leaves_nothing_of_it),
                                        STANDBY_TEST(answer_lost_after_the_commit_is_found_to_be_stored),
                                        POSTGRESQL_TEST(answer_lost_before_the_commit_is_found_not_to_be_stored),
                                        STANDBY_TEST(wait_for_a_standby_that_is_cancelled_is_no_answer),
                                        POSTGRESQL_TEST(path_is_told_from_a_file),
                                        POSTGRESQL_TEST(path_that_leads_nowhere_is_refused_without_its_password),
                                        POSTGRESQL_TEST(user_who_may_not_is_refused),
                                        POSTGRESQL_TEST(bets_that_a_policy_hides_are_missed),
                                        POSTGRESQL_TEST(tables_of_another_program_are_left_alone),
                                        POSTGRESQL_TEST(store_that_was_made_otherwise_is_refused),
                                        POSTGRESQL_TEST(store_with_too_few_bets_is_refused),
                                        POSTGRESQL_TEST(database_of_another_encoding_is_refused),
                                        DATABASE_TEST(read_only_database_is_not_written),
                                        DATABASE_TEST(administrators_settings_do_not_count),
                                        DATABASE_TEST(administrators_settings_do_not_count_for_readers),
                                        DATABASE_TEST(tables_that_do_not_last_are_refused),
                                        POSTGRESQL_TEST(database_that_loses_what_it_has_is_refused),
                                        POSTGRESQL_TEST(files_that_connecting_reads_are_known),
                                        POSTGRESQL_TEST(copy_is_left_to_pg_dump) };
    const struct CMUnitTest skipped[] = { cmocka_unit_test(postgresql_is_not_here) };
    alarm(900); /* a test that failed may leave COMMIT waiting for ever */
    int failed = start_cluster() ? cmocka_run_group_tests_name("store_postgresql", tests, NULL, NULL)
                                 : cmocka_run_group_tests_name("store_postgresql", skipped, NULL, NULL);

    return failed + (stop_cluster() != 0);
}
