/*
 * The store's transactions: whole or not at all, on a disk that fails and in a process that dies.
 */
#include "unit/store/store_fixture.h"

#include "store/sqlite/sqlite_store.h"

/* ---- Transactions ---------------------------------------------------------------------------- */

static void write_everything(struct store *store)
{
    const struct agency_state waiting = { .round = 2, .phase = AGENCY_WAITING, .bets = 70 };
    const struct key_record record = { .use = KEY_BATCH, .digest = { 1, 2 }, .round = 1 };
    struct sorteo_bet bet = bet_of(1, 1, 1);

    for (unsigned i = 0; i < 70; i++)
        OK(store, append_bets(store, 1, &bet, 1));
    OK(store, store_agency_put(store, 1, &waiting));
    OK(store, store_key_put(store, 1, 9, &record));
    assert_int_equal(draw_whole(store, 1, 1), 70);
}

static void assert_nothing(struct store *store)
{
    struct agency_state agency;
    struct key_record record;
    uint64_t count;

    assert_int_equal(count_bets(store), 0);
    OK(store, store_agency_get(store, 1, &agency));
    assert_int_equal(agency.round, 1);
    assert_int_equal(agency.phase, AGENCY_OPEN);
    assert_int_equal(store_key_get(store, 1, 9, &record), STORE_NONE);
    assert_int_equal(store_winners_count(store, 1, 1, &count), STORE_NONE);
}

static void rollback_leaves_nothing(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    write_everything(store);
    OK(store, store_rollback(store));
    assert_nothing(store);
    OK(store, store_rollback(store)); /* nothing under way: nothing to do */

    OK(store, store_begin(store)); /* and what was held back is not written by the next one */
    OK(store, store_commit(store));
    assert_nothing(store);
    OK(store, store_begin(store));
    write_everything(store);
    OK(store, store_commit(store));
    assert_int_equal(count_bets(store), 70);
}

static void close_without_commit_leaves_nothing(void **state)
{
    struct store *store = open_store(*state);

    OK(store, store_begin(store));
    write_everything(store);
    assert_nothing(reopen_store(*state));
}

static void transactions_refuse_what_is_out_of_order(void **state)
{
    struct store *store = open_store(*state);
    const struct agency_state agency = { .round = 1 };
    const struct key_record record = { .use = KEY_BATCH };
    struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store_draw draw = { .winners = 77 };

    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "no transaction was begun"));
    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_int_equal(store_agency_put(store, 1, &agency), STORE_FAILED);
    assert_int_equal(store_key_put(store, 1, 1, &record), STORE_FAILED);
    assert_int_equal(store_draw(store, 1, 1, &draw), STORE_FAILED);
    assert_int_equal(draw.winners, 77);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(store_begin(store), STORE_FAILED);
    OK(store, store_rollback(store));
    OK(store, store_begin(store));
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 0);
}

/* ---- A process that dies --------------------------------------------------------------------- */

static void commit_and_die_in_the_next(struct fixture *fixture)
{
    struct store *store = open_store(fixture);

    store_some(store, 1, 1, 1000, 200);
    OK(store, store_begin(store));
    OK(store, sqlite3_exec(sqlite_store_of(store)->db, "PRAGMA cache_size = 1", NULL, NULL, NULL) == SQLITE_OK
                  ? STORE_OK
                  : STORE_FAILED);
    for (uint32_t i = 0; i < 5000; i++) { /* enough that part of it is in the -wal file */
        struct sorteo_bet bet = bet_of(2, i, 1);
        OK(store, append_bets(store, 1, &bet, 1));
    }
}

static void store_of_a_killed_process_holds_what_was_committed(void **state)
{
    struct fixture *fixture = *state;
    struct store *store;

    assert_true(run_and_die(commit_and_die_in_the_next, fixture));
    store = open_store(fixture);
    assert_int_equal(count_bets(store), 200);
    store_some(store, 1, 1, 5000, 1);
    assert_int_equal(count_bets(reopen_store(fixture)), 201);
}

static void commit_and_die(struct fixture *fixture)
{
    store_some(open_store(fixture), 1, 1, 1000, 200);
}

static void store_killed_between_transactions_goes_on(void **state)
{
    struct fixture *fixture = *state;
    unsigned bets = 0;

    for (int i = 0; i < 5; i++) {
        assert_true(run_and_die(commit_and_die, fixture));
        bets += 200;
    }
    assert_int_equal(count_bets(open_store(fixture)), bets);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(ask(fixture->path, "SELECT first_bet FROM rounds WHERE round = 1"), 1);
}

/* ---- A disk that fails ----------------------------------------------------------------------- */

static void limit_pages(struct store *store, int pages)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", pages);
    assert_int_equal(sqlite3_exec(sqlite_store_of(store)->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* SQLite rolls back by itself when the disk is full: nothing that follows may be stored alone. */
static void full_disk_fails_the_whole_transaction(void **state)
{
    struct store *store = open_store(*state);
    const struct agency_state agency = { .round = 9 };
    struct agency_state read = { .round = 77 };
    struct sorteo_bet bet = bet_of(1, 1, 1);
    enum store_code code = STORE_OK;
    unsigned appended = 0;

    store_some(store, 1, 1, 1, 10);
    limit_pages(store, 20);
    OK(store, store_begin(store));
    while (code == STORE_OK && ++appended < 100000)
        code = append_bets(store, 1, &bet, 1);
    assert_int_equal(code, STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "full"));

    assert_int_equal(append_bets(store, 1, &bet, 1), STORE_FAILED);
    assert_int_equal(store_agency_put(store, 1, &agency), STORE_FAILED);
    assert_int_equal(store_agency_get(store, 1, &read), STORE_FAILED);
    assert_int_equal(read.round, 77);
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_non_null(strstr(store_error_text(store), "full")); /* still the first failure */
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 10);

    limit_pages(store, 100000);
    store_some(store, 1, 1, 100, 1000);
    assert_int_equal(count_bets(reopen_store(*state)), 1010);
}

/* SQLite ends the transaction behind the store's back, as it may after an I/O error. */
static void rollback_copes_with_a_transaction_that_ended_by_itself(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bet = bet_of(1, 1, 1);

    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, &bet, 1));
    assert_int_equal(sqlite3_exec(sqlite_store_of(store)->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_commit(store), STORE_FAILED);
    OK(store, store_rollback(store));
    assert_int_equal(count_bets(store), 0);
    store_some(store, 1, 1, 1, 3);
    assert_int_equal(count_bets(store), 3);
}

static void commit_is_synced_when_it_returns(void **state)
{
    struct store *store = open_store(*state);
    int syncs;

    store_some(store, 1, 1, 1, 1);
    syncs = disk.syncs;
    store_some(store, 1, 1, 2, 1);
    assert_true(disk.syncs > syncs);
}

static void commit_that_fails_is_unknown_and_the_last_on_its_handle(void **state)
{
    struct store *store = open_store(*state);
    struct sorteo_bet bets[100];
    struct agency_state read = { .round = 77 };
    unsigned count;
    int syncs;

    for (unsigned i = 0; i < 100; i++)
        bets[i] = bet_of(2, i, 1);
    store_some(store, 1, 1, 1, 10);
    OK(store, store_begin(store));
    OK(store, append_bets(store, 1, bets, 100));
    disk.sync_error = EIO;
    assert_int_equal(store_commit(store), STORE_UNKNOWN);
    assert_non_null(strstr(store_error_text(store), "I/O error"));
    disk.sync_error = 0;

    assert_int_equal(store_commit(store), STORE_FAILED);
    assert_int_equal(store_rollback(store), STORE_FAILED);
    assert_int_equal(store_begin(store), STORE_FAILED);
    assert_int_equal(store_checkpoint(store), STORE_FAILED);
    assert_int_equal(store_agency_get(store, 1, &read), STORE_FAILED);
    assert_int_equal(read.round, 77);

    syncs = disk.syncs;
    store_close(store);
    assert_int_equal(disk.syncs, syncs); /* closing does not try again what failed */
    ((struct fixture *)*state)->store = NULL;
    count = count_bets(open_store(*state));
    assert_true(count == 10 || count == 110); /* either may be true, but not a part of it */
}

/* ---- As another process sees it -------------------------------------------------------------- */

/* Another process looks at it: in a sync, which may last, it must find it odd, and even outside. */
static void count_of_calls_is_odd_while_one_is_under_way(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = {
        .path = fixture->path, .agencies = AGENCIES, .lock_wait_ms = 2000, .calls = &disk.calls
    };
    const struct sorteo_bet bet = bet_of(1, 1, 1);
    struct store_error error;
    uint32_t calls;

    assert_int_equal(store_open(&options, &fixture->store, &error), STORE_OK);
    assert_int_equal(disk.calls_at_sync % 2, 1);
    assert_int_equal(disk.calls % 2, 0);
    OK(fixture->store, store_begin(fixture->store));
    OK(fixture->store, append_bets(fixture->store, 1, &bet, 1));
    calls = disk.calls;
    assert_int_equal(calls % 2, 0);
    OK(fixture->store, store_commit(fixture->store));
    assert_int_equal(disk.calls_at_sync, calls + 1);
    assert_int_equal(disk.calls, calls + 2);
    assert_false(store_is_moved(fixture->store));
    assert_int_equal(disk.calls, calls + 4);
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(disk.calls, calls + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(rollback_leaves_nothing),
                                        STORE_TEST(close_without_commit_leaves_nothing),
                                        STORE_TEST(transactions_refuse_what_is_out_of_order),
                                        STORE_TEST(store_of_a_killed_process_holds_what_was_committed),
                                        STORE_TEST(store_killed_between_transactions_goes_on),
                                        STORE_TEST(full_disk_fails_the_whole_transaction),
                                        STORE_TEST(rollback_copes_with_a_transaction_that_ended_by_itself),
                                        STORE_TEST(commit_is_synced_when_it_returns),
                                        STORE_TEST(commit_that_fails_is_unknown_and_the_last_on_its_handle),
                                        STORE_TEST(count_of_calls_is_odd_while_one_is_under_way) };
    return cmocka_run_group_tests_name("store_transactions", tests, NULL, NULL);
}
